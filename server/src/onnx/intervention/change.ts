/** What an edit does to one number, and how several edits of the same number become one. */

/** How an edit changes a neuron: to a value, times a factor, plus an amount, or kept within a limit. */
export type Operation = 'set' | 'scale' | 'add' | 'at-most' | 'at-least';

/** x becomes scale · x + add, then at least `low`, then at most `high`. Any sequence of edits is one such change. */
export interface Change {
  readonly scale: number;
  readonly add: number;
  readonly low: number;
  readonly high: number;
}

/** Leaves every number as it is, bit by bit: adding −0 keeps the sign of a zero, adding 0 does not. */
export const identity: Change = { scale: 1, add: -0, low: -Infinity, high: Infinity };

/** A change followed by one more edit, in float64; the graph rounds the four numbers to float32. */
export function followedBy({ scale, add, low, high }: Change, operation: Operation, value: number): Change {
  switch (operation) {
    case 'set':
      return { ...identity, scale: 0, add: value };
    case 'scale': {
      // Zero times an absent limit is no number; what is scaled by zero is zero.
      if (value === 0) return { ...identity, scale: 0, add: 0 };
      const limits = [low * value, high * value] as const;
      return { scale: scale * value, add: add * value, low: Math.min(...limits), high: Math.max(...limits) };
    }
    case 'add':
      return { scale, add: add + value, low: low + value, high: high + value };
    case 'at-most':
      return { scale, add, low: Math.min(low, value), high: Math.min(high, value) };
    case 'at-least':
      return { scale, add, low: Math.max(low, value), high: Math.max(high, value) };
  }
}
