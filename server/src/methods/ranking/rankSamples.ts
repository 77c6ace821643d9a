/** Rankings by methods that are given rows in memory: one read of the matrices serves all concepts and methods. */
import { countText } from '../../protocol/counted';
import type { Progress } from '../../protocol/workerMessages';
import type { FitIdentity, FitPlaces } from '../fitPlace';
import type { Kernels } from '../kernels';
import type { Parameters } from '../parameters';
import { sampleOrder } from '../sample';
import type { ClassScores, FitNumber, FittedWeights, Sample, SampleMethod, SampleScores, WithoutWord } from '../sample';
import { askedOf, checkLabelSets, leastRows, oneAgainstRest } from './labels';
import type { LabelSet, Support } from './labels';
import { checkParts, placeParts } from './plan';
import type { NeuronPart } from './plan';
import type { Ranking } from './rank';
import { repeatedSentences } from './repeatedSentences';
import { chooseRows, isHeld, isHeldForm, readRows, rowsOf, sampleBytes, sampleOf } from './sampleRows';
import type { ReadRows } from './sampleRows';
import { stepper } from './step';
import type { Step } from './step';

/** A method with the parameters to run it with. */
export interface SampleChoice {
  readonly method: SampleMethod;
  readonly parameters: Parameters;
}

/** Matrices with the labels of their rows. */
export interface LabelledParts {
  readonly parts: readonly NeuronPart[];
  readonly labelSets: readonly LabelSet[];
  /** Sentence of each row: the unit in which rows are held out. */
  readonly groups?: Int32Array | undefined;
  /** Word form of each row, the same number for the same form in rows to fit and rows to evaluate on. */
  readonly types?: Int32Array | undefined;
}

export interface SampleRequest extends LabelledParts {
  readonly methods: readonly SampleChoice[];
  /** Rows to evaluate on, with the same neurons and label sets; without them rows are held out. */
  readonly evaluation?: LabelledParts | undefined;
  /** What is held out whole: sentences, or word forms, of which then none is fitted. */
  readonly split?: Split | undefined;
  readonly kernels: Kernels;
  /** Keeps how far fits are; without it a job that was stopped begins anew. */
  readonly keepFits?: ((identity: FitIdentity) => FitPlaces) | undefined;
  readonly seed: number;
  /** Bytes of values in memory. */
  readonly bytes?: number;
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: Progress) => void;
}

/** What no row to fit shares with a row held out. */
export type Split = 'sentences' | 'words';

/** A ranking with what is known of its fit as a whole. */
export interface SampleRanking extends Ranking {
  readonly fit: Readonly<Record<string, FitNumber>>;
  readonly weights: FittedWeights | null;
  /** How it does without the commonest word; null where the method does not say. */
  readonly withoutWord: WithoutWord | null;
  /** 1 for rows of the matrices that were fitted. */
  readonly fitted: Uint8Array;
  /** The score of one neuron on rows of its own and chance there, 1 in `target` on those of the concept; null where a fit takes all neurons together. */
  readonly scoreAlone:
    ((values: Float64Array, target: Int32Array) => { readonly score: number | null; readonly chance: number | null }) | null;
  /** Scores for one class each, where a method that compares several has them. */
  readonly perClass: readonly ClassScores[];
  /** Names of the classes, in the order of numbers that stand for one class each. */
  readonly classes: readonly string[];
  readonly sample: SampleSize;
}

/** How much was held in memory: rows to fit, rows held out, rows that were asked for, and the bytes of their values. */
export interface SampleSize {
  readonly fitted: number;
  readonly held: number;
  readonly of: number;
  readonly bytes: number;
}

