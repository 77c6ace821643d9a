/** Statistics of a chunk, from its values as they are stored and in row order, so that they never depend on batches. */
import { npyKind } from './chunkFile';
import type { StoredType } from './identity';
import { itemSize, ourHeaderBytes } from './npyHeader';
import type { ReadAt } from './sealed';
import type { RowBlocks } from './simd/rowBlock';
import { StatisticsGatherer } from './statistics';
import { statisticsToBytes } from './statisticsBytes';

/** Which statistics a row belongs to. */
export const strata = { ordinary: 0, firstPosition: 1, none: 2 } as const;

export interface ChunkStatistics {
  /** Statistics of ordinary rows and, if there are any, of those at the first position. */
  readonly block: Uint8Array;
  readonly nonFinite: number;
  readonly firstNonFinite: { readonly row: number; readonly unit: number } | null;
  readonly firstStratum: boolean;
}

/** Reads the values of a chunk under way back, one row for each entry of `rowStrata`. */
export function chunkStatistics(
  read: ReadAt,
  { width, dtype }: { readonly width: number; readonly dtype: StoredType },
  rowStrata: Uint8Array,
  blocks: RowBlocks,
): ChunkStatistics {
  const rowBytes = width * itemSize(npyKind(dtype));
  const block = blocks.of(width, dtype);
  const firstStratum = rowStrata.includes(strata.firstPosition);
  const gatherers = Array.from({ length: firstStratum ? 2 : 1 }, () => new StatisticsGatherer(width));
  for (let from = 0; from < rowStrata.length; from += block.rows) {
    const rows = rowStrata.subarray(from, from + block.rows);
    read(block.bytes.subarray(0, rows.length * rowBytes), ourHeaderBytes + from * rowBytes);
    gatherers.forEach((gatherer, stratum) => gatherer.add(block, placesOf(rows, stratum), from));
  }
  return joined(gatherers, firstStratum);
}

/** Where a value stands in a list. */
function placesOf(list: Uint8Array, value: number): number[] {
  const places: number[] = [];
  for (let i = 0; i < list.length; i++) if (list[i] === value) places.push(i);
  return places;
}

function joined(gatherers: readonly StatisticsGatherer[], firstStratum: boolean): ChunkStatistics {
  const places = gatherers.flatMap((gatherer) => gatherer.firstNonFinite ?? []).sort((a, b) => a.row - b.row || a.unit - b.unit);
  return {
    block: Buffer.concat(gatherers.map(({ result }) => statisticsToBytes(result))),
    nonFinite: gatherers.reduce((sum, { result }) => sum + result.nonFinite.reduce((a, b) => a + b, 0), 0),
    firstNonFinite: places[0] ?? null,
    firstStratum,
  };
}
