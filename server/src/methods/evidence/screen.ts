/**
 * The screen of the shuffles: every neuron in every round from its class sums alone. Formulas of class moments are screened
 * by themselves, with the scatter within classes shared out by degrees of freedom; formulas of order by |d′|.
 */
import type { ClassStatistics } from '../method';
import type { Plan } from '../ranking/plan';
import { neuronView, resize, scoreOf, setFocus } from '../ranking/view';
import type { NeuronView } from '../ranking/view';
import { combine, scatterBetween } from '../statistics/combine';
import type { ClassMoments } from '../statistics/moments';
import type { BestOf } from './bestOf';
import type { Scale, ShuffledLabelling } from './shuffledSums';

/** Sums of one shuffled labelling over one part. */
export interface PartSums {
  readonly part: number;
  readonly labelling: number;
  readonly shuffled: ShuffledLabelling;
  readonly scale: Scale;
  readonly sums: Float32Array;
  /** Moments of the labels as they are: all rows together and the range stay the same under every shuffle. */
  readonly moments: ClassMoments;
}

/** Offers every neuron of a part, in every round, to the candidates of every spec that asks about this labelling. */
export function screenPart(plan: Plan, given: PartSums, candidates: readonly (readonly BestOf[])[]): void {
  const { shuffled, scale, sums, moments } = given;
  const { columns, firstNeuron } = plan.parts[given.part]!;
  const specs = plan.specs.flatMap(({ contrast, scorer, needs, method }, spec) => {
    const { labelling, focus } = plan.contrasts[contrast]!;
    if (labelling !== given.labelling) return [];
    return [{ focus: classIndex(shuffled, focus), scorer: needs.order ? null : scorer, method, best: candidates[spec]! }];
  });
  const classes = shuffled.tracked.length;
  const view = neuronView();
  const all: ClassStatistics = { count: 0, mean: 0, scatter: 0 };
  for (let c = 0; c < columns.length; c++) {
    if (!wholeColumn(view, all, moments, columns[c]!)) continue;
    const deviation = scale.deviation[c]!;
    shuffled.shuffles.forEach(({ starts }, round) => {
      resize(view.classes, classes + 1);
      let count = all.count;
      let total = all.count * (all.mean - scale.mean[c]!);
      for (let k = 0; k < classes; k++) {
        const statistics = view.classes[k]!;
        const sum = deviation * sums[(round * classes + k) * columns.length + c]!;
        statistics.count = starts[k + 1]! - starts[k]!;
        statistics.mean = scale.mean[c]! + (statistics.count === 0 ? 0 : sum / statistics.count);
        count -= statistics.count;
        total -= sum;
      }
      view.classes[classes]!.count = count;
      view.classes[classes]!.mean = scale.mean[c]! + (count === 0 ? 0 : total / count);
      shareScatter(view, all);
      for (const { focus, scorer, method, best } of specs) {
        setFocus(view, focus);
        const scored = scorer ? scoreOf(view, scorer) : null;
        if (typeof scored === 'string') continue;
        best[round]!.offer(firstNeuron + c, scored ? method.strength(scored.score) : distance(view));
      }
    });
  }
}

/** Where a class stands in the list of tracked classes followed by the rest; −1 stays −1. */
export function classIndex({ tracked, rest }: ShuffledLabelling, focus: number): number {
  return focus === rest ? tracked.length : tracked.indexOf(focus);
}

/** Statistics of all labelled rows of a column, and its range; false when its scores are undefined. */
export function wholeColumn(view: NeuronView, all: ClassStatistics, moments: ClassMoments, column: number): boolean {
  const groups: ClassStatistics[] = [];
  view.min = Infinity;
  view.max = -Infinity;
  view.detection = null;
  view.quantile = null;
  for (let k = 0, at = column; k < moments.classes; k++, at += moments.columns) {
    groups.push({ count: moments.count[k]!, mean: moments.mean[at]!, scatter: moments.scatter[at]! });
    view.min = Math.min(view.min, moments.min[at]!);
    view.max = Math.max(view.max, moments.max[at]!);
  }
  combine(all, groups);
  return view.min < view.max && Number.isFinite(all.scatter) && all.scatter > 0;
}

/** Sets the scatter of every class so that all classes have the same variance. */
function shareScatter({ classes }: NeuronView, all: ClassStatistics): void {
  const variance = Math.max(0, all.scatter - scatterBetween(classes)) / Math.max(1, all.count - classes.length);
  for (const statistics of classes) statistics.scatter = variance * Math.max(0, statistics.count - 1);
}

/** |d′| up to a factor that is the same for all neurons. */
function distance({ positive, negative, all }: NeuronView): number {
  return Math.abs(positive.mean - negative.mean) / Math.sqrt(all.scatter);
}
