/** What a probe of numbers can be told. */
import { count, flag } from '../parameters';
import type { ParameterValues } from '../parameters';
import { probeParameters } from './probeParameters';

const { l1, l2, 'l2-kind': kind, standardise } = probeParameters;

export const regressionParameters = {
  ...{ l1, l2, 'l2-kind': kind, standardise },
  permutations: count({
    default: 5,
    max: 1000,
    unit: 'fits',
    help: 'fits to the same numbers in random order: what a probe of them explains of the rows held out by luck',
  }),
  'control-task': flag({
    default: false,
    help: 'fit the same probe to a random number a word form as well: what the probe explains above that, it did not learn by heart',
  }),
} as const;

export type RegressionSettings = ParameterValues<typeof regressionParameters>;
