/** A Gaussian probe from rows to chosen neurons: classes, estimates, search, and how it does on rows held out. */
import type { Sample, SampleTools, WithoutWord } from '../sample';
import { gaussianClasses, placedLabels } from './gaussianClasses';
import type { GaussianClasses } from './gaussianClasses';
import { publishedEstimates, shrunkEstimates } from './gaussianCovariance';
import type { Estimate } from './gaussianCovariance';
import { candidateBytes, candidates, follower, judgedRows, mostBytes, stratified } from './gaussianRows';
import type { JudgedRows, Judgement } from './gaussianRows';
import { screenBytes, screenOf } from './gaussianScreen';
import { greedySearch } from './gaussianSearch';
import type { SearchResult } from './gaussianSearch';
import { chooseShrinkage, leastShrinkage } from './gaussianShrinkage';
import { withoutWord } from './withoutWord';

/** Rows that choose: more change the order little and cost their share of time. */
const mostRows = 4000;

/** What a person may set. */
export interface GaussianOptions {
  readonly steps: number;
  readonly objective: 'log-posterior' | 'mi' | 'accuracy';
  readonly 'score-on': 'eval' | 'train';
  readonly prior: 'heldout' | 'map' | 'unbiased' | 'mle';
  readonly 'min-rows': number;
  readonly 'worst-first': boolean;
}

/** A judgement in the units that people read: mean log posterior in nats, share told right, bound in bits. */
export interface Measures {
  readonly logPosterior: number;
  readonly accuracy: number;
  readonly mi: number;
}

export interface GaussianRun {
  readonly model: GaussianClasses;
  /** Class of each training row among those of `model`. */
  readonly trainLabels: Int32Array;
  /** Null where nothing could be searched. */
  readonly search: {
    readonly result: SearchResult;
    readonly rows: number;
    /** Bits. */
    readonly entropy: number;
    readonly measures: (judgement: Judgement) => Measures;
    /** What each step made as large as it could. */
    readonly value: (judgement: Judgement) => number;
    /** After every step on the rows held out, where fitted rows choose. */
    readonly held: readonly Measures[] | null;
    /** After the last step, on rows held out without their commonest word. */
    readonly withoutWord: WithoutWord;
    /** Weight of `shrunkEstimates`; null for a published prior. */
    readonly shrinkage: number | null;
  } | null;
  readonly warnings: readonly string[];
}

/** Fits and searches. Rows of classes that take no part count nowhere. */
export async function runGaussian(sample: Sample, options: GaussianOptions, { seed, step, placeOfFit }: SampleTools): Promise<GaussianRun> {
  const { train, held } = sample;
  const model = gaussianClasses(sample, options['min-rows']);
  const trainLabels = placedLabels(train, model.classes);
  const heldLabels = placedLabels(held, model.classes);
  const onTrain = options['score-on'] === 'train';
  const heldRows = judgedRows(withClass(heldLabels), heldLabels, model);
  const screened = options.objective !== 'accuracy';
  const bytesOf = screened ? screenBytes : candidateBytes;
  const { judged, warnings } = choosingRows(onTrain ? trainLabels : heldLabels, model, seed, bytesOf);
  if (model.neurons.length === 0 || judged.rows === 0) {
    const none =
      model.neurons.length > 0
        ? ['no row of these classes is held out that could choose; give rows to evaluate on, or score-on=train']
        : [];
    return { model, trainLabels, search: null, warnings: [...model.warnings, ...none] };
  }
  const { estimates, shrinkage } = estimatesOf(options, model, () => {
    return heldRows.rows === 0
      ? leastShrinkage
      : chooseShrinkage({ train, trainLabels, held, judged: heldRows, model, steps: options.steps });
  });
  const measures = measuresOf(judged, model);
  const value = (judgement: Judgement): number => {
    if (options.objective === 'accuracy') return measures(judgement).accuracy;
    return options.objective === 'mi' ? measures(judgement).mi : judgement.logPosterior;
  };
  const follow = onTrain && heldRows.rows > 0 ? follower(heldRows, held, model) : null;
  const heldMeasures = measuresOf(heldRows, model);
  const onHeld: Measures[] = [];
  const steps: Step[] = [];
  const result = await greedySearch({
    ...{ model, estimates, train, trainLabels, value, step, steps: options.steps, worstFirst: options['worst-first'] },
    candidates: candidates(judged, onTrain ? train : held, model),
    screen: screened ? screenOf(judged, onTrain ? train : held, model) : null,
    place: placeOfFit?.(),
    onChosen: (neuron, factors) => {
      steps.push({ neuron, factors });
      if (follow) onHeld.push(heldMeasures(follow(neuron, factors)));
    },
  });
  const unchosen =
    options.prior === 'heldout' && heldRows.rows === 0 ? ['no row is held out that could say how far to shrink covariances'] : [];
  return {
    ...{ model, trainLabels, warnings: [...model.warnings, ...warnings, ...unchosen] },
    search: {
      ...{ result, rows: judged.rows, entropy: entropyOf(judged, model), measures, value, held: follow && onHeld, shrinkage },
      withoutWord: judgedWithoutWord(sample, model, onTrain ? heldRows : judged, steps),
    },
  };
}

