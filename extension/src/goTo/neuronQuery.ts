/** What somebody means by what they type into Go to Neuron. Nothing here knows the editor. */
import { parseTap, taps } from '../../../server/src/protocol/neurons';
import type { Tap } from '../../../server/src/protocol/neurons';

export type NeuronQuery =
  | { readonly kind: 'nothing' }
  /** A place in the model; what was left out is any. */
  | {
      readonly kind: 'place';
      readonly stack: string | null;
      readonly layer: number;
      readonly tap: Tap | null;
      readonly unit: number | null;
    }
  /** `#plural`: neurons of a ranking whose concept is called so. */
  | { readonly kind: 'concept'; readonly text: string }
  /** `"she"`: neurons that are unusual where the word stands. */
  | { readonly kind: 'word'; readonly text: string }
  | { readonly kind: 'text'; readonly text: string };

/** `5:210`, `L5:210`, `5.ffn.210`: short forms of `L5.ffn.210`. */
const place = new RegExp(`^(?:(enc|dec)\\.)?L?(\\d{1,4})(?:[:.](${taps.join('|')}))?(?:[:.](\\d{1,9})?)?$`, 'i');

/** Reads a line of text; every line means something. */
export function neuronQuery(line: string): NeuronQuery {
  const text = line.trim();
  if (text === '') return { kind: 'nothing' };
  if (text.startsWith('#')) return { kind: 'concept', text: text.slice(1).trim().toLowerCase() };
  const quoted = /^["“”'](.*?)["“”']?$/u.exec(text);
  if (quoted) return quoted[1]?.trim() ? { kind: 'word', text: quoted[1].trim() } : { kind: 'nothing' };
  const [, stack, layer, tap, unit] = place.exec(text) ?? [];
  if (layer === undefined) return { kind: 'text', text: text.toLowerCase() };
  return {
    kind: 'place',
    stack: stack?.toLowerCase() ?? null,
    layer: Number(layer),
    tap: parseTap(`L1.${tap?.toLowerCase()}`)?.tap ?? null,
    unit: unit === undefined ? null : Number(unit),
  };
}
