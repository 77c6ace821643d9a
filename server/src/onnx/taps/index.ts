/**
 * Finding neurons in a transformer's graph, whatever exporter, optimiser or quantiser wrote it. Rules are about what is computed:
 * products with weights, attention, norms, additions to the residual stream. This room must not read names of nodes, tensors or
 * models (only those of graph inputs, which are their interface), nor run anything.
 */
export { findTaps } from './findTaps';
export type { TapContext } from './findTaps';
export type { ChosenTap } from './chosen';
export { allTaps } from './tap';
export type { ActivationName, BlockTaps, Precision, StackTaps, TapCandidate, TapLayout, TapMap, TapTensor } from './tap';
