/**
 * The fewest neurons that do: probes fitted anew to the first neurons of a ranking, more and more of them, until one is as
 * accurate as the probe on all but for a tolerance (Dalvi et al. 2020, Analyzing Redundancy in Pretrained Transformer Models,
 * EMNLP, section 5); methods.md P1, with the sizes of the published code.
 */
import type { Sample, SampleTools } from '../sample';
import { accuracyOf, commonestLabel } from './accuracy';
import { fitLinearProbe, predictedClasses } from './linearProbe';
import type { FitSettings } from './probeParameters';
import { neuronsOnly } from './support';

/** Sizes that are tried first, in percent of all neurons. */
const percents = [0.1, 0.2, 0.3, 0.4, 0.5, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 15, 20, 25, 30, 35, 40, 45, 50, 60, 70, 80, 90, 100];

export interface MinimalSet {
  /** Neurons of the smallest probe that was accurate enough; null where none was. */
  readonly size: number | null;
  /** Sizes that were tried, ascending, and the accuracy of each on the rows held out. */
  readonly sizes: readonly number[];
  readonly accuracies: readonly number[];
}

/**
 * The smallest number of first neurons of `order` whose probe tells at least (1 − tolerance) · `whole` of the held rows right:
 * the first of the published sizes that does, then halved towards the one before it. Accuracy does not always grow with neurons,
 * so smaller sets that were not tried may do too.
 */
export async function minimalSet(
  sample: Sample,
  order: readonly number[],
  { whole, tolerance, settings }: { readonly whole: number; readonly tolerance: number; readonly settings: FitSettings },
  tools: SampleTools,
): Promise<MinimalSet> {
  const tried = new Map<number, number>();
  const commonest = commonestLabel(sample.train.labels, sample.classes.length);
  const enough = async (size: number): Promise<boolean> => {
    const chosen = order.slice(0, size);
    const rows = { train: neuronsOnly(sample.train, chosen), held: neuronsOnly(sample.held, chosen) };
    const probe = await fitLinearProbe({ ...rows, classes: sample.classes, focus: sample.focus }, settings, tools);
    if (typeof probe === 'string') return false;
    const said = await predictedClasses(probe, rows.held, tools.kernels);
    const accuracy = accuracyOf(said, rows.held.labels, sample.classes.length, commonest).share ?? 0;
    tried.set(size, accuracy);
    return accuracy >= (1 - tolerance) * whole;
  };

  const sizes = [...new Set(percents.map((percent) => Math.max(1, Math.round((percent / 100) * order.length))))];
  let [below, found]: [number, number | null] = [0, null];
  for (const size of sizes) {
    await tools.step('minimal set', size, order.length, 'neurons');
    if (await enough(size)) {
      found = size;
      break;
    }
    below = size;
  }
  while (found !== null && found - below > 1) {
    const middle = (below + found) >> 1;
    if (await enough(middle)) found = middle;
    else below = middle;
  }
  const curve = [...tried].sort(([a], [b]) => a - b);
  return { size: found, sizes: curve.map(([size]) => size), accuracies: curve.map(([, accuracy]) => accuracy) };
}
