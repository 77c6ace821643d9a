/** Greedy selection by a Gaussian probe: at every step the neuron that tells the classes apart best beside those chosen. */
import type { Reason } from '../../protocol/reasons';
import type { FitPlace } from '../fitPlace';
import type { SampleRows, SampleTools } from '../sample';
import type { GaussianClasses } from './gaussianClasses';
import { covariancesWith, residualCovariance, rowsByClass } from './gaussianCovariance';
import type { Estimate } from './gaussianCovariance';
import type { Candidates, Judgement } from './gaussianRows';
import { searchAsNumbers, searchFromNumbers } from './gaussianPlace';
import type { Chosen } from './gaussianPlace';
import { slack } from './gaussianScreen';
import type { Screen } from './gaussianScreen';

/** Candidates between two reports of progress. */
const triedAStep = 32;
/** A neuron of which less than this share of its variance is left is a linear function of those chosen. */
const copyShare = 1e-10;

/** What a search needs; neurons and classes count as in `model`. */
export interface SearchTask {
  readonly model: GaussianClasses;
  /** One for each class. */
  readonly estimates: readonly Estimate[];
  readonly train: SampleRows;
  /** Class of each training row, −1 for rows that take no part. */
  readonly trainLabels: Int32Array;
  readonly candidates: Candidates;
  /** Says which neurons can be the best, where `value` grows with the log posterior; without it each is tried exactly. */
  readonly screen: Screen | null;
  readonly steps: number;
  /** The number to make as large as possible. */
  readonly value: (judgement: Judgement) => number;
  /** Takes the worst neuron at every step in place of the best. */
  readonly worstFirst: boolean;
  /** Hears of every neuron that is chosen, with its row of every class's factor. */
  readonly onChosen?: (neuron: number, factors: readonly Float64Array[]) => void;
  /** Where it is kept while it goes on. */
  readonly place?: FitPlace | undefined;
  readonly step: SampleTools['step'];
}

export interface SearchResult {
  /** In the order in which they were chosen. */
  readonly chosen: readonly Chosen[];
  /** Every neuron by itself; null where it has values that are not finite. */
  readonly alone: readonly (Judgement | null)[];
  /** Why each of the others was not chosen. */
  readonly reasons: Readonly<Record<number, Reason>>;
}

/**
 * At most `steps` neurons, ties to the lower number. Residuals and residual variances are brought up to date by rank-one
 * updates, so a step costs classes × rows × neurons and no covariance is inverted. Copies of what is chosen are passed over.
 * A screen only saves work: whatever can be the best is tried exactly.
 */
