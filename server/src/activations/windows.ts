/** Long inputs: overlapping windows of what a model takes, and which of them speaks for a word. */

/** A run of a sentence's own tokens, special ones not counted. */
export interface Window {
  readonly from: number;
  readonly to: number;
}

/** Windows of at most `capacity` tokens that overlap by half; the last one ends with the text. */
export function windowsOf(tokens: number, capacity: number): Window[] {
  if (tokens <= capacity) return [{ from: 0, to: tokens }];
  const stride = Math.max(1, capacity - (capacity >> 1));
  const windows: Window[] = [];
  for (let from = 0; from + capacity < tokens; from += stride) windows.push({ from, to: from + capacity });
  windows.push({ from: tokens - capacity, to: tokens });
  return windows;
}

/**
 * The window in which the tokens `first..last` lie most central: it holds as many of them as any does, and of those that do,
 * has the most context on the poorer side. The earlier of two equals.
 */
export function mostCentral(windows: readonly Window[], first: number, last: number): number {
  if (windows.length === 1) return 0;
  let best = 0;
  let bestHeld = 0;
  let bestContext = -Infinity;
  windows.forEach(({ from, to }, w) => {
    const held = Math.min(last, to - 1) - Math.max(first, from) + 1;
    const context = Math.min(first - from, to - 1 - last);
    if (held > bestHeld || (held === bestHeld && held > 0 && context > bestContext)) {
      [best, bestHeld, bestContext] = [w, held, context];
    }
  });
  return best;
}
