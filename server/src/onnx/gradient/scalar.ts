/** The scalars that a person differentiates: the score of one token or class, its probability, or the logarithm of that. */
import type { ScalarKind } from '../../protocol/gradient';
import type { SoundModel } from '../checks/checkModel';
import { dataType } from '../model';
import { makeValue } from '../build';
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

/** The model with the three scalars of its scores, computed from the rows and targets that `scalarInputs` name. */
export function withScalars(model: SoundModel, { tensor, width }: Scores): SoundModel {
  const w = createWriter({ opset: 0, typeOf: () => undefined, prefix: 'golgi:scalar ' });
  const size = width === undefined ? w.op('Gather', [w.op('Shape', [tensor]), w.ints([-1])]) : w.ints([width]);
  const rows = w.op('Reshape', [w.asFloat(tensor), w.op('Concat', [w.ints([-1]), size], { axis: 0 })]);
  const scores = w.op('Gather', [rows, scalarInputs.row], { axis: 0 });
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
      nodes: [...graph.nodes, ...w.nodes],
      initializers: [...graph.initializers, ...w.constants],
      inputs: [
        ...graph.inputs,
        makeValue(scalarInputs.row, dataType.int64, ['texts', 1]),
        makeValue(scalarInputs.target, dataType.int64, ['texts', 1, 1]),
      ],
    },
  };
}
