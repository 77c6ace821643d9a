/** What extraction gives: the activations of a corpus, wherever in the store they lie, and what is known of them. */
import { type Problem, Defect, InputError, problem } from '../protocol/errors';
import { type TapPoint, compareTaps, tapText } from '../protocol/neurons';
import { type ChunkFile, rowsName } from './chunkFile';
import type { Chunk } from './chunks';
import type { TapWidth } from './forward';
import { ourHeaderBytes } from './npyHeader';
import { type RowTable, rowColumns, rowTableFromCells } from './rowTable';
import { type TapStatistics, mergeStatistics } from './statistics';
import { statisticsFromBytes, statisticsSize } from './statisticsBytes';
import type { RunFolder } from './store';
import { type ChunkRows, StoreMatrix } from './storeMatrix';

/** How the values of a tap fared on their way to the store. */
export interface TapSoundness {
  readonly point: TapPoint;
  /** Finite values stored as ±65,504 because float16 ends there. */
  readonly clamped: number;
  readonly nonFinite: number;
  readonly firstNonFinite: { readonly row: number; readonly unit: number } | undefined;
}

/** Activations of some taps over all rows of a corpus, or over a shard's. */
export class ExtractedRun {
  readonly folder: RunFolder;
  /** In the order of the graph, with their widths. */
  readonly taps: readonly TapWidth[];
  readonly soundness: readonly TapSoundness[];
  readonly rows: number;
  /** The chunks of the run and where their rows begin. */
  readonly parts: readonly ChunkRows[];
  #table: RowTable | undefined;

  /** Opens what extraction has made sure of. Throws `InputError` CACHE_CORRUPT when a file has gone since. */
  constructor(folder: RunFolder, points: readonly TapPoint[], chunks: readonly Chunk[]) {
    this.folder = folder;
    let rows = 0;
    this.parts = chunks.map(({ index }) => {
      const part = { chunk: index, firstRow: rows, rows: read(folder, rowsName, index, ({ fields }) => fields.rows) };
      rows += part.rows;
      return part;
    });
    this.rows = rows;
    const facts = [...points].sort(compareTaps).map((point) => tapFacts(folder, point, this.parts));
    this.taps = facts.map(({ point, width }) => ({ point, width }));
    this.soundness = facts;
  }

  /** What each row is. */
  get table(): RowTable {
    this.#table ??= rowTableFromCells(
      this.parts.map(({ chunk }) =>
        read(this.folder, rowsName, chunk, ({ handle, fields }) => {
          if (fields.width !== rowColumns.length) throw new Defect(`a row table of ${fields.width} columns`);
          const cells = new Int32Array(fields.rows * fields.width);
          this.folder.fs.read(handle, new Uint8Array(cells.buffer), ourHeaderBytes);
          return cells;
        }),
      ),
    );
    return this.#table;
  }

  /** The values of a tap, rows × neurons. */
  matrix(point: TapPoint): StoreMatrix {
    return new StoreMatrix(this.folder, tapText(point), this.#width(point), this.parts);
  }

  /** The values of a tap (`L3.ffn`) in one chunk as they are stored, in pieces of about 1 MB; each is valid until the next is asked for. */
  *storedBytes(name: string, { chunk }: ChunkRows): Generator<Uint8Array> {
    const file = opened(this.folder, name, chunk);
    try {
      const piece = Buffer.alloc(Math.min(1 << 20, file.bodyBytes));
      for (let at = ourHeaderBytes; at < file.bodyBytes;) {
        const got = this.folder.fs.read(file.handle, piece.subarray(0, Math.min(piece.length, file.bodyBytes - at)), at);
        if (got === 0) throw gone(this.folder, name, chunk);
        yield piece.subarray(0, got);
        at += got;
      }
    } finally {
      this.folder.fs.close(file.handle);
    }
  }

  /**
   * Statistics of all neurons of a tap, as gathered while extracting. Rows at the first position of the model's input are
   * left out unless asked for: in causal models they carry outliers that ruin scales and maxima. Special tokens never count.
   */
  statistics(point: TapPoint, options: { readonly firstPosition: 'leave out' | 'include' }): TapStatistics {
    const width = this.#width(point);
    const parts = this.parts.flatMap(({ chunk }) =>
      read(this.folder, tapText(point), chunk, ({ block }): TapStatistics[] => {
        const size = statisticsSize(width);
        const wanted = options.firstPosition === 'include' ? block.length : size;
        const starts = [0, size].filter((at) => at < wanted);
        return starts.map((at) => statisticsFromBytes(block.subarray(at, at + size), width));
      }),
    );
    return mergeStatistics(width, parts);
  }

  #width(point: TapPoint): number {
    const name = tapText(point);
    const tap = this.taps.find((candidate) => tapText(candidate.point) === name);
    if (!tap) throw new Defect(`${name} is not part of this run`);
    return tap.width;
  }
}

/** Findings about values that are not finite, taps in the order of the graph: the first one is where they begin. */
export function nonFiniteFindings(
  run: ExtractedRun,
  where: (sentence: number) => { readonly file: string; readonly line: number },
): Problem[] {
  return run.soundness.flatMap(({ point, nonFinite, firstNonFinite }) => {
    if (!firstNonFinite) return [];
    const { row, unit } = firstNonFinite;
    const sentence = run.table.sentence[row] as number;
    const position = run.table.position[row] as number;
    return problem(
      'ACT_NONFINITE',
      { ...where(sentence), tensor: tapText(point) },
      {
        found: `${nonFinite} values are NaN or infinite, the first in ${tapText(point)}.${unit} at token ${position} of sentence ${sentence + 1}`,
        expected: 'finite activations',
        remedy:
          'They are left out of every statistic and counted. If most of a tap is affected, check the export (float16 overflow is usual).',
      },
    );
  });
}

function tapFacts(folder: RunFolder, point: TapPoint, parts: readonly ChunkRows[]): TapSoundness & TapWidth {
  let width = 0;
  let clamped = 0;
  let nonFinite = 0;
  let firstNonFinite: TapSoundness['firstNonFinite'];
  for (const { chunk, firstRow } of parts) {
    const fields = read(folder, tapText(point), chunk, (file) => file.fields);
    width = fields.width;
    clamped += fields.clamped;
    nonFinite += fields.nonFinite;
    const first = fields.firstNonFinite;
    if (first) firstNonFinite ??= { row: firstRow + first.row, unit: first.unit };
  }
  return { point, width, clamped, nonFinite, firstNonFinite };
}

/** Reads something from a chunk's file and closes it. */
function read<T>(folder: RunFolder, name: string, chunk: number, what: (file: ChunkFile) => T): T {
  const file = opened(folder, name, chunk);
  try {
    return what(file);
  } finally {
    folder.fs.close(file.handle);
  }
}

function opened(folder: RunFolder, name: string, chunk: number): ChunkFile {
  const file = folder.open(name, chunk);
  if (!file) throw gone(folder, name, chunk);
  return file;
}

function gone(folder: RunFolder, name: string, chunk: number): InputError {
  return new InputError(
    'CACHE_CORRUPT',
    { file: folder.path },
    {
      found: `chunk ${chunk} of ${name} is missing or damaged`,
      expected: 'the files that extraction wrote',
      remedy: 'Run the analysis again: only the rows of this chunk are computed anew.',
    },
  );
}