/** Rankings of every label set by every method that takes its kind, in that order. Throws `InputError` (LABEL_COUNT, MATRIX_SHAPE) and `CancelledError`. */
export async function rankSamples(
  request: SampleRequest,
): Promise<{ readonly neurons: readonly string[]; readonly rankings: readonly SampleRanking[] }> {
  const { seed, kernels, bytes = sampleBytes } = request;
  const stopped = `stopped while fitting; ${request.keepFits ? 'long fits are kept: the same command goes on from where they were' : 'nothing is kept'}`;
  const step = stepper(request.signal, request.onProgress, stopped);
  const { neurons } = placeParts(request.parts);
  const held = request.evaluation ? () => false : heldBy(request);
  const rows = await read(request, { seed, bytes, step, held });
  const evaluation = request.evaluation && (await read(request.evaluation, { seed, bytes, step, held }));
  const places = request.keepFits?.(identityOf(request, [rows, ...(evaluation ? [evaluation] : [])]));
  const placeOfFit = places && (() => places.next());
  const rankings: SampleRanking[] = [];
  for (const [index, set] of request.labelSets.entries()) {
    const other = request.evaluation?.labelSets[index];
    // The rows of the set itself are picked once for all methods that are asked about it as it is.
    let own: Sample | undefined;
    for (const { method, parameters } of request.methods) {
      if ((method.labels === 'numbers') !== (set.kind === 'numbers')) continue;
      for (const asked of askedOf(set, { id: method.id, binary: method.labels === 'binary' })) {
        const pick = (): Sample =>
          sampleFor(asked, rows, evaluation && other && { rows: evaluation, set: matching(asked, set, other, method) }, held);
        const sample = asked === set ? (own ??= pick()) : pick();
        const found = await method.rank(sample, parameters, { kernels, seed, step, ...(placeOfFit && { placeOfFit }) });
        rankings.push(
          rankingOf(asked, sample, { method, parameters }, found, notesOn(request, rows, sample), {
            size: sizeOf(rows, evaluation, sample),
            fitted: fittedRows(asked, rows.numbers, held),
          }),
        );
      }
    }
  }
  places?.forget();
  return { neurons, rankings };
}

/** Everything that the fits follow from. */
function identityOf({ labelSets, evaluation, methods, seed, split }: SampleRequest, rows: readonly ReadRows[]): FitIdentity {
  const sets = [...labelSets, ...(evaluation?.labelSets ?? [])];
  return {
    numbers: [
      ...rows.flatMap(({ values, numbers, types, groups }) => [values, numbers, ...(types ? [types] : []), ...(groups ? [groups] : [])]),
      ...sets.flatMap(({ labels, numbers }) => [labels, ...(numbers ? [numbers] : [])]),
    ],
    text: JSON.stringify([
      seed,
      split ?? '',
      sets.map(({ name, kind, classNames }) => [name, kind, classNames]),
      methods.map(({ method, parameters }) => [method.id, parameters]),
    ]),
  };
}

/** Which rows are held out, by their number in the matrices. */
function heldBy({ groups, types, seed, split }: SampleRequest): (row: number) => boolean {
  return (row) => (split === 'words' ? isHeldForm(seed, types?.[row] ?? row) : isHeld(seed, groups?.[row] ?? row));
}

/** Rows to fit come first and those held out behind them, so that neither needs a copy. */
async function read(
  { parts, labelSets, groups, types }: LabelledParts,
  {
    seed,
    bytes,
    step,
    held,
  }: { readonly seed: number; readonly bytes: number; readonly step: Step; readonly held: (row: number) => boolean },
): Promise<ReadRows> {
  const count = parts[0]?.matrix.rows ?? 0;
  checkParts(parts, count);
  checkLabelSets(labelSets, count);
  const { parts: placed, neurons } = placeParts(parts);
  const { numbers: chosen, asked } = chooseRows(labelSets, groups, neurons.length * 4, bytes, seed);
  const numbers = Int32Array.from([...chosen.filter((row) => !held(row)), ...chosen.filter(held)]);
  const values = await readRows(placed, numbers, (done) => step('reading', done, count * placed.length, 'rows'));
  return { numbers, values, neurons: neurons.length, groups, types, asked };
}

/** The labels to evaluate on, asked in the same way. */
function matching(asked: LabelSet, set: LabelSet, other: LabelSet, method: SampleMethod): LabelSet {
  if (set.kind === 'binary' || method.labels !== 'binary') return other;
  return oneAgainstRest(other, asked.values?.focus ?? 0);
}

function sampleFor(
  set: LabelSet,
  rows: ReadRows,
  evaluation: { readonly rows: ReadRows; readonly set: LabelSet } | undefined,
  held: (row: number) => boolean,
): Sample {
  if (evaluation)
    return sampleOf(
      set,
      rowsOf(rows, set, () => true),
      rowsOf(evaluation.rows, evaluation.set, () => true),
    );
  return sampleOf(
    set,
    rowsOf(rows, set, (row) => !held(row)),
    rowsOf(rows, set, held),
  );
}

