/**
 * Names of neurons: `L3.ffn.1024` is the same text in hovers, tables, studies, results and on the command line.
 * Layers count from 1; `L0.hidden` is what enters the first block. Encoder-decoder models prefix `enc.` or `dec.`.
 */
import { InputError } from './errors';
import { parseRange } from './ranges';
import type { Range } from './ranges';

/** Where in a block a neuron is read. `final` is what leaves the last norm; it belongs to the last layer's number. */
export const taps = ['hidden', 'ffn', 'preact', 'attn', 'xattn', 'final'] as const;
export type Tap = (typeof taps)[number];

/** Which half of an encoder-decoder model; `''` in models with one stack. */
export type Stack = '' | 'enc' | 'dec';

/** One tensor of neurons: a tap at a layer of a stack. */
export interface TapPoint {
  readonly stack: Stack;
  readonly layer: number;
  readonly tap: Tap;
}

/** One neuron. `unit` counts from 0 within its tap. */
export interface NeuronId extends TapPoint {
  readonly unit: number;
}

/** `L3.ffn`, `dec.L2.xattn`. */
export function tapText({ stack, layer, tap }: TapPoint): string {
  return `${stack ? `${stack}.` : ''}L${layer}.${tap}`;
}

/** `L3.ffn.1024`. */
export function neuronText(neuron: NeuronId): string {
  return `${tapText(neuron)}.${neuron.unit}`;
}

/** Place of a stack among those of a model: the encoder before the decoder. */
export function stackOrder(stack: Stack): number {
  return ['', 'enc', 'dec'].indexOf(stack);
}

/** Ties in any ranking are broken by stack (encoder first), layer, tap, unit. */
export function compareTaps(a: TapPoint, b: TapPoint): number {
  return stackOrder(a.stack) - stackOrder(b.stack) || a.layer - b.layer || taps.indexOf(a.tap) - taps.indexOf(b.tap);
}

const pattern = /^(?:(enc|dec)\.)?L(\d{1,4})\.(hidden|ffn|preact|attn|xattn|final)$/;

/** Reads `L3.ffn`; undefined when it is no tap. */
export function parseTap(text: string): TapPoint | undefined {
  const match = pattern.exec(text);
  if (!match) return undefined;
  return { stack: (match[1] ?? '') as Stack, layer: Number(match[2]), tap: match[3] as Tap };
}

/** Units of one tap point asked for by name: whole numbers or `[from, to]` ranges, both ends included; `'*'` for all. */
export interface NeuronSelection {
  /** Undefined stands for every layer (`*.ffn.*`). */
  readonly layer: number | undefined;
  readonly stack: Stack;
  readonly tap: Tap;
  readonly units: Range | '*';
  /** Set when units were given within one attention head (`L3.attn.h2.5`). */
  readonly head?: number;
}

const selection = /^(?:(enc|dec)\.)?(?:L(\d{1,4})|\*)\.(hidden|ffn|preact|attn|xattn|final)(?:\.h(\d{1,4}))?\.(\*|\d{1,9}(?:-\d{1,9})?)$/;

/**
 * Reads a list of neurons: `L3.ffn.12,L4.ffn.7`, `L3.ffn.0-63`, `L3.ffn.*`, `*.ffn.*`, `L3.attn.h2.5`.
 * Throws `InputError` NEURON_SYNTAX naming the part that is no neuron.
 */
export function parseNeurons(text: string): NeuronSelection[] {
  return text
    .split(',')
    .map((part) => part.trim())
    .filter(Boolean)
    .map((part) => {
      const match = selection.exec(part);
      const units = match?.[5] === '*' ? '*' : parseRange(match?.[5] ?? '');
      if (!match || !units || (match[4] !== undefined && match[3] !== 'attn' && match[3] !== 'xattn')) {
        throw new InputError(
          'NEURON_SYNTAX',
          { flag: part },
          {
            found: `"${part}" names no neuron`,
            expected: 'L<layer>.<tap>.<unit>, such as L3.ffn.12, L3.ffn.0-63, L3.ffn.* or *.ffn.*',
            remedy: `taps are ${taps.join(', ')}; layers count from 1`,
          },
        );
      }
      return {
        stack: (match[1] ?? '') as Stack,
        layer: match[2] === undefined ? undefined : Number(match[2]),
        tap: match[3] as Tap,
        units,
        ...(match[4] === undefined ? {} : { head: Number(match[4]) }),
      };
    });
}
