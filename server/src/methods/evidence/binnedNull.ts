/**
 * The best of all neurons under shuffled labels, for methods that see classes by bins: every neuron is counted in every
 * round, since no sum of a class says which neuron's bins it fills best. Two bytes a row and one addition a row of the
 * shuffled classes keep that cheap.
 */
import { eachColumn } from '../ranking/columns';
import type { Plan } from '../ranking/plan';
import type { Step } from '../ranking/step';
import { loadWhole, neuronView, resize, scoreOf, setFocus, tiesByMask } from '../ranking/view';
import type { NeuronView } from '../ranking/view';
import { columnBins, countBins, mostBins } from '../statistics/bins';
import type { ClassBins, CutRule, RowBins } from '../statistics/bins';
import type { ClassMoments } from '../statistics/classMoments';
import type { NullTally } from './falseDiscoveries';
import { classIndex } from './screen';
import type { ShuffledLabelling } from './shuffledSums';
import type { Shuffle } from './shuffles';

/**
 * Strength of the best neuron by spec and round; −∞ where none has a score, and for specs that do not cut values. All null
 * scores are counted in the tally of their spec.
 */
export async function scoreBinned(
  plan: Plan,
  moments: readonly (readonly ClassMoments[])[],
  shuffled: readonly (ShuffledLabelling | null)[],
  rounds: number,
  tallies: readonly NullTally[],
  step: Step,
): Promise<Float64Array[]> {
  const best = plan.specs.map(() => new Float64Array(rounds).fill(-Infinity));
  const contrasts = [...plan.contrasts.entries()].filter(([, { cut }]) => cut).sort(([, a], [, b]) => a.mask - b.mask);
  if (contrasts.length === 0) return best;
  const view = neuronView();
  const ties = tiesByMask(plan.masks, plan.rows);
  for (const [part, { matrix, columns, firstNeuron }] of plan.parts.entries()) {
    await eachColumn(
      matrix,
      columns,
      (values, c) => {
        const columnTies = ties(values);
        for (const [index, { labelling, focus, mask }] of contrasts) {
          const given = shuffled[labelling];
          if (!given || !loadWhole(view, moments[part]![labelling]!, columns[c]!)) continue;
          const { labels } = plan.labellings[labelling]!;
          const bins = columnBins(columnTies(mask), plan.masks[mask]!);
          const whole = onlyCounts(view, given);
          for (let round = 0; round < rounds; round++) {
            loadRound(view, given.shuffles[round]!, whole);
            setFocus(view, classIndex(given, focus));
            view.binned = (rule) => whole.shuffledBins(rule, bins(rule), labels, given.shuffles[round]!);
            plan.specs.forEach(({ contrast, needs, scorer, method }, spec) => {
              if (contrast !== index || !needs.cuts) return;
              const scored = scoreOf(view, scorer);
              if (typeof scored === 'string') return;
              const strength = method.strength(scored.score);
              best[spec]![round] = Math.max(best[spec]![round]!, strength);
              tallies[spec]!.add(strength);
            });
          }
        }
      },
      (done) => step('null bins', firstNeuron + done, plan.neurons.length, 'neurons'),
    );
  }
  return best;
}

/** What shuffles leave as it is: how many rows there are, and how many in each bin. */
interface Whole {
  readonly rows: number;
  shuffledBins(rule: CutRule, bins: RowBins, labels: Int32Array, shuffle: Shuffle): ClassBins;
}

function onlyCounts(view: NeuronView, { tracked }: ShuffledLabelling): Whole {
  const totals = new Map<CutRule, ClassBins>();
  resize(view.classes, tracked.length + 1);
  return {
    rows: view.all.count,
    shuffledBins(rule, bins, labels, shuffle) {
      const all = totals.get(rule) ?? countBins(bins, labels.map((label) => Math.min(label, 0)), 1); // prettier-ignore
      totals.set(rule, all);
      return exchanged(bins, all, shuffle);
    },
  };
}

/** Class counts of one round: of the listed classes, then of the rest. Bins are all that such a method may read of values. */
function loadRound({ classes, all }: NeuronView, { starts }: Shuffle, { rows }: Whole): void {
  const rest = classes.length - 1;
  let left = rows;
  for (let k = 0; k <= rest; k++) {
    const statistics = classes[k]!;
    statistics.count = k < rest ? starts[k + 1]! - starts[k]! : left;
    statistics.mean = all.mean;
    statistics.scatter = 0;
    left -= statistics.count;
  }
}

const counts = new Int32Array(mostBins);

/** Rows of the listed classes by bin, and of the rest as what they leave. */
function exchanged({ cuts, ofRow }: RowBins, all: ClassBins, { rows, starts }: Shuffle): ClassBins {
  const { bins, edges } = cuts;
  const rest = starts.length - 1;
  const classes = rest + 1;
  const found = new Float64Array(bins * classes);
  for (let bin = 0; bin < bins; bin++) found[bin * classes + rest] = all.counts[bin]!;
  for (let k = 0; k < rest; k++) {
    counts.fill(0, 0, bins);
    for (let i = starts[k]!, end = starts[k + 1]!; i < end; i++) {
      const bin = ofRow[rows[i]!]!;
      counts[bin] = counts[bin]! + 1;
    }
    for (let bin = 0; bin < bins; bin++) {
      found[bin * classes + k] = counts[bin]!;
      found[bin * classes + rest] = found[bin * classes + rest]! - counts[bin]!;
    }
  }
  return { edges, bins, classes, counts: found };
}
