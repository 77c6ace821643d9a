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
export interface NullSummary {
  readonly rounds: number;
  readonly median: number;
  readonly q95: number;
  readonly max: number;
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
const wordsFor = 20;

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
      null: distribution && summaryOf(distribution, spec.method),
      q: distribution && qValues(distribution, spec.method, rankings[index]!),
      focus: (focus[index] ?? []).map((found) => ({
        ...found,
        p: distribution && pValue(distribution, spec.method.strength(rankings[index]!.score[found.neuron]!)),
      })),
      warnings: [...(distribution ? warningsOf(distribution) : []), ...(obstacle === null ? [] : [obstacle])],
    };
  });
}

function summaryOf({ strengths, exchanged }: NullDistribution, method: RankMethod): NullSummary {
  const at = (share: number) => method.scoreAt(strengths[Math.ceil(share * (strengths.length - 1))]!);
  return { rounds: strengths.length, median: at(0.5), q95: at(0.95), max: at(1), exchanged };
}

/** With ascending strengths, the share that reaches the given one; never 0. */
function pValue({ strengths }: NullDistribution, strength: number): number {
  const reached = strengths.reduce((count, value) => count + Number(value >= strength), 0);
  return (reached + 1) / (strengths.length + 1);
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
