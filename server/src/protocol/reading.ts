/**
 * How a result is read, the same in terminal, report and editor: ids taken apart, the part of a scale that a bar shows,
 * the best score of each layer, numbers as text. Pure functions over result types.
 */
import { countText } from './counted';
import { parseTap, stackOrder, tapText } from './neurons';
import type { Stack } from './neurons';
import type { AnalysisResult, Provenance, RankingColumns, ScoreScale } from './results';

/** An id taken apart. Columns of an outside matrix are their number, without layer and tap. */
export function neuronParts(id: string): { id: string; layer: number | null; tap: string | null; unit: number } {
  const dot = id.lastIndexOf('.');
  const point = dot < 0 ? undefined : parseTap(id.slice(0, dot));
  if (!point) return { id, layer: null, tap: null, unit: Number(id) };
  return { id, layer: point.layer, tap: point.stack ? tapText(point).replace(/L\d+\./, '') : point.tap, unit: Number(id.slice(dot + 1)) };
}

const unstated: ScoreScale = { best: 'farthest', centre: 0, end: null };

type Scaled = Pick<RankingColumns, 'scale'>;

/** Where a score stands on a bar: of scores that count on both sides of a centre the same distance on the high side, else itself. */
export function strength({ scale = unstated }: Scaled, score: number | null): number | null {
  if (score === null) return null;
  return scale.best === 'farthest' ? scale.centre + Math.abs(score - scale.centre) : score;
}

/** Whether the first of two strengths is better than the other; undefined ones are better than none. */
export function isBetter({ scale = unstated }: Scaled, strength: number | null, than: number | null): boolean {
  if (strength === null || than === null) return strength !== null;
  return scale.best === 'smallest' ? strength < than : strength > than;
}

/**
 * The part of a ranking's scale that bars show: from chance to the best possible score, or to the best there is. Where chance
 * is not known it begins at the centre, or at the worst there is where the smallest score is best; then `best` is less than `chance`.
 */
export function scaleOf(ranking: Scaled & Pick<RankingColumns, 'chance'> & { readonly score: Iterable<number | null> }): {
  chance: number;
  best: number;
} {
  const { best, centre, end } = ranking.scale ?? unstated;
  const isDown = best === 'smallest';
  let [least, most] = [Infinity, -Infinity];
  for (const score of ranking.score) {
    const size = strength(ranking, score);
    if (size === null) continue;
    if (size < least) least = size;
    if (size > most) most = size;
  }
  const chance = ranking.chance ?? (isDown && most >= least ? most : centre);
  if (end !== null) return { chance, best: end };
  if (isDown) return { chance, best: Math.min(least, chance - Number.EPSILON) };
  return { chance, best: Math.max(most, chance + Number.EPSILON) };
}

/** Where a score lies between chance (0) and the end of the scale (1). */
export function gain(score: number | null, { chance, best }: { readonly chance: number; readonly best: number }): number {
  return score === null ? 0 : Math.max(0, Math.min(1, (score - chance) / (best - chance || 1)));
}

/** Best strengths of a stack: layer 0 first, null where nothing is defined. */
export interface StackStrengths {
  /** `enc` or `dec`; empty in models with one stack. */
  readonly stack: Stack;
  readonly best: readonly (number | null)[];
}

/** Best strength of every layer of each stack, the encoder first. Empty for outside matrices. */
export function bestByStack(result: AnalysisResult, ranking: RankingColumns): StackStrengths[] {
  const stacks = new Map<Stack, (number | null)[]>();
  result.neurons.forEach((id, neuron) => {
    const point = parseTap(id.slice(0, Math.max(0, id.lastIndexOf('.'))));
    if (!point) return;
    const best = stacks.get(point.stack) ?? [];
    stacks.set(point.stack, best);
    while (best.length <= point.layer) best.push(null);
    const size = strength(ranking, ranking.score[neuron] ?? null);
    if (isBetter(ranking, size, best[point.layer] ?? null)) best[point.layer] = size;
  });
  return [...stacks].map(([stack, best]) => ({ stack, best })).sort((a, b) => stackOrder(a.stack) - stackOrder(b.stack));
}

/** `encoder` or `decoder`; empty where a model has one stack. */
export function stackName(stack: Stack): string {
  return stack === 'enc' ? 'encoder' : stack === 'dec' ? 'decoder' : '';
}

/** Neurons of one class, the smallest score first, without those that have none. */
export function classOrder(score: readonly (number | null)[]): number[] {
  const order = Array.from(score.keys()).filter((neuron) => score[neuron] !== null);
  return order.sort((a, b) => (score[a] ?? 0) - (score[b] ?? 0) || a - b);
}

/** Whether the best neuron is better than the best of as many neurons under shuffled labels. Null where there is no null. */
export function standsOut(ranking: RankingColumns): boolean | null {
  const first = ranking.order[0];
  const best = strength(ranking, first === undefined ? null : (ranking.score[first] ?? null));
  if (!ranking.null || best === null) return null;
  return isBetter(ranking, best, strength(ranking, ranking.null.q95));
}

/** What a row of the analysis is: a sentence or word, a token where sub-words were not joined, a row of an outside matrix. */
export function rowNoun({ matrix, activations }: Pick<Provenance, 'matrix' | 'activations'>): 'sentence' | 'word' | 'token' | 'row' {
  if (activations.unit) return activations.unit;
  if (matrix) return 'row';
  return activations.words === 'none' ? 'token' : 'word';
}

/** `.83`, `−.12`, `12.4`, `1,530`: two places below ten, no leading zero for shares, a dash for undefined. */
export function scoreText(value: number | null, digits = 2): string {
  if (value === null) return '–';
  const size = Math.abs(value);
  const sign = value < 0 ? '−' : '';
  if (size >= 1000) return `${sign}${countText(Math.round(size))}`;
  if (size >= 10) return `${sign}${size.toFixed(1)}`;
  if (size > 0 && size < 0.5 * 10 ** -digits) return `${sign}${size.toExponential(0).replace('e-', 'e−')}`;
  return `${sign}${size.toFixed(digits).replace(/^0\./, '.')}`;
}

/** A neuron's value: three significant digits, `3.87`, `−0.120`, `1,530`. */
export function valueText(value: number): string {
  const size = Math.abs(value);
  const sign = value < 0 ? '−' : '';
  if (size >= 1000) return sign + countText(Math.round(size));
  if (size > 0 && size < 0.001) return sign + size.toExponential(1).replace('e-', 'e−');
  return sign + (size === 0 ? '0' : size.toPrecision(3));
}