/** 1 for rows of the matrices that `sampleFor` gives to fit. */
function fittedRows({ labels }: LabelSet, numbers: Int32Array, held: (row: number) => boolean): Uint8Array {
  const fitted = new Uint8Array(labels.length);
  for (const row of numbers) if ((labels[row] as number) >= 0 && !held(row)) fitted[row] = 1;
  return fitted;
}

function sizeOf(rows: ReadRows, evaluation: ReadRows | undefined, { train, held }: Sample): SampleSize {
  const bytes = rows.values.byteLength + (evaluation?.values.byteLength ?? 0);
  return { fitted: train.rows, held: held.rows, of: rows.asked + (evaluation?.asked ?? 0), bytes };
}

/** What a reader must know of the rows besides their numbers. */
function notesOn({ evaluation, groups, split }: SampleRequest, { numbers, asked }: ReadRows, { train, held, focus }: Sample): string[] {
  const unit =
    split === 'words'
      ? 'of other word forms'
      : groups
        ? 'of other sentences'
        : 'others; sentences are not known, so rows were split one by one';
  const both = evaluation || split === 'words' ? null : repeatedSentences(train, held);
  const [fitted, other] = focus < 0 ? [1, 0] : [supportOf(train.labels, focus).positive, supportOf(held.labels, focus).positive];
  return [
    ...(numbers.length < asked ? [`fitted to a sample: ${countText(numbers.length)} of ${countText(asked)} rows, whole sentences`] : []),
    ...(evaluation
      ? []
      : [
          `fitted to ${countText(train.rows)} rows, evaluated on ${countText(held.rows)} ${unit}`,
          ...(both && both.repeated > 0
            ? [`${countText(both.repeated)} of ${countText(both.of)} sentences held out stand among the fitted ones too, word for word`]
            : []),
          ...(fitted === 0 && other > 0
            ? [
                `no row to fit carries the concept: all ${countText(other)} that do are held out. Another seed holds out others; with few of them, give rows to evaluate on`,
              ]
            : []),
        ]),
  ];
}

function rankingOf(
  set: LabelSet,
  { train, focus, classes }: Sample,
  { method, parameters }: SampleChoice,
  found: SampleScores,
  notes: readonly string[],
  { size, fitted }: { readonly size: SampleSize; readonly fitted: Uint8Array },
): SampleRanking {
  const { scoreAlone } = method;
  const support = supportOf(train.labels, focus);
  const few = support.positive > 0 && support.positive < leastRows && (focus >= 0 || set.kind === 'numbers');
  const what = set.kind === 'numbers' ? 'a number' : 'the concept';
  return {
    concept: set.name,
    method: method.id,
    title: method.title,
    parameters,
    chance: support.positive === 0 ? null : method.chance(support, parameters),
    support,
    score: found.score,
    direction: found.direction,
    order: sampleOrder(method, found),
    extras: found.beside,
    undefined: Object.fromEntries(Object.entries(found.reasons)),
    against: null,
    ...{ null: null, q: null },
    focus: [],
    warnings: [
      ...notes,
      ...(few
        ? [
            `only ${support.positive === 1 ? '1 row to fit carries' : `${support.positive} rows to fit carry`} ${what}; below ${leastRows} scores vary much from sample to sample`,
          ]
        : []),
      ...found.warnings,
    ],
    fit: found.fit,
    perClass: found.perClass ?? [],
    weights: found.weights ?? null,
    withoutWord: found.withoutWord ?? null,
    fitted,
    scoreAlone: scoreAlone
      ? (values, target) => ({ score: scoreAlone(values, target, parameters), chance: method.chance(supportOf(target, 1), parameters) })
      : null,
    classes,
    sample: size,
  };
}

/** Of several classes all rows count as positive. */
function supportOf(labels: Int32Array, focus: number): Support {
  if (focus < 0) return { positive: labels.length, negative: 0 };
  const positive = labels.reduce((sum, label) => sum + Number(label === focus), 0);
  return { positive, negative: labels.length - positive };
}
