/** Numbers as a person reads them in a table. */

/** `.83`, `−.12`, `12.4`, `1,530`: three significant places, no leading zero for shares, a dash for undefined. */
export function scoreText(value: number | null, digits = 2): string {
  if (value === null) return '–';
  const size = Math.abs(value);
  const sign = value < 0 ? '−' : '';
  if (size >= 1000) return `${sign}${Math.round(size).toLocaleString('en-US')}`;
  if (size >= 10) return `${sign}${size.toFixed(1)}`;
  if (size > 0 && size < 0.5 * 10 ** -digits) return `${sign}${size.toExponential(0).replace('e-', 'e−')}`;
  return `${sign}${size.toFixed(digits).replace(/^0\./, '.')}`;
}

/** `24,816`. */
export function countText(value: number): string {
  return value.toLocaleString('en-US');
}

/** `1 min 40 s`, `12 s`, `0.4 s`. */
export function durationText(ms: number): string {
  if (ms < 1_000) return `${(ms / 1_000).toFixed(1)} s`;
  const seconds = Math.round(ms / 1_000);
  return seconds < 60 ? `${seconds} s` : `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
}

/** `1 word`, `24,816 words`. */
export function plural(count: number, noun: string): string {
  return `${countText(count)} ${noun}${count === 1 ? '' : 's'}`;
}
