/** Flags that several verbs share, and how they become params of jobs. */
import { corpusFormats } from '../corpus/corpus';
import { InputError } from '../protocol/errors';
import type { ActivationSpec, CorpusRef, ModelRef, Shard } from '../protocol/sources';
import { taps } from '../protocol/neurons';
import type { Tap } from '../protocol/neurons';
import { parseRange } from '../protocol/ranges';
import type { Range } from '../protocol/ranges';
import type { Flags, Parsed } from './flags';
import { oneOf, required, usageError } from './flags';
import { absolute } from './paths';
import { tapChoices } from './tapChoices';

export const modelFlags = {
  model: { type: 'string', value: 'DIR', help: 'a Hugging Face folder with an ONNX export, or an .onnx file' },
  tap: {
    type: 'string',
    multiple: true,
    value: 'TAP=TENSOR',
    help: 'takes a tensor for a tap, such as L3.ffn=/h.2/act, where the wrong one was found; or a .json file of such pairs',
  },
} as const satisfies Flags;

export const corpusFlags = {
  corpus: { type: 'string', value: 'FILE', help: 'annotated or plain text; the format is guessed from content and said' },
  format: { type: 'string', value: 'NAME', help: `one of ${corpusFormats.join(', ')}` },
  labels: { type: 'string', multiple: true, value: 'FILE', help: 'label files beside a .word file' },
  columns: { type: 'string', value: 'A,B', help: 'names of a table’s columns, such as form,upos' },
  'skip-invalid': { type: 'boolean', help: 'go on without lines that do not parse, and count them' },
} as const satisfies Flags;

export const activationFlags = {
  taps: { type: 'string', value: 'A,B', help: `any of ${taps.join(', ')} (default hidden,ffn)` },
  layers: { type: 'string', value: '0-6', help: 'layers, such as 0-6 or 1,3,5 (default all)' },
  words: { type: 'string', value: 'HOW', help: 'sub-words to words: last (default), first, average, or none' },
  dtype: { type: 'string', value: 'TYPE', help: 'f16 (default) or f32' },
} as const satisfies Flags;

/** `--model`, required. */
export function modelRef(verb: string, values: { readonly model?: string | undefined; readonly tap?: readonly string[] }): ModelRef {
  const chosenTaps = (values.tap ?? []).flatMap((text) => tapChoices(verb, text));
  return { folder: absolute(required(verb, 'model', values.model)), ...(chosenTaps.length > 0 ? { chosenTaps } : {}) };
}

/** `--corpus` and its companions, required. */
export function corpusRef(verb: string, values: Parsed<typeof corpusFlags>): CorpusRef {
  return {
    files: [absolute(required(verb, 'corpus', values.corpus))],
    ...(values.format ? { format: values.format } : {}),
    ...(values.labels.length ? { labels: values.labels.flatMap((label) => label.split(',')).map(absolute) } : {}),
    ...(values.columns ? { columns: list(values.columns) } : {}),
    skipInvalid: values['skip-invalid'],
  };
}

/** `--taps`, `--layers`, `--words`, `--dtype`. */
export function activationSpec(verb: string, values: Parsed<typeof activationFlags>): ActivationSpec {
  const asked = list(values.taps ?? 'hidden,ffn').map((name): Tap => {
    const tap = taps.find((known) => known === name);
    if (!tap) throw usageError(verb, `--taps ${name}`, `taps among ${taps.join(', ')}`);
    return tap;
  });
  return {
    taps: [...new Set(asked)],
    ...layersOf(verb, values),
    words: oneOf(verb, 'words', values.words, ['last', 'first', 'average', 'none'], 'last'),
    dtype: oneOf(verb, 'dtype', values.dtype, ['f16', 'f32'], 'f16'),
  };
}

/** `--layers`; nothing where all are meant. */
export function layersOf(verb: string, values: { readonly layers?: string | undefined }): { readonly layers?: Range[] } {
  return values.layers === undefined ? {} : { layers: layerRanges(verb, values.layers) };
}

/** What `neuron` and `rank` say of the first position of each text. */
export const firstPositionFlag = {
  'first-position': { type: 'string', value: 'HOW', help: 'keep or skip each text’s first token (default: skip in causal models)' },
} as const satisfies Flags;

/** `--first-position`; nothing where it is left to the model. */
export function firstPosition(verb: string, values: Parsed<typeof firstPositionFlag>): { readonly firstPosition?: 'keep' | 'skip' } {
  const how = values['first-position'];
  return how === undefined ? {} : { firstPosition: oneOf<'keep' | 'skip'>(verb, 'first-position', how, ['keep', 'skip'], 'skip') };
}

/** `2/8`: the second of eight. */
export function shardOf(verb: string, text: string | undefined): Shard | undefined {
  if (text === undefined) return undefined;
  const match = /^(\d+)\/(\d+)$/.exec(text);
  const [index, count] = [Number(match?.[1]), Number(match?.[2])];
  if (!match || index < 1 || index > count) throw usageError(verb, `--shard ${text}`, 'i/n with i from 1 to n');
  return { index, count };
}

/** `name=value` pairs of `--set`; `method.name=value` is for one method only. */
export function parameterPairs(
  verb: string,
  pairs: readonly string[],
): { readonly method: string | undefined; readonly name: string; readonly value: string }[] {
  return pairs.map((pair) => {
    const match = /^(?:([a-z-]+)\.)?([a-z0-9-]+)=(.*)$/.exec(pair);
    if (!match) throw usageError(verb, `--set ${pair}`, 'name=value, or method.name=value');
    return { method: match[1], name: match[2] ?? '', value: match[3] ?? '' };
  });
}

function layerRanges(verb: string, text: string): Range[] {
  return list(text).map((part) => {
    const range = parseRange(part);
    if (!range) {
      throw new InputError(
        'USAGE',
        { flag: '--layers' },
        {
          found: part,
          expected: 'a layer or a range such as 0-6',
          remedy: `layers count from 1, 0 is what enters the first block; see golgi ${verb} --help`,
        },
      );
    }
    return range;
  });
}

/** Comma-separated words, blanks ignored. */
export function list(text: string): string[] {
  return text
    .split(',')
    .map((part) => part.trim())
    .filter(Boolean);
}
