/**
 * Which decoration paints what. Channel says which pin: fill, underline, overline. Hue and stroke say the sign: solid for
 * high, dashed for low. Fills have nine steps, lines three widths. Nothing here knows the editor.
 */
import type { NeuronPaint } from '../../../server/src/protocol/messages';

export type PaintSpan = NeuronPaint['spans'][number];

export interface PaintKind {
  readonly channel: 'fill' | 'underline' | 'overline';
  readonly sign: 1 | -1;
  /** Step of a fill, 1 to 9; width of a line, 1 to 3. */
  readonly level: number;
}

const steps = 9;
const widths = 3;
const signs = [1, -1] as const;

/** All 30 of them: 18 fills, 6 underlines, 6 overlines. A span's kind is its place in this list. */
export const paintKinds: readonly PaintKind[] = [...kinds('fill', steps), ...kinds('underline', widths), ...kinds('overline', widths)];

function kinds(channel: PaintKind['channel'], levels: number): PaintKind[] {
  return signs.flatMap((sign) => Array.from({ length: levels }, (_, k) => ({ channel, sign, level: k + 1 })));
}

/** Place in `paintKinds` of step −9 to 9, which is not 0, of the pin `pin` (0 to 2). */
export function kindOf(pin: number, step: number): number {
  return kindsOfSteps[pin]?.[Math.max(-steps, Math.min(steps, step)) + steps] ?? 0;
}

/** Looked up for every painted word, so it is made once: the kinds of steps −9 to 9, for each pin. */
const kindsOfSteps = [0, 1, 2].map((pin) => Array.from({ length: 2 * steps + 1 }, (_, at) => kindOfStep(pin, at - steps)));

function kindOfStep(pin: number, step: number): number {
  const size = Math.max(1, Math.abs(step));
  const low = step < 0 ? 1 : 0;
  if (pin === 0) return low * steps + size - 1;
  const first = 2 * steps + (pin - 1) * 2 * widths;
  return first + low * widths + Math.ceil((size * widths) / steps) - 1;
}

/** Fills from this step on, and underlines of this width, are marked in the ruler beside the text. */
const rulerStep = 6;
const rulerWidth = 3;

/** Whether a kind is marked in the ruler; overlines are not. */
export function isOnRuler({ channel, level }: PaintKind): boolean {
  return (channel === 'fill' && level >= rulerStep) || (channel === 'underline' && level >= rulerWidth);
}

const onRuler = paintKinds.map(isOnRuler);

/** Whether a span of the pin `pin` (0 to 2) is marked in the ruler. */
export function isMarked(pin: number, { step }: PaintSpan): boolean {
  return step !== 0 && onRuler[kindOf(pin, step)] === true;
}

/** Spans of each kind, from those of each pin (at most three, in the order of the pins). */
export function spansByKind(layers: readonly (readonly PaintSpan[])[]): PaintSpan[][] {
  const spans: PaintSpan[][] = paintKinds.map(() => []);
  layers.slice(0, 3).forEach((layer, pin) => {
    for (const span of layer) if (span.step !== 0) spans[kindOf(pin, span.step)]?.push(span);
  });
  return spans;
}
