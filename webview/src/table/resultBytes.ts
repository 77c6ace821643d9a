/** A result file's bytes, read with every doubt: another version, a file cut in half, columns that do not fit. */
import { shown } from '../../../server/src/protocol/errors';
import { rowNoun } from '../../../server/src/protocol/reading';
import type { Provenance, RankingColumns } from '../../../server/src/protocol/results';
import { resultSchema } from '../../../server/src/protocol/results';
import { isRecord } from '../shared/host';
import type { Pause } from './jsonInPieces';
import { parseInPieces } from './jsonInPieces';
import type { TableRanking } from './tableRanking';
import { tableRanking } from './tableRanking';

export interface ResultFailure {
  readonly title: string;
  readonly text: string;
  readonly code: string;
}

export type RowNoun = ReturnType<typeof rowNoun>;

/** What the table shows of a result. */
export interface ReadResult {
  readonly neurons: readonly string[];
  readonly rankings: readonly TableRanking[];
  /** What was scored: words, tokens where sub-words were not joined, rows of an outside matrix. */
  readonly unit: RowNoun;
}

/** The result in a file, or why there is none; read in pieces with `pause` between them. Nothing of a damaged file is shown. */
export async function readResult(bytes: Uint8Array, pause: Pause): Promise<ReadResult | ResultFailure> {
  let content: unknown;
  try {
    content = await parseInPieces(bytes, pause);
  } catch {
    return failure(
      'The file is not whole',
      'Its content ends or breaks where it should go on. It may have been cut while copying: run the analysis again.',
    );
  }
  const stated = isRecord(content) && typeof content.schema === 'string' ? content.schema : 'none';
  if (stated !== resultSchema)
    return failure(
      'The file is of another version',
      `It says ${shown(stated, 60)}; this version reads ${resultSchema}. Open it with the version that wrote it, or run the analysis again.`,
    );
  const result = isRecord(content) ? await resultOf(content, pause) : 'no content';
  if (typeof result !== 'string') return result;
  return failure('The file is damaged', `${result}. It was changed by hand or by a fault of the disk: run the analysis again.`);
}

/** Whether reading gave a failure. */
export function isFailure(read: object): read is ResultFailure {
  return 'title' in read;
}

const failure = (title: string, text: string): ResultFailure => ({ title, text, code: 'RESULT_FILE' });

/** The result, or what is wrong with it. */
async function resultOf({ neurons, rankings, provenance }: Record<string, unknown>, pause: Pause): Promise<ReadResult | string> {
  if (!isListOf(neurons, (id) => typeof id === 'string')) return 'neurons is no list of ids';
  if (!Array.isArray(rankings)) return 'rankings is no list';
  if (!isRecord(provenance) || !isRecord(provenance.activations)) return 'provenance is missing';
  const read: TableRanking[] = [];
  for (const [index, ranking] of rankings.entries()) {
    if (!isRanking(ranking, neurons.length)) return `rankings.${index} does not fit the ${neurons.length} neurons`;
    read.push(tableRanking(ranking));
    await pause(1);
  }
  const unit = rowNoun(provenance as unknown as Provenance);
  return { neurons: neurons as string[], rankings: read, unit };
}

function isRanking(ranking: unknown, neurons: number): ranking is RankingColumns {
  return (
    isRecord(ranking) &&
    [ranking.method, ranking.title, ranking.concept].every((text) => typeof text === 'string') &&
    isNumberOrNull(ranking.chance) &&
    isSupport(ranking.support) &&
    isListOf(ranking.score, isNumberOrNull, neurons) &&
    isListOf(ranking.direction, (sign) => sign === 1 || sign === -1, neurons) &&
    isListOf(ranking.order, (index) => isNumber(index) && index >= 0 && index < neurons) &&
    isRecord(ranking.extras) &&
    Object.values(ranking.extras).every((values) => isListOf(values, isNumberOrNull, neurons)) &&
    isRecord(ranking.undefined) &&
    isRecord(ranking.labels) &&
    (ranking.null === null || (isRecord(ranking.null) && isNumber(ranking.null.q95))) &&
    isListOf(ranking.focus, (focus) => isRecord(focus) && isNumber(focus.neuron)) &&
    Array.isArray(ranking.warnings)
  );
}

const isNumber = (value: unknown): value is number => typeof value === 'number' && Number.isFinite(value);
const isNumberOrNull = (value: unknown): boolean => value === null || isNumber(value);
const isSupport = (value: unknown): boolean => isRecord(value) && isNumber(value.positive) && isNumber(value.negative);

function isListOf(value: unknown, fits: (entry: unknown) => boolean, length?: number): value is unknown[] {
  if (!Array.isArray(value) && !(value instanceof Float64Array)) return false;
  if (length !== undefined && value.length !== length) return false;
  // Long lists of numbers have NaN where the file has null.
  return Array.isArray(value) ? value.every(fits) : value.every((entry) => fits(Number.isNaN(entry) ? null : entry));
}
