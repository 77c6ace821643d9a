/** Probe rules of operators that move, select, repeat or mask elements. */
import { intAttribute, intsAttribute } from '../../attributes';
import { input, numbers } from './rule';
import type { Rule } from './rule';
import { axisFrom, broadcast, broadcastElement, fill, flatten, shapeTold, sizeOf, unknownSize, whole } from './traced';
import type { Traced } from './traced';

/** A tensor of other shape whose elements come from `from`; values only where those of the source are known. */
function selected(x: Traced, dims: readonly number[], from: (index: readonly number[]) => readonly number[]): Traced {
  const { values } = x;
  return { type: x.type, dims, values: values && fill(dims, (index) => values[flatten(from(index), x.dims ?? [])]) };
}

/** Replaces one entry. */
const withAxis = (list: readonly number[], axis: number, value: number): number[] => list.map((each, i) => (i === axis ? value : each));

const reshape: Rule = (node, inputs) => {
  const x = input(inputs, 0);
  const target = numbers(node, 'shape', inputs, 1);
  if (!target) return [{ type: x.type, dims: shapeTold(input(inputs, 1)) }];
  const copied = target.map((dim, i) => (dim === 0 && !intAttribute(node, 'allowzero', 0) ? (x.dims?.[i] ?? unknownSize) : dim));
  const rest = sizeOf(copied.filter((dim) => dim !== -1));
  const count = x.dims && sizeOf(x.dims);
  // With an empty cache a product of zero leaves -1 undetermined; 0 is what the runtime takes.
  const free = count === undefined ? unknownSize : rest === 0 ? 0 : count / rest;
  const dims = copied.map((dim) => (dim === -1 ? free : dim));
  return [{ type: x.type, dims: dims.map((dim) => (Number.isInteger(dim) ? dim : unknownSize)), values: whole(dims) && x.values }];
};

const flattenRule: Rule = (node, inputs) => {
  const x = input(inputs, 0);
  if (!x.dims) return [{ type: x.type }];
  const axis = axisFrom(intAttribute(node, 'axis', 1), x.dims.length);
  return [{ type: x.type, dims: [sizeOf(x.dims.slice(0, axis)), sizeOf(x.dims.slice(axis))], values: x.values }];
};

const squeeze: Rule = (node, inputs) => {
  const { type, dims, values } = input(inputs, 0);
  const axes = numbers(node, 'axes', inputs, 1)?.map((axis) => axisFrom(axis, dims?.length ?? 0));
  if (!axes && !whole(dims)) return [{ type }];
  return [{ type, dims: dims?.filter((dim, i) => (axes ? !axes.includes(i) : dim !== 1)), values }];
};

const unsqueeze: Rule = (node, inputs) => {
  const { type, dims, values } = input(inputs, 0);
  const axes = numbers(node, 'axes', inputs, 1);
  if (!dims || !axes) return [{ type }];
  const out = [...dims];
  const places = axes.map((axis) => axisFrom(axis, dims.length + axes.length)).sort((a, b) => a - b);
  for (const place of places) out.splice(place, 0, 1);
  return [{ type, dims: out, values }];
};

const transpose: Rule = (node, inputs) => {
  const x = input(inputs, 0);
  if (!x.dims) return [{ type: x.type }];
  const order = intsAttribute(node, 'perm') ?? x.dims.map((_, i) => (x.dims?.length ?? 0) - 1 - i);
  const dims = order.map((axis) => x.dims?.[axis] ?? 1);
  return [selected(x, dims, (index) => order.map((_, axis) => index[order.indexOf(axis)] ?? 0))];
};

const concat: Rule = (node, inputs) => {
  const first = inputs.find(({ dims }) => dims) ?? {};
  if (!first.dims || inputs.some(({ dims }) => !dims)) return [{ type: first.type }];
  const axis = axisFrom(intAttribute(node, 'axis', 0), first.dims.length);
  const dims = withAxis(
    first.dims,
    axis,
    inputs.reduce((sum, each) => sum + (each.dims?.[axis] ?? 0), 0),
  );
  const known = inputs.every(({ values }) => values);
  const values = known
    ? fill(dims, (index) => {
        let at = index[axis] ?? 0;
        const part = inputs.find((each) => at < (each.dims?.[axis] ?? 0) || ((at -= each.dims?.[axis] ?? 0), false));
        return part?.values?.[flatten(withAxis(index, axis, at), part.dims ?? [])];
      })
    : undefined;
  return [{ type: first.type, dims, values }];
};

