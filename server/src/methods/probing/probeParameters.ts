/** What every linear probe can be told: its penalty, and how it sees rows and classes. */
import { choice, count, flag, real } from '../parameters';
import type { ParameterValues } from '../parameters';

export const probeParameters = {
  l1: real({ default: 0, min: 0, help: 'penalty on the sum of the sizes of the weights; leaves many at zero' }),
  l2: real({ default: 0.01, min: 0, help: 'penalty on the sum of their squares; shares weight among neurons that say the same' }),
  'l2-kind': choice({ default: 'squared', of: ['squared', 'norm'], help: 'squared, or the root of the sum of squares as NeuroX has it' }),
  standardise: flag({ default: true, help: 'divide each neuron by its standard deviation over the fitted rows, so that weights compare' }),
  logits: choice({
    default: 'auto',
    of: ['auto', 'softmax'],
    help: 'auto: one logit for a concept against the rest, a softmax for several classes; softmax: one logit a class for both',
  }),
  balanced: flag({ default: false, help: 'weigh rows so that all classes count alike' }),
  'min-rows': count({ default: 1, min: 1, unit: 'rows', help: 'classes with fewer rows to fit are left out' }),
  'control-task': flag({
    default: false,
    help: 'fit the same probe to a random label a word form as well: what the accuracy is above that, the probe did not learn by heart',
  }),
} as const;

export type ProbeSettings = ParameterValues<typeof probeParameters>;

/** What a single fit is told. */
export type FitSettings = Omit<ProbeSettings, 'min-rows' | 'control-task'>;
