/**
 * Derivatives of a model without anything but its graph: graph in, graph out. Rules are about operators; no name of a model, node
 * or tensor matters. This room must not run anything.
 */
export { derived, placeInput, weightsInput } from './model';
export type { Derivative, DerivedModel, Neurons } from './model';
export { withGradients } from './reverse';
export { scalarInputs, scalarTensors } from './scalar';
export type { Scores } from './scalar';
