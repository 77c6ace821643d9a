/**
 * Reverse-mode differentiation by adding nodes to a graph: for every node between a scalar and what it is differentiated by, from
 * the scalar back, the nodes that turn the derivative by its outputs into that by its inputs (`rules/`). Derivatives that meet at
 * a tensor are added. Griewank and Walther 2008, chapter 3.
 */
import { InputError, problem, refuseAll } from '../../protocol/errors';
import type { Problem } from '../../protocol/errors';
import type { SoundModel } from '../checks/checkModel';
import { indexGraph, topologicalOrder } from '../graph';
import type { NodeProto } from '../model';
import { nodeName, operatorName } from '../walk';
import { narrowed } from './broadcast';
import { factsOf } from './facts';
import { lowered } from './lower';
import { differentiableOpset } from './opset';
import { pathBetween, valuesRead } from './path';
import { NoRule } from './rule';
import type { Backward } from './rule';
import { rounding, rules } from './rules';
import { createWriter } from './writer';

export interface GradientRequest {
  /** The tensor whose elements, added up, are differentiated. Rows that do not see each other keep their own derivatives. */
  readonly of: string;
  /** A tensor in the shape of `of` by whose elements those of `of` are weighted before they are added. */
  readonly weights?: string;
  /** The tensors by which it is differentiated. */
  readonly by: readonly string[];
  /** Derivatives in float64, for models in float64. */
  readonly double?: boolean;
}

export interface GradientModel {
  readonly model: SoundModel;
  /** For each tensor of `by` the one that holds the derivative, in its shape; undefined where the scalar does not depend on it. */
  readonly gradients: readonly (string | undefined)[];
  /** Operators on the way whose rounding was passed over, each once. */
  readonly rounded: readonly string[];
}

const prefix = 'golgi:d ';

/**
 * The model with nodes that compute the derivatives. Throws InputError MODEL_GRADIENT naming every node that no rule
 * covers, and for operator sets below 13. `file` is what findings call the model.
 */
export function withGradients(source: SoundModel, { of, weights, by, double = false }: GradientRequest, file: string): GradientModel {
  const { model, opset } = differentiableOpset(source, file);
  const graph = lowered(model.graph, { from: by, goal: of, opset });
  const index = indexGraph(graph);
  const order = topologicalOrder(index) ?? [];
  const path = pathBetween(order, by, of);
  refuseAll(path.nodes.flatMap((node) => (rules.has(node.opType) ? [] : [missing(node, file)])));

  const facts = factsOf(index, order);
  const w = createWriter({ opset, double, typeOf: facts.type, prefix });
  const parts = new Map<string, string[]>();
  const outputs = new Map<NodeProto, string[]>();
  const add = (tensor: string, gradient: string) => {
    const known = parts.get(tensor);
    if (known) known.push(gradient);
    else parts.set(tensor, [gradient]);
  };
  const total = (tensor: string): string | undefined => parts.get(tensor)?.reduce((sum, part) => w.op('Add', [sum, part]));

  if (path.tensors.has(of)) add(of, weights ?? w.op('Expand', [w.number(1), w.op('Shape', [of])]));
  for (const node of [...path.nodes].reverse()) {
    const backward = backwardOf(node);
    if (!backward) continue;
    try {
      const byInput = rules.get(node.opType)?.(backward) ?? [];
      const read = new Set(valuesRead(node));
      node.inputs.forEach((name, slot) => {
        if (!path.tensors.has(name) || !read.has(name)) return;
        const write = byInput[slot];
        if (!write) throw new NoRule(`whose input ${slot + 1} depends on the tap`);
        add(name, write());
      });
    } catch (error) {
      if (error instanceof NoRule) throw new InputError([missing(node, file, error.form)]);
      throw error;
    }
  }

  function backwardOf(node: NodeProto): Backward | undefined {
    const gradients = node.outputs.map((output) => (output ? total(output) : undefined));
    if (gradients.every((gradient) => gradient === undefined)) return undefined;
    const name = (slot: number) => node.inputs[slot] ?? '';
    const output = (slot: number) => node.outputs[slot] ?? '';
    return {
      node, w, facts, index, name,
      get g() {
        return gradients[0] ?? w.zerosLike(output(0));
      },
      gradient: (slot) => gradients[slot],
      x: (slot) => w.asFloat(name(slot)),
      y: (slot) => w.asFloat(output(slot)),
      has: (slot) => name(slot) !== '',
      narrowed: (gradient, slot) => narrowed(w, facts, gradient, name(slot), output(0)),
      extraOutput: (slot) => extraOutput(node, slot),
    }; // prettier-ignore
  }

  function extraOutput(node: NodeProto, slot: number): string {
    const known = outputs.get(node) ?? [...node.outputs];
    outputs.set(node, known);
    for (let each = 0; each < slot; each++) known[each] ??= '';
    known[slot] ||= w.fresh(`${node.opType} ${slot}`);
    return known[slot];
  }

  const gradients = by.map((tensor) => (path.tensors.has(tensor) ? total(tensor) : undefined));
  const nodes = graph.nodes.map((node) => ({ ...node, outputs: outputs.get(node) ?? node.outputs }));
  return {
    model: withContrib({
      ...model,
      graph: { ...graph, nodes: [...nodes, ...w.nodes], initializers: [...graph.initializers, ...w.constants] },
    }),
    gradients,
    rounded: [...new Set(path.nodes.filter(({ opType }) => rounding.has(opType)).map(operatorName))],
  };
}

/** The model allowed to use onnxruntime's own operators. */
function withContrib(model: SoundModel): SoundModel {
  if (model.opsetImport.some(({ domain }) => domain === 'com.microsoft')) return model;
  return { ...model, opsetImport: [...model.opsetImport, { domain: 'com.microsoft', version: 1 }] };
}

function missing(node: NodeProto, file: string, form?: string): Problem {
  return problem(
    'MODEL_GRADIENT',
    { file, node: nodeName(node) },
    {
      found: `${operatorName(node)}${form ? ` ${form}` : ''}, through which no derivative can be computed`,
      expected: 'operators with a rule for their derivative between the tap and the scalar',
      remedy: 'add --by differences, which needs only runs of the model, or choose an export without this operator',
    },
  );
}
