/**
 * What a request comes down to: which labellings must be counted, which questions are asked of them, which method answers
 * which question. Equal labellings and equal questions are kept once, so that nothing is computed twice.
 */
import type { Matrix } from '../../activations/matrix';
import { InputError } from '../../protocol/errors';
import { compareTaps, neuronText } from '../../protocol/neurons';
import type { TapPoint } from '../../protocol/neurons';
import type { RankMethod, RankNeeds, Scorer } from '../method';
import type { Parameters } from '../parameters';
import type { Labelling } from '../statistics/cells';
import { askedOf, checkLabelSets, leastRows } from './labels';
import type { LabelSet } from './labels';
import { questionTable } from './questions';
import type { Contrast } from './questions';

/** Neurons to rank: columns of one matrix. `point` names them; null for an outside matrix, whose column numbers are the names. */
export interface NeuronPart {
  readonly point: TapPoint | null;
  readonly matrix: Matrix;
  /** The columns that take part, ascending; all when absent. */
  readonly columns?: ArrayLike<number>;
}

/** A method with the parameters to run it with. */
export interface MethodChoice {
  readonly method: RankMethod;
  readonly parameters: Parameters;
}

/** One ranking to make. */
export interface Spec {
  readonly concept: string;
  readonly method: RankMethod;
  readonly parameters: Parameters;
  readonly needs: RankNeeds;
  readonly scorer: Scorer;
  readonly contrast: number;
  /** The question of the second column; −1 when there is none. */
  readonly against: number;
  readonly warnings: readonly string[];
}

export interface Plan {
  readonly rows: number;
  readonly parts: readonly { readonly matrix: Matrix; readonly columns: ArrayLike<number>; readonly firstNeuron: number }[];
  /** Names of all neurons, part by part. */
  readonly neurons: readonly string[];
  readonly labellings: readonly Labelling[];
  readonly contrasts: readonly Contrast[];
  /** Sets of rows, 1 where a row has a label. */
  readonly masks: readonly Uint8Array[];
  readonly specs: readonly Spec[];
}

/** Plans the rankings. Throws `InputError` where labels and rows do not fit. */
export function planRanking(parts: readonly NeuronPart[], sets: readonly LabelSet[], methods: readonly MethodChoice[]): Plan {
  const rows = parts[0]?.matrix.rows ?? 0;
  checkParts(parts, rows);
  checkLabelSets(sets, rows);

  const questions = questionTable();
  const specs: Spec[] = [];
  for (const set of sets) {
    for (const { method, parameters } of methods) {
      const needs = method.needs(parameters);
      for (const asked of askedOf(set, { id: method.id, binary: needs.labels === 'binary' })) {
        const { labels, classes, focus } = questionOf(asked, needs);
        const contrast = questions.contrastOf(labels, classes, focus, needs);
        const against = asked.against && needs.labels !== 'values' ? questions.contrastOf(asked.against, 2, 1, needs) : -1;
        const caution = method.caution(parameters);
        const warnings = [...supportWarnings(questions.contrasts[contrast]!), ...(caution === null ? [] : [caution])];
        specs.push({ concept: asked.name, method, parameters, needs, scorer: method.scorer(parameters), contrast, against, warnings });
      }
    }
  }

  const { labellings, contrasts, masks } = questions;
  return { rows, ...placeParts(parts), labellings, contrasts, masks, specs };
}

/** Parts in the order of their taps, with the names of their neurons one after another. */
export function placeParts(parts: readonly NeuronPart[]): Pick<Plan, 'parts' | 'neurons'> {
  const placed: { matrix: Matrix; columns: ArrayLike<number>; firstNeuron: number }[] = [];
  const neurons: string[] = [];
  const ordered = [...parts].sort((a, b) => (a.point && b.point ? compareTaps(a.point, b.point) : 0));
  for (const { point, matrix, columns = Array.from({ length: matrix.columns }, (_, column) => column) } of ordered) {
    placed.push({ matrix, columns, firstNeuron: neurons.length });
    for (const unit of Array.from(columns)) neurons.push(point ? neuronText({ ...point, unit }) : String(unit));
  }
  return { parts: placed, neurons };
}

function questionOf(set: LabelSet, needs: RankNeeds): { labels: Int32Array; classes: number; focus: number } {
  if (set.kind === 'classes') return { labels: set.labels, classes: set.classNames.length, focus: -1 };
  if (needs.labels === 'values' && set.values) {
    return { labels: set.values.labels, classes: set.values.names.length, focus: set.values.focus };
  }
  return { labels: set.labels, classes: 2, focus: 1 };
}

function supportWarnings({ focus, support }: Contrast): string[] {
  const { positive, negative } = support;
  if (focus < 0) return [];
  return [
    ...(positive > 0 && positive < leastRows
      ? [
          `only ${positive === 1 ? '1 row carries' : `${positive} rows carry`} the concept; below ${leastRows} scores vary much from sample to sample`,
        ]
      : []),
    ...(negative > 0 && negative < leastRows
      ? [`only ${negative === 1 ? '1 row stands' : `${negative} rows stand`} against the concept; below ${leastRows} scores vary much`]
      : []),
  ];
}

/** Refuses matrices whose rows cannot be the same. */
export function checkParts(parts: readonly NeuronPart[], rows: number): void {
  const other = parts.find(({ matrix }) => matrix.rows !== rows);
  if (!other) return;
  throw new InputError(
    'MATRIX_SHAPE',
    {},
    {
      found: `matrices of ${rows} and of ${other.matrix.rows} rows`,
      expected: 'the same rows in every matrix',
      remedy: 'extract all of them from the same corpus with the same options',
    },
  );
}
