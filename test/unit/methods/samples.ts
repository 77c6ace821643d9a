/** Samples of rows for methods that look at many neurons together, written down neuron by neuron. */
import { plainKernels } from '../../../server/src/methods/kernels';
import type { Sample, SampleRows, SampleTools } from '../../../server/src/methods/sample';

export const tools: SampleTools = { kernels: plainKernels, seed: 1, step: async () => undefined };

/** Rows of neurons given as columns. */
export function rowsOf(neurons: readonly (readonly number[])[], labels: readonly number[]): SampleRows {
  const values = new Float64Array(neurons.length * labels.length);
  neurons.forEach((neuron, j) => neuron.forEach((value, row) => (values[row * neurons.length + j] = value)));
  return { rows: labels.length, neurons: neurons.length, values, labels: Int32Array.from(labels), groups: null };
}

/** A concept, 1 on the rows that carry it; the rows that are fitted are those that are held out, unless given. */
export function conceptSample(neurons: readonly (readonly number[])[], labels: readonly number[], held = rowsOf(neurons, labels)): Sample {
  return { train: rowsOf(neurons, labels), held, classes: ['other', 'a'], focus: 1 };
}
