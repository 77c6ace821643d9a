/** What `--fetch` can name, and the shape in which each of it is written. */
import { InputError, shown } from '../protocol/errors';
import { parseTap, tapText } from '../protocol/neurons';
import type { Stack } from '../protocol/neurons';
import type { NotFinite } from '../protocol/jobs';
import type { Values } from '../methods/model';
import type { Wanted } from '../runtime/modelRun';
import type { OpenModel } from './openModel';
import { headOf } from './runnableModel';
import type { PaddedRows } from './tokenRows';

/** A tensor that was asked for by name. `axes`: what its axes after the texts count. */
export interface NamedFetch extends Wanted {
  readonly name: string;
  readonly axes: 'tokens' | 'attention' | 'unknown';
  /** Of attention weights: their heads, and the stack whose tokens are attended to. */
  readonly heads?: number;
  readonly source?: Stack;
}

/**
 * `logits`, a tap such as `L3.ffn`, attention weights such as `L3.attn.weights`, or an output of the graph by its name. Throws
 * MODEL_TAP naming what there is.
 */
export function fetchOf(model: OpenModel, name: string): NamedFetch {
  const point = parseTap(name);
  const tap = point && model.taps.find((each) => tapText(each.point) === tapText(point));
  if (tap) return { ...tap, name, stack: tap.point.stack, axes: 'tokens' };
  const head = headOf(model);
  if (name === 'logits' && head?.logits) {
    return { tensor: head.logits.tensor, name, stack: head.stack, axes: head.logits.perToken ? 'tokens' : 'unknown' };
  }
  const weights = weightsOf(model, name);
  if (weights) return weights;
  for (const { stack, file } of model.folder.parts) {
    if (!file.model.graph.outputs.some((output) => output.name === name)) continue;
    return { tensor: name, name: name.replaceAll(/[^\w.-]/g, '_'), stack, axes: 'unknown' };
  }
  throw unknown(model, name);
}

function weightsOf({ stacks }: OpenModel, name: string): NamedFetch | undefined {
  const match = /^(.*)\.weights$/.exec(name);
  const point = match && parseTap(match[1] ?? '');
  if (!point || (point.tap !== 'attn' && point.tap !== 'xattn')) return undefined;
  const stack = stacks.find((each) => each.stack === point.stack);
  const block = stack?.blocks.find(({ layer }) => layer === point.layer);
  const tensor = block?.weights?.[point.tap];
  const heads = block?.heads ?? stack?.heads;
  if (tensor === undefined || heads === undefined) return undefined;
  return { tensor, name, stack: point.stack, axes: 'attention', heads, source: point.tap === 'xattn' ? 'enc' : point.stack };
}

function unknown(model: OpenModel, name: string): InputError {
  const { taps, folder, stacks } = model;
  const outputs = folder.parts.flatMap(({ file }) => file.model.graph.outputs.map((output) => shown(output.name, 60)));
  const attention = stacks.flatMap(({ stack, blocks }) =>
    blocks.filter(({ weights }) => weights?.attn !== undefined).map(({ layer }) => `${tapText({ stack, layer, tap: 'attn' })}.weights`),
  );
  const choices = [
    ...(headOf(model) ? ['logits'] : []),
    `a tap such as ${taps[0] ? tapText(taps[0].point) : 'L1.hidden'}`,
    ...(attention[0] ? [`attention weights such as ${attention[0]}`] : []),
    `an output: ${outputs.join(', ')}`,
  ];
  return new InputError(
    'MODEL_TAP',
    { file: folder.path, flag: `--fetch ${shown(name, 80)}` },
    {
      found: name === 'logits' ? 'this model has no head that gives logits' : 'this model has no such tap or output',
      expected: choices.join(', '),
      remedy: 'golgi model lists taps and outputs',
    },
  );
}

/** Values as a file holds them. `notFinite`: where real tokens have NaN or infinities, padding not counted. */
export interface WrittenForm {
  readonly shape: readonly number[];
  readonly data: Float32Array;
  readonly notFinite: NotFinite | null;
}

/** The values as [texts, tokens, units], [texts, heads, tokens, tokens] or [texts, units], NaN where a token is padding. */
export function writtenForm(
  { axes, heads = 1, stack, source }: NamedFetch,
  { dims, data }: Values,
  rowsOf: (stack: Stack) => PaddedRows,
): WrittenForm {
  const { size, length, mask } = rowsOf(stack);
  if (axes === 'attention') {
    const keys = rowsOf(source ?? stack);
    // Graphs of fixed sizes are run on longer rows, and give what fills them as well.
    const [queriesRun = length, keysRun = keys.length] = dims.slice(-2);
    const placeOf = (i: number) => [i % keys.length, Math.floor(i / keys.length) % length, Math.floor(i / (keys.length * length))] as const;
    const isReal = (i: number): boolean => {
      const [key, query, map] = placeOf(i);
      const text = Math.floor(map / heads);
      return mask[text * length + query] === 1 && keys.mask[text * keys.length + key] === 1;
    };
    const cut = Float32Array.from({ length: size * heads * length * keys.length }, (_, i) => {
      const [key, query, map] = placeOf(i);
      return isReal(i) ? (data[(map * queriesRun + query) * keysRun + key] ?? NaN) : NaN;
    });
    return written([size, heads, length, keys.length], cut, isReal);
  }
  const perToken = axes === 'tokens' || (dims.length === 3 && dims[1] === length);
  if (!perToken) return written([size, data.length / size], data, () => true);
  const width = data.length / (size * length);
  mask.forEach((real, cell) => {
    if (!real) data.fill(Number.NaN, cell * width, (cell + 1) * width);
  });
  return written([size, length, width], data, (i) => mask[Math.floor(i / width)] === 1);
}

function written(shape: readonly number[], data: Float32Array, isReal: (value: number) => boolean): WrittenForm {
  let count = 0;
  let first = -1;
  data.forEach((value, i) => {
    if (Number.isFinite(value) || !isReal(i)) return;
    if (count === 0) first = i;
    count++;
  });
  const below = (axis: number) => shape.slice(axis + 1).reduce((all, size) => all * size, 1);
  const place = shape.map((size, axis) => Math.floor(first / below(axis)) % size);
  return { shape, data, notFinite: count === 0 ? null : { count, first: place } };
}
