/**
 * The best of all neurons under shuffled labels. Each shuffle is screened over all neurons by class sums, which is all that
 * formulas of the means and the common scatter need. For those that need more, the best 64 of the screen are scored again;
 * what sees bins only is counted exactly for all, since class sums say little of it. Besides the best, all null scores are
 * counted against the scores of the ranking, or a sample of neurons stands for those that are not scored again.
 */
import type { Plan } from '../ranking/plan';
import type { Step } from '../ranking/step';
import type { Ranking } from '../ranking/rank';
import type { ClassMoments } from '../statistics/classMoments';
import { randomStream } from '../statistics/random';
import { bestOf } from './bestOf';
import { scoreBinned } from './binnedNull';
import { nullTally } from './falseDiscoveries';
import type { NullTally } from './falseDiscoveries';
import { scoreCandidates } from './nullScores';
import type { Bystanders } from './nullScores';
import { screenPart } from './screen';
import { scaleOf, shuffledSums } from './shuffledSums';
import type { ShuffledLabelling } from './shuffledSums';
import { exchangeFor, shuffles } from './shuffles';
import type { Exchange, Sentences } from './shuffles';

/** Strengths of the best neuron, one a round, ascending. */
export interface NullDistribution {
  readonly strengths: readonly number[];
  /** All null scores, counted against those of the ranking. */
  readonly tally: NullTally;
  readonly exchanged: Exchange;
}

/** Neurons of each shuffle that are scored again. */
const rescored = 64;

/** Neurons that stand for those that are not scored again: 6,400 null scores of 200 rounds tell shares of a hundredth. */
const sampled = 32;

/** Null distributions of every spec; null where nothing can be shuffled or no neuron has a score. */
export async function nullDistributions(
  plan: Plan,
  moments: readonly (readonly ClassMoments[])[],
  rankings: readonly Ranking[],
  sentences: Sentences,
  options: { readonly rounds: number; readonly seed: number },
  step: Step,
): Promise<(NullDistribution | null)[]> {
  const tallies = plan.specs.map(({ method }, spec) =>
    nullTally(rankings[spec]!.score.flatMap((score) => (score === null ? [] : [method.strength(score)]))),
  );
  const shuffled = plan.labellings.map((_, labelling) => shuffledLabelling(plan, labelling, sentences, options));
  const binned = plan.specs.map(({ needs }) => needs.cuts !== undefined);
  const exact = plan.specs.map(({ needs }) => needs.order || needs.scatter === 'each');
  const summed = shuffled.map((each, index) =>
    plan.specs.some(({ contrast }, spec) => !binned[spec] && plan.contrasts[contrast]!.labelling === index) ? each : null,
  );
  const candidates = exact.map((again) => Array.from({ length: options.rounds }, () => bestOf(again ? rescored : 1)));
  for (const [part, { columns }] of plan.parts.entries()) {
    const partMoments = moments[part]!;
    const scale = scaleOf(partMoments[0]!, columns);
    await shuffledSums(plan, part, scale, summed, step, (labelling, sums, stride) => {
      screenPart(
        plan,
        { part, labelling, shuffled: shuffled[labelling]!, scale, sums, stride, moments: partMoments[labelling]! },
        candidates,
        tallies.map((tally, spec) => (exact[spec] ? null : tally)),
      );
    });
  }
  const scored = await scoreCandidates(
    plan,
    moments,
    shuffled,
    candidates.map((rounds, spec) => (exact[spec] ? rounds : [])),
    rankings.map(bystanders(plan.neurons.length, options.seed)),
    tallies,
    step,
  );
  const counted = await scoreBinned(plan, moments, shuffled, options.rounds, tallies, step);
  return plan.specs.map(({ contrast }, spec) => {
    const { focus, support } = plan.contrasts[contrast]!;
    if (focus >= 0 && support.positive === 0) return null;
    const screened = Float64Array.from(candidates[spec]!, (best) => best.strongest());
    const strengths = binned[spec] ? counted[spec]! : exact[spec] ? scored[spec]! : screened;
    const known = strengths.filter((strength) => strength > -Infinity).sort();
    if (known.length === 0) return null;
    const labelling = plan.labellings[plan.contrasts[contrast]!.labelling]!;
    return { strengths: Array.from(known), tally: tallies[spec]!, exchanged: exchangeFor(labelling, sentences) };
  });
}

/** The same neurons for all rankings in which they have a score, so that few columns are read and sorted for them. */
function bystanders(neurons: number, seed: number): (ranking: Pick<Ranking, 'score'>) => Bystanders {
  const lots = Uint32Array.from({ length: neurons }, (_, neuron) => randomStream(seed, 3, neuron)());
  const drawn = Array.from(lots.keys()).sort((a, b) => lots[a]! - lots[b]! || a - b);
  return ({ score }) => {
    const defined = score.reduce<number>((count, value) => count + Number(value !== null), 0);
    const sample: number[] = [];
    for (let i = 0; i < drawn.length && sample.length < sampled; i++) if (score[drawn[i]!] !== null) sample.push(drawn[i]!);
    return { sample, neurons: defined };
  };
}

/** The shuffles of a labelling; null where only second columns ask about it, or it has a single class. */
function shuffledLabelling(
  plan: Plan,
  index: number,
  sentences: Sentences,
  options: { readonly rounds: number; readonly seed: number },
): ShuffledLabelling | null {
  const labelling = plan.labellings[index]!;
  const counts = new Float64Array(labelling.classes);
  for (const label of labelling.labels) if (label >= 0) counts[label] = counts[label]! + 1;
  const present = Array.from(counts.keys()).filter((k) => counts[k]! > 0);
  const asked = plan.specs.some(({ contrast }) => plan.contrasts[contrast]!.labelling === index);
  if (!asked || present.length < 2) return null;
  // One class follows from the others: class 0 of two-way labels, so that the concept itself is listed, or else the largest.
  const rest = labelling.classes === 2 ? 0 : present.reduce((best, k) => (counts[k]! > counts[best]! ? k : best));
  const tracked = present.filter((k) => k !== rest);
  return { tracked, rest, shuffles: shuffles(labelling, sentences, tracked, options) };
}
