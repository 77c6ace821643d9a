/** Statistics as bytes, little-endian, and back: what a chunk carries behind its values. */
import { type TapStatistics, emptyStatistics } from './statistics';

/** Bytes that the statistics of `width` neurons take: six doubles each. */
export function statisticsSize(width: number): number {
  return width * 6 * 8;
}

/** The arrays in the order in which they are stored. */
function arrays(statistics: TapStatistics): Float64Array[] {
  const { count, mean, m2, min, max, nonFinite } = statistics;
  return [count, mean, m2, min, max, nonFinite];
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
