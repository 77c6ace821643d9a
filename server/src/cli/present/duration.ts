/** `1 min 40 s`, `12 s`, `0.4 s`. */
export function durationText(ms: number): string {
  if (ms < 1_000) return `${(ms / 1_000).toFixed(1)} s`;
  const seconds = Math.round(ms / 1_000);
  return seconds < 60 ? `${seconds} s` : `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
}