export async function greedySearch(task: SearchTask): Promise<SearchResult> {
  const { model, estimates, candidates, value, step } = task;
  const count = model.neurons.length;
  const classes = model.counts.map((_, k) =>
    residualCovariance(scaled(rowOf(model.variances, k, count), (estimates[k] as Estimate).variance)),
  );
  const trainRows = rowsByClass(task.trainLabels, classes.length);
  const together = totals(model);
  const all = residualCovariance(together.variances);
  const first = [...classes, all].map(({ left }) => Float64Array.from(left));
  const isCopy = (j: number): boolean =>
    [...classes, all].some(({ left }, k) => !((left[j] as number) > copyShare * ((first[k] as Float64Array)[j] as number)));

  const open = new Set(Array.from({ length: count }, (_, j) => j));
  const reasons: Record<number, Reason> = {};
  const kept = searchFromNumbers(task.place?.kept ?? null, count);
  const alone: (Judgement | null)[] = kept ? [...kept.alone] : [];
  const chosen: Chosen[] = [];
  /** Of each neuron that could not be judged, how many were chosen by then; −1 for the others. */
  const notFinite = new Int32Array(count).fill(-1);
  const total = Math.min(task.steps, count);
  const leftOf = (j: number): Float64Array => Float64Array.from(classes, ({ left }) => left[j] as number);
  const keptOf = (j: number): number =>
    classes.reduce((least, { left }, k) => Math.min(least, (left[j] as number) / ((first[k] as Float64Array)[j] as number)), 1);
  const sign = task.worstFirst ? -1 : 1;
  let tried = 0;
  const look = async (): Promise<void> => {
    if (tried++ % triedAStep === 0) {
      await step('search', chosen.length + ((tried - 1) % (open.size + 1)) / (open.size + 1), total, 'neurons');
    }
  };

  /** The neurons still open, those that may be best first, with the most that each can reach: that times `sign`. */
  const hopes = async (): Promise<{ neuron: number; most: number }[]> => {
    const all: { neuron: number; most: number }[] = [];
    for (const neuron of open) {
      await look();
      // By itself every neuron is told exactly, since that is shown beside its score.
      const about = chosen.length === 0 ? null : (task.screen?.about(neuron, leftOf(neuron)) ?? null);
      all.push({ neuron, most: about === null ? Infinity : sign * about + slack(chosen.length, keptOf(neuron)) });
    }
    return all.sort((a, b) => b.most - a.most || a.neuron - b.neuron);
  };

  /** The next neuron; null where none is left that can be judged. */
  const search = async (): Promise<Chosen | null> => {
    let best: Chosen | null = null;
    for (const { neuron: j, most } of await hopes()) {
      if (best && most < sign * best.judgement.logPosterior) break;
      await look();
      const judgement = candidates.tryOne(j, leftOf(j));
      const finite = Number.isFinite(judgement.logPosterior);
      if (chosen.length === 0) alone[j] = finite ? judgement : null;
      if (!finite) {
        open.delete(j);
        reasons[j] = 'not-finite';
        notFinite[j] = chosen.length;
        continue;
      }
      const gain: number = best ? sign * (value(judgement) - value(best.judgement)) : 1;
      if (!best || gain > 0 || (gain === 0 && j < best.neuron)) best = { neuron: j, judgement };
    }
    return best;
  };

  /** What the search found at this step before it was stopped; the neurons that could not be judged then. */
  const again = (): Chosen | null => {
    const found = kept?.chosen[chosen.length] ?? null;
    for (const j of found ? [...open] : []) {
      if (kept?.notFinite[j] !== chosen.length) continue;
      open.delete(j);
      reasons[j] = 'not-finite';
      notFinite[j] = chosen.length;
    }
    return found;
  };

  while (chosen.length < total) {
    tried = 0;
    for (const j of open) {
      if (!isCopy(j)) continue;
      open.delete(j);
      reasons[j] = 'copy';
    }
    const best: Chosen | null = again() ?? (await search());
    if (!best) break;
    const { neuron } = best;
    open.delete(neuron);
    chosen.push(best);
    const covariances = covariancesWith(task.train, trainRows, model, neuron);
    const factors = classes.map((covariance, k) =>
      covariance.take(neuron, scaled(rowOf(covariances, k, count), (estimates[k] as Estimate).covariance)),
    );
    all.take(neuron, together.covariances(covariances, neuron));
    const scores = candidates.take(neuron, factors);
    task.screen?.take(scores, factors);
    task.onChosen?.(neuron, factors);
    task.place?.keep(() => searchAsNumbers({ chosen, alone, notFinite }));
  }
  for (const j of open) reasons[j] = isCopy(j) ? 'copy' : 'not-selected';
  return { chosen, alone, reasons };
}

function rowOf(values: Float64Array, k: number, columns: number): Float64Array {
  return values.subarray(k * columns, (k + 1) * columns);
}

function scaled(values: Float64Array, factor: number): Float64Array {
  return values.map((value) => value * factor);
}

/** Variances over all rows, and covariances from those within the classes. */
function totals({ counts, means, variances }: GaussianClasses) {
  const count = variances.length / counts.length;
  const rows = counts.reduce((sum, n) => sum + n, 0);
  const mean = weighted(count, counts, (k, j) => ((counts[k] as number) / rows) * (means[k * count + j] as number));
  const covariances = (within: Float64Array, neuron: number): Float64Array =>
    weighted(count, counts, (k, j) => {
      const apart = (column: number): number => (means[k * count + column] as number) - (mean[column] as number);
      return ((counts[k] as number) / rows) * ((within[k * count + j] as number) + apart(j) * apart(neuron));
    });
  return {
    variances: weighted(count, counts, (k, j) => {
      const apart = (means[k * count + j] as number) - (mean[j] as number);
      return ((counts[k] as number) / rows) * ((variances[k * count + j] as number) + apart * apart);
    }),
    covariances,
  };
}

/** A sum over the classes, for every neuron. */
function weighted(neurons: number, classes: readonly unknown[], term: (k: number, neuron: number) => number): Float64Array {
  const sums = new Float64Array(neurons);
  classes.forEach((_, k) => {
    for (let j = 0; j < neurons; j++) sums[j] = (sums[j] as number) + term(k, j);
  });
  return sums;
}
