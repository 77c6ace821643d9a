/** The form of a rule: how the derivative of a scalar by a node's outputs becomes the derivative by its inputs. */
import type { GraphIndex } from '../graph';
import type { NodeProto } from '../model';
import type { Facts } from './facts';
import type { Writer } from './writer';

/** One node on the way from the scalar back to what it is differentiated by. */
export interface Backward {
  readonly node: NodeProto;
  readonly w: Writer;
  readonly facts: Facts;
  readonly index: GraphIndex;
  /** The derivative by the first output, in that output's shape. */
  readonly g: string;
  /** The derivative by output `slot`; undefined where the scalar does not depend on it. */
  gradient(slot: number): string | undefined;
  /** The value of an input or output in the numbers of the derivative. */
  x(slot: number): string;
  y(slot: number): string;
  /** The name of an input as it stands in the graph; `''` where it is left out. */
  name(slot: number): string;
  has(slot: number): boolean;
  /** A derivative that has the shape of the first output, summed down to the shape of input `slot`, which broadcasting had spread. */
  narrowed(gradient: string, slot: number): string;
  /** Asks the node for an output that it may give and does not declare. */
  extraOutput(slot: number): string;
}

/**
 * For each input the derivative by it, written only if somebody needs it; undefined for inputs that have none (shapes, indices,
 * conditions) or for which there is no rule. A rule throws `NoRule` for a form of the operator that it does not cover.
 */
export type Rule = (node: Backward) => readonly ((() => string) | undefined)[];

/** A form of an operator that no rule covers; `form` says what about it. */
export class NoRule extends Error {
  override readonly name = 'NoRule';
  readonly form: string;

  constructor(form: string) {
    super(form);
    this.form = form;
  }
}

/** The number of axes of an input or output, which some rules cannot do without. Throws NoRule. */
export function rankOf({ facts }: Pick<Backward, 'facts'>, tensor: string): number {
  const rank = facts.rank(tensor);
  if (rank === undefined) throw new NoRule('its number of axes is not known before it runs');
  return rank;
}

/** An axis counted from the front. */
export function axisOf(axis: number, rank: number): number {
  return axis < 0 ? axis + rank : axis;
}