const split: Rule = (node, inputs) => {
  const x = input(inputs, 0);
  if (!x.dims) return node.outputs.map(() => ({ type: x.type }));
  const axis = axisFrom(intAttribute(node, 'axis', 0), x.dims.length);
  const total = x.dims[axis] ?? 0;
  const even = Math.ceil(total / node.outputs.length);
  const sizes = numbers(node, 'split', inputs, 1) ?? node.outputs.map((_, i) => Math.min(even, total - i * even));
  let start = 0;
  return sizes.map((size) => {
    const from = start;
    start += size;
    return selected(x, withAxis(x.dims ?? [], axis, size), (index) => withAxis(index, axis, from + (index[axis] ?? 0)));
  });
};

const slice: Rule = (node, inputs) => {
  const x = input(inputs, 0);
  const starts = numbers(node, 'starts', inputs, 1);
  const ends = numbers(node, 'ends', inputs, 2);
  if (!x.dims || !starts || !ends) return [{ type: x.type }];
  const rank = x.dims.length;
  const axes = numbers(node, 'axes', inputs, 3) ?? starts.map((_, i) => i);
  const steps = input(inputs, 4).values ?? starts.map(() => 1);
  const dims = [...x.dims];
  const begin = x.dims.map(() => 0);
  const step = x.dims.map(() => 1);
  axes.forEach((rawAxis, i) => {
    const axis = axisFrom(rawAxis, rank);
    const size = dims[axis] ?? 0;
    const by = steps[i] ?? 1;
    const clamp = (at: number) => Math.min(Math.max(at < 0 ? at + size : at, by < 0 ? -1 : 0), by < 0 ? size - 1 : size);
    begin[axis] = clamp(starts[i] ?? 0);
    step[axis] = by;
    dims[axis] = Math.max(0, Math.ceil((clamp(ends[i] ?? size) - (begin[axis] ?? 0)) / by));
  });
  return [selected(x, dims, (index) => index.map((at, axis) => (begin[axis] ?? 0) + at * (step[axis] ?? 1)))];
};

const gather: Rule = (node, inputs) => {
  const [x = {}, at = {}] = inputs;
  if (!x.dims || !at.dims) return [{ type: x.type }];
  const axis = axisFrom(intAttribute(node, 'axis', 0), x.dims.length);
  const dims = [...x.dims.slice(0, axis), ...at.dims, ...x.dims.slice(axis + 1)];
  if (!at.values || !x.values) return [{ type: x.type, dims }];
  const span = at.dims.length;
  return [
    selected(x, dims, (index) => {
      const chosen = at.values?.[flatten(index.slice(axis, axis + span), at.dims ?? [])] ?? NaN;
      return [...index.slice(0, axis), axisFrom(chosen, x.dims?.[axis] ?? 0), ...index.slice(axis + span)];
    }),
  ];
};

const gatherElements: Rule = (node, inputs) => {
  const [x = {}, at = {}] = inputs;
  if (!x.dims || !at.dims) return [{ type: x.type, dims: at.dims }];
  const axis = axisFrom(intAttribute(node, 'axis', 0), x.dims.length);
  const { dims, values } = at;
  if (!values) return [{ type: x.type, dims }];
  return [selected(x, dims, (index) => withAxis(index, axis, axisFrom(values[flatten(index, dims)] ?? NaN, x.dims?.[axis] ?? 0)))];
};

const gatherND: Rule = (node, inputs) => {
  const [x = {}, at = {}] = inputs;
  const shared = intAttribute(node, 'batch_dims', 0);
  const depth = at.dims?.at(-1);
  if (!x.dims || !at.dims || depth === undefined || Number.isNaN(depth)) return [{ type: x.type }];
  const lead = at.dims.slice(0, -1);
  const dims = [...lead, ...x.dims.slice(shared + depth)];
  if (!at.values) return [{ type: x.type, dims }];
  return [
    selected(x, dims, (index) => {
      const row = flatten(index.slice(0, lead.length), lead) * depth;
      const chosen = Array.from({ length: depth }, (_, i) => axisFrom(at.values?.[row + i] ?? NaN, x.dims?.[shared + i] ?? 0));
      return [...index.slice(0, shared), ...chosen, ...index.slice(lead.length)];
    }),
  ];
};

