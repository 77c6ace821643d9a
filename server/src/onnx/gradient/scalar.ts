/** The scalars that a person differentiates: the score of one token or class, its probability, or the logarithm of that. */
import type { ScalarKind } from '../../protocol/gradient';
import type { SoundModel } from '../checks/checkModel';
import { dataType } from '../model';
import { makeValue } from '../build';
import type { NodeProto } from '../model';
import { rowHead } from './head';
import { createWriter } from './writer';

/** Scores in the last axis of a tensor: [texts, tokens, scores], or [texts, scores] for whole texts. */
export interface Scores {
  readonly tensor: string;
  /** How many, where known: some heads give one score a token without an axis of its own. */
  readonly width?: number | undefined;
}

/** Inputs that a run fills: the row of scores for each text ([texts, 1], rows of all tokens counted through), and which score. */
export const scalarInputs = { row: 'golgi:row', target: 'golgi:target' } as const;

/** Tensors [texts, 1, 1], float32. */
export const scalarTensors: Readonly<Record<ScalarKind, string>> = {
  logit: 'golgi:logit',
  prob: 'golgi:probability',
  logprob: 'golgi:log probability',
};

/**
 * The model with the three scalars of its scores, computed from the rows and targets that `scalarInputs` name. What makes each
 * row of scores from its own row alone is done for those rows only, unless it passes one of `stops`: most of a head's work is
 * about tokens that nobody asked for.
 */
export function withScalars(model: SoundModel, { tensor, width }: Scores, stops: ReadonlySet<string>): SoundModel {
  const w = createWriter({ opset: 0, typeOf: () => undefined, prefix: 'golgi:scalar ' });
  const head = rowHead(model.graph, tensor, stops);
  // Without a head the rows are the scores, whose number may be known where they have no axis of their own.
  const size = width === undefined || head.nodes.length > 0 ? w.op('Gather', [w.op('Shape', [head.input]), w.ints([-1])]) : w.ints([width]);
  const rows = w.op('Reshape', [head.input, w.op('Concat', [w.ints([-1]), size], { axis: 0 })]);
  const chosen = w.op('Gather', [rows, scalarInputs.row], { axis: 0 });
  const own = (name: string) => (name === head.input ? chosen : `golgi:scalar of ${name}`);
  const made = new Set(head.nodes.flatMap(({ outputs }) => outputs));
  const nodes = head.nodes.map((node): NodeProto => ({
    ...node,
    name: '',
    inputs: node.inputs.map((name) => (name === head.input || made.has(name) ? own(name) : name)),
    outputs: node.outputs.map((name) => (name ? own(name) : '')),
  })); // prettier-ignore
  const scores = w.asFloat(own(tensor));
  const pick = (values: string, kind: ScalarKind) =>
    w.op('GatherElements', [values, scalarInputs.target], { axis: 2 }, scalarTensors[kind]);
  pick(scores, 'logit');
  pick(w.op('Softmax', [scores], { axis: -1 }), 'prob');
  pick(w.op('LogSoftmax', [scores], { axis: -1 }), 'logprob');
  const { graph } = model;
  return {
    ...model,
    graph: {
      ...graph,
      nodes: [...graph.nodes, ...nodes, ...w.nodes],
      initializers: [...graph.initializers, ...w.constants],
      inputs: [
        ...graph.inputs,
        makeValue(scalarInputs.row, dataType.int64, ['texts', 1]),
        makeValue(scalarInputs.target, dataType.int64, ['texts', 1, 1]),
      ],
    },
  };
}
