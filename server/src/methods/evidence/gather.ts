/**
 * What stands beside a score so that it can be trusted or not: the best that shuffled labels would give, an interval, and
 * how much of the score hangs on one word.
 */
import type { RankMethod } from '../method';
import type { Plan } from '../ranking/plan';
import type { Ranking } from '../ranking/rank';
import type { Step } from '../ranking/step';
import type { ClassMoments } from '../statistics/classMoments';
import { intervalObstacle, sentenceSupport } from './bootstrap';
import { benjaminiHochberg } from './falseDiscoveries';
import { luckP, luckSummary } from './luck';
import type { LuckSummary } from './luck';
import { focusEvidence } from './focus';
import { nullDistributions } from './nullDistribution';
import type { NullDistribution } from './nullDistribution';
import { sentencesOf } from './shuffles';
import type { Exchange } from './shuffles';
import type { WordEvidence } from './words';

/** What is known of the rows. */
export interface EvidenceRows {
  readonly words: Int32Array | undefined;
  readonly groups: Int32Array | undefined;
}

/**
 * The best of all neurons under shuffled labels, as a score on the high side: a score is remarkable only beyond it (a
 * negative one below its negative, an AUROC under a half as far below).
 */
export interface NullSummary extends LuckSummary {
  readonly exchanged: Exchange;
}

/** Evidence of one neuron that a reader will look at. */
export interface FocusNeuron extends WordEvidence {
  readonly neuron: number;
  /** 95 % percentile interval of the score, sentences drawn with replacement; null where the warnings say why, or beyond those asked for. */
  readonly interval: readonly [number, number] | null;
  /** Share of shuffles whose best neuron is at least as strong, (k + 1)/(rounds + 1): corrected for the choice among all neurons. */
  readonly p: number | null;
}

export interface Evidence {
  readonly null: NullSummary | null;
  /** Of every neuron, the share of false discoveries among those that score at least as well; null as a whole without a null. */
  readonly q: readonly (number | null)[] | null;
  readonly focus: readonly FocusNeuron[];
  readonly warnings: readonly string[];
}

/** Neurons of each ranking whose words are named, also where fewer get an interval: as many as a terminal shows, and more. */
export const wordsFor = 20;

/** Evidence for every ranking, in their order. */
export async function gatherEvidence(
  plan: Plan,
  moments: readonly (readonly ClassMoments[])[],
  rankings: readonly Ranking[],
  rows: EvidenceRows,
  options: { readonly nullRounds: number; readonly intervalsFor: number; readonly seed: number },
  step: Step,
): Promise<Evidence[]> {
  const sentences = sentencesOf(rows.groups, plan.rows);
  const nulls =
    options.nullRounds > 0
      ? await nullDistributions(plan, moments, rankings, sentences, { rounds: options.nullRounds, seed: options.seed }, step)
      : plan.specs.map(() => null);
  const obstacles = plan.contrasts.map(({ labelling, focus }) =>
    intervalObstacle(sentenceSupport(plan.labellings[labelling]!.labels, focus, sentences)),
  );
  const focus = await focusEvidence(
    plan,
    moments,
    rankings,
    obstacles.map((obstacle) => obstacle === null),
    { words: rows.words, sentences, intervalsFor: options.intervalsFor, wordsFor, seed: options.seed },
    step,
  );
  return plan.specs.map((spec, index) => {
    const distribution = nulls[index] ?? null;
    const obstacle = options.intervalsFor > 0 && focus[index]!.length > 0 ? (obstacles[spec.contrast] ?? spec.method.noInterval) : null;
    return {
      null: distribution && { ...luckSummary(distribution.strengths, spec.method.scoreAt), exchanged: distribution.exchanged },
      q: distribution && qValues(distribution, spec.method, rankings[index]!),
      focus: (focus[index] ?? []).map((found) => ({
        ...found,
        p: distribution && luckP(distribution.strengths, spec.method.strength(rankings[index]!.score[found.neuron]!)),
      })),
      warnings: [...(distribution ? warningsOf(distribution) : []), ...(obstacle === null ? [] : [obstacle])],
    };
  });
}

function qValues({ tally }: NullDistribution, method: RankMethod, { score }: Ranking): (number | null)[] {
  return benjaminiHochberg(score.map((value) => (value === null ? null : tally.pValue(method.strength(value)))));
}

function warningsOf({ exchanged }: NullDistribution): string[] {
  if (exchanged === 'rows within sentences') return [];
  return [
    exchanged === 'whole sentences'
      ? 'every sentence carries one label, so the null exchanges the labels of whole sentences'
      : 'no sentences are known, so the null exchanges labels among all rows, as if words of a sentence were independent',
  ];
}
