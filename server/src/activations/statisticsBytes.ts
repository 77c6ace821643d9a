/** Statistics as bytes, little-endian, and back: what a chunk carries behind its values. */
import { type TapStatistics, emptyStatistics, extremesKept } from './statistics';

/** Bytes that the statistics of `width` neurons take: four doubles and two lists of extremes each. */
export function statisticsSize(width: number): number {
  return width * (4 * 8 + 2 * extremesKept * (4 + 4));
}

/** The arrays one after the other, doubles first so that each stays aligned. */
function arrays(statistics: TapStatistics): (Float64Array | Float32Array | Int32Array)[] {
  const { count, mean, m2, nonFinite, top, bottom } = statistics;
  return [count, mean, m2, nonFinite, top.values, top.rows, bottom.values, bottom.rows];
}

export function statisticsToBytes(statistics: TapStatistics): Uint8Array {
  return Buffer.concat(arrays(statistics).map((array) => new Uint8Array(array.buffer, array.byteOffset, array.byteLength)));
}

/** Reads what `statisticsToBytes` wrote; `bytes` must hold `statisticsSize(width)` bytes. */
export function statisticsFromBytes(bytes: Uint8Array, width: number): TapStatistics {
  const statistics = emptyStatistics(width);
  let at = 0;
  for (const array of arrays(statistics)) {
    new Uint8Array(array.buffer, array.byteOffset, array.byteLength).set(bytes.subarray(at, at + array.byteLength));
    at += array.byteLength;
  }
  return statistics;
}
