/** All that can be known of a model's soundness without running it. */
import { InputError, problem } from '../../protocol/errors';
import type { Problem } from '../../protocol/errors';
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
  refuse([...checkVersions(model, file), ...checkDomains(model, file), ...checkTensors(model, file), ...checkWiring(model, file)]);
  return { ...model, graph };
}

// A damaged file may have a finding for each of its 100,000 tensors.
const mostFindings = 100;

/** Throws what was found, if anything was. */
export function refuse(findings: readonly Problem[]): void {
  const [first, ...rest] = findings.slice(0, mostFindings);
  if (!first) return;
  const left = findings.length - mostFindings;
  if (left > 0) rest.push(problem(first.code, { ...(first.place.file && { file: first.place.file }) }, {
    found: `${left} findings more`, expected: '', remedy: '',
  })); // prettier-ignore
  throw new InputError([first, ...rest]);
}
