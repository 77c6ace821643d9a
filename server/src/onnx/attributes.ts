/** Reading a node's attributes by name, with the default that the operator's specification gives. */
import type { AttributeProto, GraphProto, NodeProto } from './model';

/** The attribute of that name, if the node has it. */
export function attribute(node: NodeProto, name: string): AttributeProto | undefined {
  return node.attributes.find((each) => each.name === name);
}

/** A whole number; values beyond 2^53 (INT64_MAX as "to the end") come as the nearest double. */
export function intAttribute(node: NodeProto, name: string, fallback: number): number;
export function intAttribute(node: NodeProto, name: string): number | undefined;
export function intAttribute(node: NodeProto, name: string, fallback?: number): number | undefined {
  const value = attribute(node, name)?.i;
  return value === undefined ? fallback : Number(value);
}

/** Whole numbers; undefined where the node has no such attribute. */
export function intsAttribute(node: NodeProto, name: string): number[] | undefined {
  return attribute(node, name)?.ints.map(Number);
}

/** A 32-bit float. */
export function floatAttribute(node: NodeProto, name: string, fallback: number): number;
export function floatAttribute(node: NodeProto, name: string): number | undefined;
export function floatAttribute(node: NodeProto, name: string, fallback?: number): number | undefined {
  return attribute(node, name)?.f ?? fallback;
}

/** 32-bit floats; undefined where the node has no such attribute. */
export function floatsAttribute(node: NodeProto, name: string): readonly number[] | undefined {
  return attribute(node, name)?.floats;
}

/** A text, such as Gelu's `approximate` or Einsum's `equation`. */
export function textAttribute(node: NodeProto, name: string): string | undefined {
  const bytes = attribute(node, name)?.s;
  return bytes && new TextDecoder().decode(bytes);
}

/** The graphs within a node: the branches of an If, the body of a Loop or Scan. */
export function subgraphs(node: NodeProto): GraphProto[] {
  return node.attributes.flatMap(({ g, graphs }) => (g ? [g, ...graphs] : [...graphs]));
}
