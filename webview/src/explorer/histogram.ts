/** Lengths and ticks of the back-to-back histogram: roots above, logarithms below, because the others outnumber a concept. */

/** Height of a count on the root scale that ends at `most`; 0 to 1. */
export function rootHeight(count: number, most: number): number {
  return most > 0 ? Math.sqrt(count / most) : 0;
}

/** Height of a count on the logarithmic scale that ends at `most`; 0 to 1, one word still shows. */
export function logHeight(count: number, most: number): number {
  return most > 0 ? Math.log1p(count) / Math.log1p(most) : 0;
}

/** The largest of 1, 2, 5, 10, 20, 50 … that is not above a number. */
function roundBelow(number: number): number {
  const power = 10 ** Math.floor(Math.log10(number));
  return power * ([5, 2, 1].find((factor) => factor * power <= number) ?? 1);
}

/** Two counts worth a tick on the root scale; fewer where there are few words. */
export function rootTicks(most: number): number[] {
  return [...new Set([most, most / 4].filter((count) => count >= 1).map(roundBelow))];
}

/** Two powers of ten worth a tick on the logarithmic scale. */
export function logTicks(most: number): number[] {
  const top = Math.floor(Math.log10(Math.max(1, most)));
  return [...new Set([top, top >> 1])].filter((power) => power > 0).map((power) => 10 ** power);
}

/** Round values between two ends, about `wanted` of them. */
export function valueTicks(from: number, to: number, wanted: number): number[] {
  const step = [1, 2, 5, 10]
    .map((factor) => factor * 10 ** Math.floor(Math.log10((to - from) / wanted)))
    .find((size) => (to - from) / size <= wanted);
  if (!step || !Number.isFinite(step)) return [];
  const first = Math.ceil(from / step);
  return Array.from({ length: Math.floor(to / step) - first + 1 }, (_, i) => Number(((first + i) * step).toPrecision(6)));
}
