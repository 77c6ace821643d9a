/** The form in which a fused operator is taken apart. */
import type { GraphIndex } from '../../graph';
import type { NodeProto } from '../../model';
import type { Facts } from '../facts';
import type { Writer } from '../writer';

export interface Fused {
  readonly node: NodeProto;
  readonly w: Writer;
  readonly facts: Facts;
  readonly index: GraphIndex;
  /** The name of an input; `''` where it is left out. */
  name(slot: number): string;
  has(slot: number): boolean;
  /** The name that output `slot` must be written under. */
  output(slot: number): string;
  /** Whether anybody reads output `slot`. */
  wanted(slot: number): boolean;
  /** A constant in the type of a tensor. */
  like(value: number, tensor: string): string;
}

/** Writes plain operators that make the same outputs; false where the form of the operator is one that it does not know. */
export type Lowering = (node: Fused) => boolean;
