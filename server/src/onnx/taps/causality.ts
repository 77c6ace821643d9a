/** Whether attention sees later tokens, told by the values of its masks for a few tokens. */
import type { Wiring } from './wiring';

/** What is added to scores before the softmax (`bias`), or chooses between scores and a constant (`condition`). */
export interface Mask {
  readonly operand: string;
  readonly kind: 'bias' | 'condition';
}

/**
 * True where some mask hides the second token from the first but not the first from the second; false where every mask is known
 * and none does so; undefined where a mask's values could not be found.
 */
export function causality(wiring: Wiring, masks: readonly Mask[]): boolean | undefined {
  const verdicts = masks.filter(({ operand }) => operand !== '').map((mask) => hidesLater(wiring, mask));
  if (verdicts.includes(true)) return true;
  return verdicts.includes(undefined) ? undefined : false;
}

function hidesLater(wiring: Wiring, { operand, kind }: Mask): boolean | undefined {
  const { dims, values } = wiring.probes[0].get(operand) ?? {};
  if (!dims || !values) return wiring.isActivation(operand) ? false : undefined;
  const rows = dims.at(-2) ?? 1;
  const columns = dims.at(-1) ?? 1;
  if (rows < 2 || columns < 2) return false;
  // Neighbours, since a sliding window hides what lies far back as well.
  const later = values[1] ?? 0;
  const earlier = values[columns] ?? 0;
  if (kind === 'condition') return later !== earlier;
  // Masks of huge numbers rounded to 8 bits no longer tell.
  return later < -100 && earlier > -1 ? true : later < -100 ? undefined : false;
}
