/** The same values under other names and shapes. */
import type { NodeProto } from '../model';
import type { Wiring } from './wiring';

const keepsRows = new Set([
  'Identity', 'Cast', 'CastLike', 'Reshape', 'Flatten', 'Squeeze', 'Unsqueeze', 'Dropout', 'QuantizeLinear', 'DequantizeLinear',
]); // prettier-ignore
const movesAxes = new Set(['Transpose']);
/**
 * Nodes that hand on the values they get, in the same order: other shapes and types, dropout that is switched off, rounding to
 * few bits and back.
 */
export function keepsValues(node: NodeProto): boolean {
  return keepsRows.has(node.opType);
}

/** `keepsValues`, or the axes move. */
export function onlyMoves(node: NodeProto): boolean {
  return keepsRows.has(node.opType) || movesAxes.has(node.opType);
}

/** The names of the same values from a tensor back to where they are made first, the tensor itself first. */
export function namesBack(wiring: Wiring, tensor: string, same: (node: NodeProto) => boolean = keepsValues): string[] {
  const names = [tensor];
  for (let node = wiring.maker(tensor); node && same(node);) {
    const before = node.inputs[0];
    if (before === undefined || !wiring.isActivation(before)) break;
    names.push(before);
    node = wiring.maker(before);
  }
  return names;
}

/**
 * Where the values of a tensor are made first: an edit there reaches all who read them. Values that begin as integers (rows
 * of a quantised table) are made where they become numbers of their own scale.
 */
export function firstName(wiring: Wiring, tensor: string, same?: (node: NodeProto) => boolean): string {
  const float = namesBack(wiring, tensor, same).findLast((name) => wiring.isFloat(name));
  return float ?? wiring.readers(tensor).find(({ opType }) => opType === 'DequantizeLinear')?.outputs[0] ?? tensor;
}

/** Nodes that read the values of a tensor under any of the names that follow it. */
export function readersOf(wiring: Wiring, tensor: string): NodeProto[] {
  return wiring
    .readers(tensor)
    .flatMap((node) => (keepsValues(node) ? node.outputs.flatMap((output) => readersOf(wiring, output)) : [node]));
}
