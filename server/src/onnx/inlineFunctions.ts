/** Taps lie in the graph itself: what an exporter has put into functions of the model is laid out flat; the result computes the same. */
import { InputError } from '../protocol/errors';
import { attribute } from './attributes';
import { makeNode } from './build';
import type { AttributeProto, FunctionProto, GraphProto, ModelProto, NodeProto } from './model';
import { withReads } from './rename';

const limits = { depth: 100, nodes: 200_000 } as const;

/** Lays out every call of a local function in the main graph. Throws `InputError` MODEL_DEPTH or MODEL_LIMIT for hostile files. */
export function withFunctionsInline<M extends ModelProto>(model: M): M {
  if (model.functions.length === 0 || !model.graph) return model;
  const functions = new Map(model.functions.map((each) => [nameOf(each.domain, each.name, each.overload), each]));
  const nodes: NodeProto[] = [];
  let calls = 0;
  const layOut = (node: NodeProto, depth: number): void => {
    if (depth > limits.depth) throw tooMuch('MODEL_DEPTH', `functions call each other more than ${limits.depth} deep`, node);
    const body = functions.get(nameOf(node.domain, node.opType, node.overload));
    if (!body) {
      if (nodes.push(node) > limits.nodes)
        throw tooMuch('MODEL_LIMIT', `more than ${limits.nodes} nodes once functions are laid out`, node);
      return;
    }
    const call = `golgi:${node.opType}${calls++}`;
    for (const inner of bodyFor(node, body, call)) layOut(inner, depth + 1);
  };
  for (const node of model.graph.nodes) layOut(node, 0);

  const known = new Set(model.opsetImport.map(({ domain }) => domain));
  const imports = model.functions.flatMap(({ opsetImport }) => opsetImport).filter(({ domain }) => !known.has(domain) && known.add(domain));
  return { ...model, functions: [], opsetImport: [...model.opsetImport, ...imports], graph: { ...model.graph, nodes } };
}

function nameOf(domain: string, name: string, overload: string): string {
  return `${domain}\n${name}\n${overload}`;
}

function tooMuch(code: 'MODEL_DEPTH' | 'MODEL_LIMIT', found: string, node: NodeProto): InputError {
  return new InputError(
    code,
    { node: node.name || node.opType },
    { found, expected: 'a model of ordinary size', remedy: 'export the model again' },
  );
}

/** The nodes of a function as one call sees them: its tensors under names of their own, its attributes filled in. */
function bodyFor(call: NodeProto, body: FunctionProto, prefix: string): NodeProto[] {
  const names = new Map<string, string>();
  for (const { outputs } of body.nodes) for (const name of outputs) if (name) names.set(name, `${prefix}/${name}`);
  body.inputs.forEach((name, i) => names.set(name, call.inputs[i] ?? ''));
  const renamed = body.nodes.map((node): NodeProto => {
    const read = withReads(withAttributes(node, call, body), names);
    return { ...read, name: node.name && `${prefix}/${node.name}`, outputs: node.outputs.map((name) => names.get(name) ?? name) };
  });
  // An output may be one of the function's inputs, and one tensor may leave by two names.
  const leaving = body.outputs.flatMap((name, i) => {
    const outside = call.outputs[i];
    return outside ? [makeNode('Identity', [names.get(name) ?? name], [outside])] : [];
  });
  return [...renamed, ...leaving];
}

function withAttributes(node: NodeProto, call: NodeProto, body: FunctionProto): NodeProto {
  const filled = node.attributes.flatMap((each): AttributeProto[] => {
    if (each.refAttrName === '') return [withAttributesInside(each, call, body)];
    const given = attribute(call, each.refAttrName) ?? body.attributeProtos.find(({ name }) => name === each.refAttrName);
    return given ? [{ ...given, name: each.name }] : [];
  });
  return { ...node, attributes: filled };
}

function withAttributesInside(each: AttributeProto, call: NodeProto, body: FunctionProto): AttributeProto {
  const inside = (graph: GraphProto): GraphProto => ({ ...graph, nodes: graph.nodes.map((node) => withAttributes(node, call, body)) });
  if (!each.g && each.graphs.length === 0) return each;
  return { ...each, ...(each.g ? { g: inside(each.g) } : {}), graphs: each.graphs.map(inside) };
}
