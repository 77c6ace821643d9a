/**
 * A linear probe of all neurons together, ranked by the size of its weights: logistic regression with l1 and l2 penalties,
 * solved to its optimum. The mean over the classes is how Antverg and Belinkov 2022 order neurons; methods.md P1.
 */
import type { Reason } from '../../protocol/reasons';
import type { Direction } from '../method';
import { defineSampleRanking } from '../sample';
import { directionOf, weightsWithBias } from './linearProbe';
import { probeNumbers, unfitted, unvaryingReason } from './probeNumbers';
import { probeParameters } from './probeParameters';
import { probeReport } from './probeReport';

const besides = { weight: 'its largest weight in size over the classes, with its sign' } as const;

export const linearProbe = defineSampleRanking({
  id: 'linear',
  title: 'Linear probe, weights',
  family: 'probing',
  citation: 'Dalvi et al. 2019, What Is One Grain of Sand in the Desert?, AAAI; Antverg and Belinkov 2022, ICLR',
  formula: 'mean over classes of |w|, at the minimum of the mean cross-entropy + l1 · Σ |w| + l2 · Σ w²',
  sees: 'neurons that help others to tell classes apart, also where none of them does so alone',
  blindTo: 'whether the model uses them; and of neurons that say the same, l1 keeps one and l2 shares the weight',
  parameters: probeParameters,
  labels: 'either',
  best: 'largest',
  beside: besides,
  fit: probeNumbers,
  chance: () => null,
  async rank(sample, settings, tools) {
    const report = await probeReport(sample, settings, tools);
    if (typeof report === 'string') return unfitted(sample, report, Object.keys(besides));
    const { probe, fit, withoutWord, warnings } = report;
    const { weights } = probe.optimum;
    const { neurons } = sample.train;
    const outputs = probe.classes.length;
    const empty = weights.every((weight) => weight === 0);
    const score: (number | null)[] = [];
    const direction: Direction[] = [];
    const weight: (number | null)[] = [];
    const reasons: Record<number, Reason> = {};
    for (let j = 0; j < neurons; j++) {
      const reason = unvaryingReason(probe, j) ?? (empty ? 'no-weight' : null);
      let sum = 0;
      let largest = 0;
      for (let k = 0; k < outputs; k++) {
        const value = weights[k * neurons + j] as number;
        sum += Math.abs(value);
        if (Math.abs(value) > Math.abs(largest)) largest = value;
      }
      if (reason) reasons[j] = reason;
      score.push(reason ? null : sum / outputs);
      weight.push(reason ? null : largest);
      direction.push(directionOf(probe, sample.focus, j));
    }
    const outputsOf = probe.classes.map((k) => sample.classes[k] ?? String(k));
    return {
      ...{ score, direction, reasons, beside: { weight }, fit, withoutWord },
      weights: { outputs: outputsOf, values: weightsWithBias(probe, settings.standardise) },
      warnings,
    };
  },
});
