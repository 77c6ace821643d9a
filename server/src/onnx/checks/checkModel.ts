/** All that can be known of a model's soundness without running it. */
import { InputError, refuseAll } from '../../protocol/errors';
import type { GraphProto, ModelProto } from '../model';
import { checkTensors } from './tensors';
import { checkDomains, checkVersions } from './versions';
import { checkWiring } from './wiring';

/** A model of which it is known that it has a graph. */
export interface SoundModel extends ModelProto {
  readonly graph: GraphProto;
}

/**
 * Passes a model whose graph the runtime can be expected to take. Throws InputError with every finding: MODEL_NO_GRAPH,
 * MODEL_VERSION, MODEL_OP, MODEL_TENSOR, MODEL_GRAPH. `file` is what findings call the model.
 */
export function checkModel(model: ModelProto, file: string): SoundModel {
  const { graph } = model;
  if (!graph || graph.outputs.length === 0) {
    throw new InputError(
      'MODEL_NO_GRAPH',
      { file },
      {
        found: graph ? 'a graph without outputs' : 'a model without a graph',
        expected: 'a graph with at least one output',
        remedy: 'the file is no exported model: export it again',
      },
    );
  }
  refuseAll([...checkVersions(model, file), ...checkDomains(model, file), ...checkTensors(model, file), ...checkWiring(model, file)]);
  return { ...model, graph };
}