/** A neuron that was chosen, with its row of every class's factor. */
interface Step {
  readonly neuron: number;
  readonly factors: readonly Float64Array[];
}

/** The chosen neurons together on those of the rows held out that are judged, without the commonest word there. */
function judgedWithoutWord(
  { held, focus }: Sample,
  model: GaussianClasses,
  { places, labels }: Pick<JudgedRows, 'places' | 'labels'>,
  steps: readonly Step[],
): WithoutWord {
  const placed = new Int32Array(held.rows).fill(-1);
  places.forEach((row, i) => (placed[row] = labels[i] as number));
  const words = { labels: placed, ...(held.types && { types: held.types }) };
  return withoutWord({ held: words, focus: focus < 0 ? -1 : model.classes.indexOf(focus) }, (kept) => {
    const rows = judgedRows(places.filter(kept), placed, model);
    const follow = follower(rows, held, model);
    const last = steps.map(({ neuron, factors }) => follow(neuron, factors)).at(-1);
    const { accuracy = null, mi = null, logPosterior = null } = last ? measuresOf(rows, model)(last) : {};
    return { accuracy, mi, log_posterior: logPosterior };
  });
}

function withClass(placed: Int32Array): Int32Array {
  return Int32Array.from(placed.keys()).filter((row) => (placed[row] as number) >= 0);
}

function choosingRows(
  placed: Int32Array,
  model: GaussianClasses,
  seed: number,
  bytesOf: typeof candidateBytes,
): { judged: JudgedRows; warnings: string[] } {
  const classes = model.counts.length;
  const room = Math.floor(mostBytes / Math.max(1, bytesOf(1, classes, model.neurons.length)));
  const places = stratified(placed, classes, Math.max(1, Math.min(mostRows, room)), seed);
  const available = withClass(placed).length;
  return {
    judged: judgedRows(places, placed, model),
    warnings: places.length < available ? [`chosen on ${places.length} of ${available} rows, each class in its share`] : [],
  };
}

function estimatesOf(
  { prior }: GaussianOptions,
  model: GaussianClasses,
  choose: () => number,
): { estimates: Estimate[]; shrinkage: number | null } {
  if (prior !== 'heldout') return { estimates: publishedEstimates(prior, model.counts, model.neurons.length), shrinkage: null };
  const shrinkage = choose();
  return { estimates: shrunkEstimates(model.counts, shrinkage), shrinkage };
}

function measuresOf(judged: JudgedRows, model: GaussianClasses): (judgement: Judgement) => Measures {
  const entropy = entropyOf(judged, model);
  return ({ logPosterior, correct }) => ({ logPosterior, accuracy: correct / judged.rows, mi: entropy + logPosterior / Math.LN2 });
}

/** Of the classes among the rows, in bits; a class without rows adds nothing. */
function entropyOf({ labels, rows }: JudgedRows, { counts }: GaussianClasses): number {
  return counts.reduce((sum, _, k) => {
    const share = labels.reduce((n, label) => n + Number(label === k), 0) / rows;
    return share > 0 ? sum - share * Math.log2(share) : sum;
  }, 0);
}
