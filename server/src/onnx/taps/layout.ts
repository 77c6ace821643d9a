/** How the axes of a tap lie, and the description of a tap's tensor. */
import { keepsValues } from './aliases';
import { addsAndNorms, sumName } from './norm';
import type { TapLayout, TapTensor } from './tap';
import type { TapPoint } from '../../protocol/neurons';
import type { Axis } from './probe/axes';
import type { Wiring } from './wiring';

/** The layout of a tensor of `width` neurons; undefined where its axes are none of a tap. */
function layoutOf(axes: readonly Axis[], width: number): TapLayout | undefined {
  const letters = axes.map(({ counts, size }) => {
    if (counts === 'S') return 'T';
    if (counts === 'Q') return 'R';
    return counts === 'fixed' ? size : counts;
  });
  const fixed = letters.filter((letter) => typeof letter === 'number');
  const match = (pattern: readonly (string | number)[]) => pattern.every((letter, i) => letter === letters[i]);
  const exact = width;
  switch (axes.length) {
    case 2:
      return match(['R', exact]) || fixed.length === 2 || letters[1] === exact ? 'RN' : undefined;
    case 3:
      if (match(['B', 'T', exact])) return 'BTN';
      if (match(['T', 'B', exact])) return 'TBN';
      if (match(['B', exact, 'T'])) return 'BNT';
      if (letters[0] === 'R' && product(fixed) === width) return 'RHD';
      return letters[2] === exact ? 'BTN' : undefined;
    case 4:
      if (product(fixed) !== width && fixed.length === 2) return undefined;
      if (letters[0] === 'B' && letters[1] === 'T') return 'BTHD';
      if (letters[0] === 'B' && letters[2] === 'T') return 'BHTD';
      if (letters[0] === 'T' && letters[1] === 'B') return 'TBHD';
      return fixed.length === 4 && product(fixed.slice(2)) === width ? 'BTHD' : undefined;
    default:
      return undefined;
  }
}

function product(sizes: readonly (number | string)[]): number {
  return sizes.reduce<number>((all, size) => all * Number(size), 1);
}

/**
 * The tap at a tensor. Where the tensor is a row-wise reshape of one with an axis for texts and one for tokens, that one is
 * named: the values are the same, and all that read the one read the other.
 */
export function tapAt(wiring: Wiring, point: TapPoint, tensor: string, width: number): TapTensor {
  const name = withTokenAxis(wiring, tensor, width);
  const maker = wiring.maker(name);
  const axes = wiring.axes(name);
  const adder = maker ? undefined : wiring.order.find((node) => addsAndNorms(node) && sumName(node) === name);
  return {
    point,
    tensor: name,
    width,
    layout: (axes && layoutOf(axes, width)) ?? 'BTN',
    op: (maker ?? adder)?.opType ?? 'input',
    readBy: wiring.readers(name).map((node) => `${node.opType}:${node.name}`),
    ...(adder ? { addOutput: { node: wiring.index.graph.nodes.indexOf(adder), index: 3, name } } : {}),
  };
}

/** The tap at a tensor that somebody names, as it is; undefined where its axes are not texts, tokens and neurons. */
export function tapFrom(wiring: Wiring, point: TapPoint, tensor: string): TapTensor | undefined {
  const axes = wiring.isActivation(tensor) && wiring.isFloat(tensor) ? wiring.axes(tensor) : undefined;
  if (!axes || !(countTokens(axes) || wiring.index.graph.inputs.every(({ name }) => allFixed(wiring.axes(name))))) return undefined;
  const sizes = axes.filter(({ counts }) => counts === 'fixed').map(({ size }) => size);
  const width = allFixed(axes) ? (sizes.at(-1) ?? 0) : product(sizes);
  const layout = sizes.length > 0 ? layoutOf(axes, width) : undefined;
  if (!layout) return undefined;
  const op = wiring.maker(tensor)?.opType ?? 'input';
  return { point, tensor, width, layout, op, readBy: wiring.readers(tensor).map((node) => `${node.opType}:${node.name}`) };
}

/** Whether a tensor has a row for every token; false only where its axes are known to count something else. */
export function holdsEveryToken(wiring: Wiring, tensor: string): boolean {
  const axes = wiring.axes(tensor);
  return axes === undefined || countTokens(axes) || allFixed(axes);
}

/** Whether some axis grows with the tokens of the text; where a router chose the rows, none does. */
function countTokens(axes: readonly Axis[]): boolean {
  return axes.some(({ counts }) => counts === 'T' || counts === 'S' || counts === 'R' || counts === 'Q');
}

/** In graphs exported for one size, no axis grows at all. */
function allFixed(axes: readonly Axis[] | undefined): boolean {
  return axes?.every(({ counts }) => counts === 'fixed') ?? false;
}

function withTokenAxis(wiring: Wiring, tensor: string, width: number): string {
  let name = tensor;
  let best = tensor;
  for (;;) {
    const axes = wiring.axes(name);
    const layout = axes && layoutOf(axes, width);
    if ((layout === 'BTN' || layout === 'TBN') && wiring.isFloat(name)) best = name;
    const maker = wiring.maker(name);
    const before = maker?.inputs[0];
    if (layout === undefined || !maker || before === undefined || !keepsValues(maker) || !wiring.isActivation(before)) return best;
    name = before;
  }
}
