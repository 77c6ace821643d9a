/** Rules of operators that pick elements by number, or put them: what picks becomes what puts, adding up, and the other way round. */
import { intAttribute, textAttribute } from '../../attributes';
import { NoRule, axisOf, rankOf } from '../rule';
import type { Backward, Rule } from '../rule';
import { inverse } from './shaping';

const adding = { reduction: 'add' };

/** Rows picked along an axis. The axes of the indices stand where the axis stood; both are brought to the front to put back. */
const gather: Rule = (node) => [
  () => {
    const { w, facts, g, name } = node;
    const rank = rankOf({ facts }, name(0));
    const axis = axisOf(intAttribute(node.node, 'axis', 0), rank);
    const indexRank = rankOf({ facts }, name(1));
    const places = w.op('Unsqueeze', [name(1), w.ints([-1])]);
    if (axis === 0) return w.op('ScatterND', [w.zerosLike(name(0)), places, g], adding);
    const front = [axis, ...axes(0, axis), ...axes(axis + 1, rank)];
    const frontOfPicked = [...axes(axis, axis + indexRank), ...axes(0, axis), ...axes(axis + indexRank, rank - 1 + indexRank)];
    const zeros = w.op('Expand', [w.number(0), w.op('Gather', [w.op('Shape', [name(0)]), w.ints(front)])]);
    const placed = w.op('ScatterND', [zeros, places, w.op('Transpose', [g], { perm: frontOfPicked })], adding);
    return w.op('Transpose', [placed], { perm: inverse(front) });
  },
];

function axes(from: number, to: number): number[] {
  return Array.from({ length: to - from }, (_, i) => from + i);
}

const gatherElements: Rule = ({ node, w, g, name }) => [
  () => w.op('ScatterElements', [w.zerosLike(name(0)), name(1), g], { axis: intAttribute(node, 'axis', 0), ...adding }),
];

const gatherND: Rule = ({ node, w, g, name }) => [
  () => {
    if (intAttribute(node, 'batch_dims', 0) !== 0) throw new NoRule('with batch_dims');
    return w.op('ScatterND', [w.zerosLike(name(0)), name(1), g], adding);
  },
];

/** Elements overwritten at places: these pass nothing, and what was put there gets the derivative of its place. */
const scatterND: Rule = (node) => {
  const { w, g, name } = node;
  const added = adds(node);
  return [() => (added ? g : w.op('ScatterND', [g, name(1), w.zerosLike(name(2))])), undefined, () => w.op('GatherND', [g, name(1)])];
};

const scatterElements: Rule = (node) => {
  const { w, g, name } = node;
  const added = adds(node);
  const along = { axis: intAttribute(node.node, 'axis', 0) };
  return [
    () => (added ? g : w.op('ScatterElements', [g, name(1), w.zerosLike(name(2))], along)),
    undefined,
    () => w.op('GatherElements', [g, name(1)], along),
  ];
};

function adds({ node }: Backward): boolean {
  const kind = textAttribute(node, 'reduction') ?? 'none';
  if (kind !== 'none' && kind !== 'add') throw new NoRule(`that combines by "${kind}"`);
  return kind === 'add';
}

/** The largest elements along an axis: the derivative goes back to where they were. */
const largest: Rule = ({ node, w, g, name, extraOutput }) => [
  () => w.op('ScatterElements', [w.zerosLike(name(0)), extraOutput(1), g], { axis: intAttribute(node, 'axis', -1), ...adding }),
];

/** Rules by operator. */
export const indexing: Readonly<Record<string, Rule>> = {
  Gather: gather,
  GatherElements: gatherElements,
  GatherND: gatherND,
  ScatterND: scatterND,
  ScatterElements: scatterElements,
  TopK: largest,
};