const scatterND: Rule = (_, inputs) => {
  const [x = {}, at = {}, updates = {}] = inputs;
  const depth = at.dims?.at(-1);
  if (!x.dims || !x.values || !at.values || !updates.values || !depth) return [{ type: x.type, dims: x.dims }];
  const values = [...x.values];
  const rowSize = sizeOf(x.dims.slice(depth));
  for (let row = 0; row * depth < at.values.length; row++) {
    const start = flatten(at.values.slice(row * depth, (row + 1) * depth), x.dims.slice(0, depth)) * rowSize;
    for (let i = 0; i < rowSize; i++) values[start + i] = updates.values[row * rowSize + i] ?? NaN;
  }
  return [{ type: x.type, dims: x.dims, values }];
};

const expand: Rule = (_, inputs) => {
  const x = input(inputs, 0);
  const dims = broadcast(x.dims, shapeTold(input(inputs, 1)));
  return [{ type: x.type, dims, values: dims && x.values && fill(dims, (index) => broadcastElement(x, index)) }];
};

const tile: Rule = (_, inputs) => {
  const x = input(inputs, 0);
  const repeats = input(inputs, 1).values;
  if (!x.dims || !repeats) return [{ type: x.type }];
  const dims = x.dims.map((dim, i) => dim * (repeats[i] ?? 1));
  return [selected(x, dims, (index) => index.map((at, axis) => at % (x.dims?.[axis] ?? 1)))];
};

const trilu: Rule = (node, inputs) => {
  const x = input(inputs, 0);
  const { dims, values } = x;
  const offset = input(inputs, 1).values?.[0] ?? 0;
  const upper = intAttribute(node, 'upper', 1) === 1;
  const kept = ([row = 0, column = 0]: readonly number[]) => (upper ? column >= row + offset : column <= row + offset);
  return [
    { type: x.type, dims, values: dims && values && fill(dims, (index) => (kept(index.slice(-2)) ? values[flatten(index, dims)] : 0)) },
  ];
};

const cumSum: Rule = (node, inputs) => {
  const x = input(inputs, 0);
  const axis = input(inputs, 1).values?.[0];
  const { dims, values } = x;
  if (!dims || !values || axis === undefined || intAttribute(node, 'reverse', 0)) return [{ type: x.type, dims }];
  const along = axisFrom(axis, dims.length);
  const own = 1 - intAttribute(node, 'exclusive', 0);
  const sum = (index: readonly number[]) => {
    let total = 0;
    for (let i = 0; i < (index[along] ?? 0) + own; i++) total += values[flatten(withAxis(index, along, i), dims)] ?? NaN;
    return total;
  };
  return [{ type: x.type, dims, values: fill(dims, sum) }];
};

const pad: Rule = (node, inputs) => {
  const x = input(inputs, 0);
  const pads = numbers(node, 'pads', inputs, 1);
  if (!x.dims || !pads) return [{ type: x.type }];
  const axes = input(inputs, 3).values ?? x.dims.map((_, i) => i);
  const dims = [...x.dims];
  axes.forEach((raw, i) => {
    const axis = axisFrom(raw, dims.length);
    dims[axis] = (dims[axis] ?? 0) + (pads[i] ?? 0) + (pads[i + axes.length] ?? 0);
  });
  return [{ type: x.type, dims }];
};

/** Rules by operator. */
export const shaping: Readonly<Record<string, Rule>> = {
  Concat: concat,
  CumSum: cumSum,
  Expand: expand,
  Flatten: flattenRule,
  Gather: gather,
  GatherElements: gatherElements,
  GatherND: gatherND,
  Pad: pad,
  Reshape: reshape,
  ScatterND: scatterND,
  Slice: slice,
  Split: split,
  Squeeze: squeeze,
  Tile: tile,
  Transpose: transpose,
  Trilu: trilu,
  Unsqueeze: unsqueeze,
};
