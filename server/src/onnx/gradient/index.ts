/**
 * Derivatives of a model without anything but its graph: graph in, graph out. Rules are about operators; no name of a model, node
 * or tensor matters. This room must not run anything.
 */
export { withGradients } from './reverse';
export type { GradientModel, GradientRequest } from './reverse';
