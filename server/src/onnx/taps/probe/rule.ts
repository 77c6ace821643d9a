/** The form of a probe's rules: what a node's outputs are, given what is known of its inputs. */
import { intsAttribute } from '../../attributes';
import type { NodeProto } from '../../model';
import type { Traced } from './traced';

/** Outputs of a node in order; an output left out is unknown. Inputs that are left out or unknown are empty objects. */
export type Rule = (node: NodeProto, inputs: readonly Traced[]) => readonly (Traced | undefined)[];

/** Input `slot`, an empty object where there is none. */
export function input(inputs: readonly Traced[], slot: number): Traced {
  return inputs[slot] ?? {};
}

/** A list of numbers that older operator sets hold in an attribute and newer ones in an input. */
export function numbers(node: NodeProto, name: string, inputs: readonly Traced[], slot: number): readonly number[] | undefined {
  return intsAttribute(node, name) ?? input(inputs, slot).values;
}

/** The first output has the shape and type of the first input, its values are unknown. */
export const likeFirst: Rule = (_, inputs) => [{ type: input(inputs, 0).type, dims: input(inputs, 0).dims }];
