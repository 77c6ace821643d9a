/**
 * Rows as a linear probe sees them: every neuron less its mean, and divided by its deviation where that is asked for. The
 * standardised matrix is made only where it is small; else products go over the values as they are and are corrected.
 */
import type { Dense, Kernels } from '../kernels';
import type { SampleRows } from '../sample';

/** Values of which a float64 copy is kept: 64 MB. */
const keptValues = 1 << 23;

/** Values that are widened to float64 at a time where no copy is kept. */
const blockValues = 1 << 21;

/** Deviations below this share of the mean size of a neuron's values are rounding: float32 has seven digits. */
const smallestDeviation = 1e-6;

/** A deviation so small is rounding of a value near zero, whatever it is relative to (units of a layer that are all but dead). */
const deadDeviation = 1e-8;

export interface Design {
  readonly rows: number;
  readonly neurons: number;
  /** What is taken off each neuron, and what it is then multiplied by; 0 for a neuron that does not vary. */
  readonly mean: Float64Array;
  readonly scale: Float64Array;
  /** Mean square of each neuron as the probe sees it. */
  readonly variance: Float64Array;
  /** True where products are always exact, so that asking for it costs nothing. */
  readonly small: boolean;
  /** Outputs (rows × outputs) of weights (outputs × neurons). `exact`: in float64; else as precise as the values are held. */
  outputs(weights: Float64Array, exact: boolean): Promise<Float64Array>;
  /** Sums over the rows of slopes (rows × outputs) times values: outputs × neurons. */
  slopes(slopes: Float64Array, exact: boolean): Promise<Float64Array>;
  /** The design of some of the neurons alone, with a copy of their values. */
  columns(neurons: Int32Array): Design;
}

/**
 * The design of rows to fit. Neurons with values that are not finite are left out like those that do not vary. Up to `kept`
 * values have a standardised copy.
 */
export function designOf(sample: SampleRows, kernels: Kernels, standardise: boolean, kept = keptValues): Design {
  const { mean, deviation } = momentsOf(sample);
  const scale = deviation.map((sd) => (sd > 0 ? (standardise ? 1 / sd : 1) : 0));
  const shape = {
    ...{ rows: sample.rows, neurons: sample.neurons, mean, scale },
    variance: deviation.map((sd, j) => (sd * (scale[j] as number)) ** 2),
    columns: (neurons: Int32Array) => designOf(columnsOf(sample, neurons), kernels, standardise, kept),
  };
  if (sample.rows * sample.neurons <= kept) return { ...shape, small: true, ...keptProducts(sample, shape, kernels) };
  const finite = scale.every((value, j) => value > 0 || Number.isFinite(mean[j]));
  const blocks = blockProducts(sample, shape, kernels);
  if (!finite) return { ...shape, small: true, ...blocks };
  const whole = wholeProducts(sample, shape, kernels);
  return {
    ...shape,
    small: false,
    outputs: (weights, exact) => (exact ? blocks : whole).outputs(weights),
    slopes: (slopes, exact) => (exact ? blocks : whole).slopes(slopes),
  };
}

/** Outputs of weights on other rows, standardised like the rows that were fitted. */
export function outputsOn(
  sample: SampleRows,
  { mean, scale }: Pick<Design, 'mean' | 'scale'>,
  kernels: Kernels,
  weights: Float64Array,
): Promise<Float64Array> {
  return blockProducts(sample, { mean, scale }, kernels).outputs(weights);
}

function columnsOf(sample: SampleRows, neurons: Int32Array): SampleRows {
  const { rows, neurons: width, values } = sample;
  const some = new (values.constructor as Float32ArrayConstructor)(rows * neurons.length);
  for (let row = 0, to = 0; row < rows; row++) {
    for (let j = 0; j < neurons.length; j++, to++) some[to] = values[row * width + (neurons[j] as number)] as number;
  }
  return { ...sample, neurons: neurons.length, values: some };
}

interface Products {
  outputs(weights: Float64Array): Promise<Float64Array>;
  slopes(slopes: Float64Array): Promise<Float64Array>;
}

type Scaling = Pick<Design, 'mean' | 'scale'>;

