import type { ExplainedNeuron } from '../../../server/src/protocol/analyses';

/** By which a page knows whether a formula is the one that is painted. */
export function paintKey({ neuron, direction, threshold, formula }: ExplainedNeuron): string {
  return JSON.stringify([neuron, direction, threshold, formula]);
}
