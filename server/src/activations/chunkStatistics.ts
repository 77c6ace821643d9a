/** Statistics of a chunk, from its values as they are stored and in row order, so that they never depend on batches. */
import { npyKind } from './chunkFile';
import { decodeFloat16 } from './float16';
import type { StoredType } from './identity';
import { itemSize, ourHeaderBytes } from './npyHeader';
import type { ReadAt } from './sealed';
import { StatisticsGatherer, gatheredValues } from './statistics';
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
): ChunkStatistics {
  const rowBytes = width * itemSize(npyKind(dtype));
  const blockRows = Math.max(1, Math.floor(gatheredValues / width));
  const bytes = Buffer.from(new ArrayBuffer(blockRows * rowBytes));
  const stored = dtype === 'f16' ? new Uint16Array(bytes.buffer) : new Float32Array(bytes.buffer);
  const ordinary = new StratumBuffer(width, blockRows);
  const first = new StratumBuffer(width, blockRows);
  for (let from = 0; from < rowStrata.length; from += blockRows) {
    const rows = Math.min(blockRows, rowStrata.length - from);
    read(bytes.subarray(0, rows * rowBytes), ourHeaderBytes + from * rowBytes);
    for (let r = 0; r < rows; r++) {
      const stratum = rowStrata[from + r];
      if (stratum === strata.none) continue;
      const buffer = stratum === strata.firstPosition ? first : ordinary;
      buffer.push(stored.subarray(r * width, (r + 1) * width), from + r);
    }
  }
  return joined(ordinary.finish(), rowStrata.includes(strata.firstPosition) ? first.finish() : undefined);
}

function joined(ordinary: StatisticsGatherer, first: StatisticsGatherer | undefined): ChunkStatistics {
  const gatherers = first ? [ordinary, first] : [ordinary];
  const places = gatherers.flatMap((gatherer) => gatherer.firstNonFinite ?? []).sort((a, b) => a.row - b.row || a.unit - b.unit);
  return {
    block: Buffer.concat(gatherers.map(({ result }) => statisticsToBytes(result))),
    nonFinite: gatherers.reduce((sum, { result }) => sum + result.nonFinite.reduce((a, b) => a + b, 0), 0),
    firstNonFinite: places[0] ?? null,
    firstStratum: first !== undefined,
  };
}

/** Collects the rows of one stratum into blocks that are worth gathering. */
class StratumBuffer {
  readonly #width: number;
  readonly #values: Float32Array;
  readonly #numbers: Int32Array;
  readonly #gatherer: StatisticsGatherer;
  #count = 0;

  constructor(width: number, rows: number) {
    this.#width = width;
    this.#values = new Float32Array(rows * width);
    this.#numbers = new Int32Array(rows);
    this.#gatherer = new StatisticsGatherer(width);
  }

  push(row: Uint16Array | Float32Array, number: number): void {
    const at = this.#count * this.#width;
    if (row instanceof Float32Array) this.#values.set(row, at);
    else decodeFloat16(row, this.#values.subarray(at, at + this.#width));
    this.#numbers[this.#count++] = number;
    if (this.#count === this.#numbers.length) this.#flush();
  }

  finish(): StatisticsGatherer {
    this.#flush();
    return this.#gatherer;
  }

  #flush(): void {
    this.#gatherer.add(this.#values, this.#count, this.#numbers);
    this.#count = 0;
  }
}
