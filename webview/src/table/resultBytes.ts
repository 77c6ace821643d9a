/** A result file's bytes, read with every doubt: another version, a file cut in half, columns that do not fit. */
import { shown } from '../../../server/src/protocol/errors';
import type { AnalysisResult, RankingColumns } from '../../../server/src/protocol/results';
import { resultSchema } from '../../../server/src/protocol/results';
import { isRecord } from '../shared/host';

export interface ResultFailure {
  readonly title: string;
  readonly text: string;
  readonly code: string;
}

/** The result in a file, or why there is none. Nothing of a damaged file is shown. */
export function readResult(bytes: Uint8Array): AnalysisResult | ResultFailure {
  let content: unknown;
  try {
    content = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
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
  const fault = isRecord(content) ? faultOf(content) : 'no content';
  if (fault) return failure('The file is damaged', `${fault}. It was changed by hand or by a fault of the disk: run the analysis again.`);
  return content as unknown as AnalysisResult;
}

/** Whether reading gave a failure. */
export function isFailure(read: AnalysisResult | ResultFailure): read is ResultFailure {
  return 'title' in read;
}

const failure = (title: string, text: string): ResultFailure => ({ title, text, code: 'RESULT_FILE' });

function faultOf({ neurons, rankings, provenance }: Record<string, unknown>): string | null {
  if (!isListOf(neurons, (id) => typeof id === 'string')) return 'neurons is no list of ids';
  if (!Array.isArray(rankings)) return 'rankings is no list';
  if (!isRecord(provenance) || !isRecord(provenance.activations)) return 'provenance is missing';
  const bad = rankings.findIndex((ranking) => !isRanking(ranking, neurons.length));
  return bad < 0 ? null : `rankings.${bad} does not fit the ${neurons.length} neurons`;
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
  return Array.isArray(value) && (length === undefined || value.length === length) && value.every(fits);
}
