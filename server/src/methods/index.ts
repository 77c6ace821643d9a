/**
 * Methods: what each neuron has to do with a concept, as arithmetic on rows of activations and labels. One file a method;
 * this room reads no file and runs no model. Add a method: write its descriptor, list it here, test it by hand.
 */
import { InputError, shown } from '../protocol/errors';
import { anovaF } from './corpus-based/anovaF';
import { auroc } from './corpus-based/auroc';
import { averagePrecision } from './corpus-based/averagePrecision';
import { dPrime } from './corpus-based/dPrime';
import { meanActivation } from './corpus-based/meanActivation';
import { meanSelect } from './corpus-based/meanSelect';
import { pointBiserial } from './corpus-based/pointBiserial';
import { probeless } from './corpus-based/probeless';
import { topContexts } from './corpus-based/topContexts';
import { wordTypes } from './corpus-based/wordTypes';
import type { DescribeMethod, RankMethod } from './method';
import { distribution } from './visualisation/distribution';

export { topContexts, wordTypes, distribution };
export { checkParameters, parameterSchema, parseParameters } from './parameters';
export type { Parameters } from './parameters';
export type { DescribeMethod, NeuronColumn, RankMethod, Reason } from './method';
export { className, oneAgainstRest } from './ranking/labels';
export type { LabelSet, Support } from './ranking/labels';
export type { MethodChoice, NeuronPart } from './ranking/plan';
export { rankNeurons } from './ranking/rank';
export type { Ranked, Ranking, RankOptions, RankRequest } from './ranking/rank';
export type { FocusNeuron, NullSummary } from './evidence/gather';

/** Methods that rank neurons for a concept. */
const rankMethods: readonly RankMethod[] = [averagePrecision, auroc, meanActivation, probeless, meanSelect, dPrime, anovaF, pointBiserial];

/** Methods that describe a neuron. */
const describeMethods: readonly DescribeMethod[] = [topContexts, wordTypes, distribution];

/** Every method. */
export const methods: readonly (RankMethod | DescribeMethod)[] = [...rankMethods, ...describeMethods];

/** The ranking method of that id. Throws `InputError` METHOD_UNKNOWN. */
export function rankMethod(id: string): RankMethod {
  const found = rankMethods.find((method) => method.id === id);
  if (found) return found;
  throw new InputError(
    'METHOD_UNKNOWN',
    { flag: '--method' },
    {
      found: `no ranking method "${shown(id)}"`,
      expected: rankMethods.map((method) => method.id).join(', '),
      remedy: 'see "golgi methods"',
    },
  );
}