/** Mean and population deviation of every neuron; deviation 0 where there is none beyond rounding, or values are not finite. */
function momentsOf({ rows, neurons, values }: SampleRows): { mean: Float64Array; deviation: Float64Array } {
  const mean = new Float64Array(neurons);
  for (let row = 0, at = 0; row < rows; row++) for (let j = 0; j < neurons; j++) mean[j]! += values[at++]!;
  for (let j = 0; j < neurons; j++) mean[j]! /= rows;
  const squares = new Float64Array(neurons);
  for (let row = 0, at = 0; row < rows; row++) for (let j = 0; j < neurons; j++) squares[j]! += (values[at++]! - mean[j]!) ** 2;
  const deviation = squares.map((sum, j) => {
    const sd = Math.sqrt(sum / rows);
    return Number.isFinite(sd) && sd > Math.max(deadDeviation, smallestDeviation * Math.abs(mean[j]!)) ? sd : 0;
  });
  return { mean, deviation };
}

/** Products over a standardised copy in float64. */
function keptProducts(sample: SampleRows, scaling: Scaling, kernels: Kernels): Products {
  const x: Dense = { rows: sample.rows, columns: sample.neurons, values: standardised(sample, scaling, 0, sample.rows) };
  return {
    outputs: async (weights) => wide(await kernels.product(x, matrix(weights, sample.neurons), { b: true })),
    slopes: async (slopes) => wide(await kernels.product(matrix(slopes, slopes.length / sample.rows), x, { a: true })),
  };
}

/** Products over blocks of rows, each standardised and widened in turn. */
function blockProducts(sample: SampleRows, scaling: Scaling, kernels: Kernels): Products {
  const { rows, neurons } = sample;
  const height = Math.max(1, Math.floor(blockValues / neurons));
  const block = (from: number): Dense => {
    const to = Math.min(rows, from + height);
    return { rows: to - from, columns: neurons, values: standardised(sample, scaling, from, to) };
  };
  return {
    async outputs(weights) {
      const outputs = weights.length / neurons;
      const all = new Float64Array(rows * outputs);
      for (let from = 0; from < rows; from += height) {
        const part = await kernels.product(block(from), matrix(weights, neurons), { b: true });
        all.set(part.values, from * outputs);
      }
      return all;
    },
    async slopes(slopes) {
      const outputs = slopes.length / rows;
      const sums = new Float64Array(outputs * neurons);
      for (let from = 0; from < rows; from += height) {
        const x = block(from);
        const part = slopes.subarray(from * outputs, (from + x.rows) * outputs);
        const { values } = await kernels.product(matrix(part, outputs), x, { a: true });
        for (let at = 0; at < sums.length; at++) sums[at]! += values[at]!;
      }
      return sums;
    },
  };
}

/** Products over the values as they are: X·w = x·(s·w) − m·(s·w), without a second matrix. */
function wholeProducts({ rows, neurons, values }: SampleRows, { mean, scale }: Scaling, kernels: Kernels): Products {
  const x: Dense = { rows, columns: neurons, values };
  const like = (numbers: Float64Array): Float32Array | Float64Array =>
    values instanceof Float32Array ? Float32Array.from(numbers) : numbers;
  return {
    async outputs(weights) {
      const scaled = weights.map((weight, at) => weight * (scale[at % neurons] as number));
      const outputs = weights.length / neurons;
      const shift = new Float64Array(outputs);
      scaled.forEach((weight, at) => (shift[Math.floor(at / neurons)]! += weight * mean[at % neurons]!));
      const product = await kernels.product(x, { rows: outputs, columns: neurons, values: like(scaled) }, { b: true });
      return wide(product).map((output, at) => output - shift[at % outputs]!);
    },
    async slopes(slopes) {
      const outputs = slopes.length / rows;
      const sums = new Float64Array(outputs);
      slopes.forEach((slope, at) => (sums[at % outputs]! += slope));
      const product = await kernels.product({ rows, columns: outputs, values: like(slopes) }, x, { a: true });
      return wide(product).map((sum, at) => (sum - sums[Math.floor(at / neurons)]! * mean[at % neurons]!) * scale[at % neurons]!);
    },
  };
}

/** Rows `from` to `to` as the probe sees them; a neuron that does not vary is 0. */
function standardised({ neurons, values }: SampleRows, { mean, scale }: Scaling, from: number, to: number): Float64Array {
  const z = new Float64Array((to - from) * neurons);
  for (let at = 0, source = from * neurons; at < z.length;) {
    for (let j = 0; j < neurons; j++, at++, source++) if (scale[j]! > 0) z[at] = (values[source]! - mean[j]!) * scale[j]!;
  }
  return z;
}

function matrix(values: Float64Array, columns: number): Dense {
  return { rows: values.length / columns, columns, values };
}

function wide({ values }: Dense): Float64Array {
  return values instanceof Float64Array ? values : Float64Array.from(values);
}
