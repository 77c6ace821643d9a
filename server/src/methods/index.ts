/**
 * Methods: what each neuron has to do with a concept, as arithmetic on rows of activations and labels. One file a method;
 * this room reads no file and runs no model. Add a method: write its descriptor, list it here, test it by hand.
 */
import { Defect, InputError, shown } from '../protocol/errors';
import { compositional } from './compositional/explanation';
import type { ExplainMethod } from './compositional/explanation';
import { anovaF } from './corpus-based/anovaF';
import { auroc } from './corpus-based/auroc';
import { averagePrecision } from './corpus-based/averagePrecision';
import { contextInformation } from './corpus-based/contextInformation';
import { dPrime } from './corpus-based/dPrime';
import { maskOverlap } from './corpus-based/maskOverlap';
import { meanActivation } from './corpus-based/meanActivation';
import { meanSelect } from './corpus-based/meanSelect';
import { mutualInformation } from './corpus-based/mutualInformation';
import { ngrams } from './corpus-based/ngrams';
import { omission } from './corpus-based/omission';
import { pointBiserial } from './corpus-based/pointBiserial';
import { probeless } from './corpus-based/probeless';
import { topContexts } from './corpus-based/topContexts';
import { topSentences } from './corpus-based/topSentences';
import { wordSet } from './corpus-based/wordSet';
import { wordTypes } from './corpus-based/wordTypes';
import type { DescribeMethod, ModelMethod, RankMethod } from './method';
import type { SampleMethod } from './sample';
import { gaussianProbe } from './probing/gaussian';
import { linguisticCorrelation } from './probing/lca';
import { linearProbe } from './probing/linear';
import { regressionProbe } from './probing/regression';
import { replication } from './corpus-based/replication';
import { sparseProbe } from './probing/sparse';
import { distribution } from './visualisation/distribution';

export { topContexts, wordTypes, ngrams, topSentences, distribution, compositional, contextInformation, omission, replication, wordSet };
export type { TopSentences } from './corpus-based/topSentences';
export { explainer, neighboursName } from './compositional/explanation';
export { nearestAtoms } from './compositional/neighbours';
export type { AtomRows, Explained } from './compositional/explanation';
export { bitsWhere } from './compositional/bits';
export { fittedWords } from './evidence/fittedWords';
export { stepper } from './ranking/step';
export { isHeld } from './ranking/sampleRows';
export { methodCard } from './card';
export { checkParameters, parameterSchema, parseParameters } from './parameters';
export type { Parameters } from './parameters';
export type { DescribeMethod, NeuronColumn, RankMethod, Reason } from './method';
export { className, numberSet, oneAgainstRest } from './ranking/labels';
export type { LabelSet, Support } from './ranking/labels';
export type { MethodChoice, NeuronPart } from './ranking/plan';
export { rankNeurons } from './ranking/rank';
export type { Ranked, Ranking, RankOptions, RankRequest } from './ranking/rank';
export type { FocusNeuron, NullSummary } from './evidence/gather';
export { rankSamples } from './ranking/rankSamples';
export type { LabelledParts, SampleChoice, SampleRanking, Split } from './ranking/rankSamples';
export type { FitIdentity, FitPlace, FitPlaces } from './fitPlace';
export type { Kernels } from './kernels';
export { sampleOrder } from './sample';
export type { FittedWeights, SampleMethod, WithoutWord } from './sample';
export { weightRanking } from './probing/weightScores';
export type { GivenWeights, WeightScores } from './probing/weightScores';

/** Methods that rank neurons for a concept. */
const rankMethods: readonly RankMethod[] = [
  ...[averagePrecision, auroc, meanActivation, probeless, meanSelect, dPrime, anovaF, pointBiserial],
  ...[maskOverlap, mutualInformation],
];

/** Methods that describe a neuron. */
const describeMethods: readonly DescribeMethod[] = [topContexts, wordTypes, ngrams, topSentences, wordSet, distribution];

/** Methods that rank neurons together, from rows in memory. */
const sampleMethods: readonly SampleMethod[] = [sparseProbe, linearProbe, linguisticCorrelation, gaussianProbe, regressionProbe];

/** Methods that run the model on texts of their own making; each has a verb. */
const modelMethods: readonly ModelMethod[] = [omission, replication];

/** Every method that ranks neurons, of either kind. */
export const rankingMethods: readonly (RankMethod | SampleMethod)[] = [...rankMethods, ...sampleMethods];

/** Those of them that rank for concepts, and not for a number that every row has. */
export const conceptMethods = rankingMethods.filter((method) => method.kind === 'rank' || method.labels !== 'numbers');

/** Methods that explain a neuron in words of a corpus. */
const explainMethods: readonly ExplainMethod[] = [compositional, contextInformation];

/** Every method. */
export const methods: readonly (RankMethod | SampleMethod | DescribeMethod | ExplainMethod | ModelMethod)[] = [
  ...rankingMethods,
  ...explainMethods,
  ...describeMethods,
  ...modelMethods,
];

/** The method of that id that scores neurons one by one. Throws `InputError` METHOD_UNKNOWN. */
export function rankMethod(id: string): RankMethod {
  const found = anyRankMethod(id);
  if (found.kind === 'rank') return found;
  throw new Defect(`${id} scores neurons together`);
}

/** The ranking method of that id, of either kind, among all or among some. Throws `InputError` METHOD_UNKNOWN. */
export function anyRankMethod(id: string, among = rankingMethods): RankMethod | SampleMethod {
  const found = among.find((method) => method.id === id);
  if (found) return found;
  throw new InputError(
    'METHOD_UNKNOWN',
    { flag: '--method' },
    {
      found: `no ranking method "${shown(id)}"${among === rankingMethods ? '' : ' for concepts'}`,
      expected: among.map((method) => method.id).join(', '),
      remedy: 'see "golgi methods"',
    },
  );
}
