/** Numbers as pages write them: true minus, thin space before the percent sign, three digits of an activation. */
import type { PaintScale } from '../../../server/src/protocol/messages';

/** A no-break thin space, for before percent signs. */
const thin = '\u202f';

/** An end of a scale: three digits at most, `4.4`, `−0.17`. */
export function endText(value: number): string {
  return String(Number(value.toPrecision(3))).replace('-', '−');
}

/** A share from 0 to 1: `61 %`, one decimal below ten percent. */
export function shareText(share: number): string {
  const percent = 100 * share;
  const exact = Math.round(percent) === percent || percent >= 9.95;
  return `${exact ? Math.round(percent) : percent.toFixed(1)}${thin}%`;
}

/** A count in little room: `957`, `2.2k`, `25k`. */
export function shortCount(count: number): string {
  if (count < 1000) return String(count);
  if (count < 9950) return `${(count / 1000).toFixed(1)}k`;
  if (count < 999_500) return `${Math.round(count / 1000)}k`;
  return `${(count / 1e6).toFixed(1)}M`;
}

/** The step of a value on a neuron's scale: −9 (low) to 9 (high); 0 is unpainted, also where a side is not painted at all. */
export function stepOf(value: number, { centre, high, low }: PaintScale): number {
  const distance = value - centre;
  const reach = distance >= 0 ? high : low;
  if (reach === null || reach <= 0) return 0;
  const share = Math.abs(distance) / Math.max(high ?? 0, low ?? 0);
  if (share < 0.05) return 0;
  return Math.sign(distance) * Math.min(9, Math.ceil(9 * share));
}

/** The class that paints a step: `heat high5`, `heat low2`; no class for 0. */
export function heatClass(step: number): string {
  if (step === 0) return '';
  return `heat ${step > 0 ? 'high' : 'low'}${Math.abs(step)}`;
}
