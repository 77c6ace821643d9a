/** The optimum of a linear probe of more neurons than rows: where most weights are zero, and where none is. */
import { expect, test } from 'vitest';
import { plainKernels } from '../../../server/src/methods/kernels';
import { designOf } from '../../../server/src/methods/probing/design';
import { softmaxLoss } from '../../../server/src/methods/probing/losses';
import type { Loss } from '../../../server/src/methods/probing/losses';
import { optimum } from '../../../server/src/methods/probing/optimum';
import { symmetricEigen } from '../../../server/src/methods/statistics/eigen';
import { randomStream } from '../../../server/src/methods/statistics/random';
import { placeWith } from '../../helpers/fitPlaces';
import { rowsOf } from './samples';
import { toy } from './toy';

const [rows, neurons, classes] = [90, 240, 3];

/** Neurons that share two causes, as layers do; every twentieth is higher on a class. */
function planted() {
  const next = randomStream(3);
  const uniform = (): number => next() / 2 ** 32 - 0.5;
  const labels = Array.from({ length: rows }, () => next() % classes);
  const causes = [0, 1].map(() => labels.map(uniform));
  const columns = Array.from({ length: neurons }, (_, j) => {
    const [a, b] = [uniform(), uniform()];
    return labels.map((k, i) => 3 * a * causes[0]![i]! + 2 * b * causes[1]![i]! + 0.5 * uniform() + (j % 20 === k ? 0.4 : 0));
  });
  return { design: designOf(rowsOf(columns, labels), plainKernels, true), labels: Int32Array.from(labels) };
}

test.each([
  ['lasso', 0.01, 0],
  ['elastic net', 0.005, 0.002],
  ['ridge', 0, 0.01],
])('%s: solved to the conditions of optimality', async (_, l1, l2) => {
  const { design, labels } = planted();
  const loss = softmaxLoss(labels, classes, new Float64Array(rows).fill(1));
  const found = await optimum({ design, loss, penalty: { l1, l2, kind: 'squared' } });
  expect(found.converged).toBe(true);
  // The conditions again, from the weights alone: a convex problem has no other solution that keeps them.
  const outputs = await design.outputs(found.weights, true);
  const slopes = await design.slopes(loss.slopes(outputs.map((value, i) => value + found.biases[i % classes]!)), true);
  const violations = slopes.map((slope, i) => {
    const weight = found.weights[i]!;
    return weight === 0 ? Math.max(0, Math.abs(slope) - l1) : Math.abs(slope + 2 * l2 * weight + l1 * Math.sign(weight));
  });
  expect(Math.max(...violations)).toBeLessThan(2e-9);
  const kept = found.weights.filter((weight) => weight !== 0).length;
  if (l1 > 0) expect(kept).toBeLessThan(found.weights.length / 3);
  else expect(kept).toBe(found.weights.length);
});

test.each([
  ['lasso', 0.01, 0, 'squared', neurons],
  ['elastic net of few neurons', 0.005, 0.002, 'squared', 20],
  ['ridge', 0, 0.0001, 'squared', neurons],
  ['norm', 0, 0.01, 'norm', neurons],
] as const)('%s: stopped at any moment and gone on with, it is the same to the last bit', async (_, l1, l2, kind, width) => {
  const { design: whole, labels } = planted();
  const design = whole.columns(Int32Array.from({ length: width }, (__, j) => j));
  const problem = { design, loss: softmaxLoss(labels, classes, new Float64Array(rows).fill(1)), penalty: { l1, l2, kind } };
  const place = placeWith();
  const { products: _all, ...straight } = await optimum(problem, { place });
  expect(place.offered.length).toBeGreaterThan(1);
  for (const kept of place.offered.filter((__, i) => i % 3 === 0 || i === place.offered.length - 1)) {
    const { products, ...resumed } = await optimum(problem, { place: placeWith(kept) });
    expect(resumed).toEqual(straight);
    expect(products).toBeGreaterThan(0);
  }
});

test('what was kept of another problem is not gone on with', async () => {
  const { design, labels } = planted();
  const problem = {
    design,
    loss: softmaxLoss(labels, classes, new Float64Array(rows).fill(1)),
    penalty: { l1: 0.01, l2: 0, kind: 'squared' as const },
  };
  expect(await optimum(problem, { place: placeWith(new Float64Array(7)) })).toEqual(await optimum(problem));
});

test('eigenvectors of a symmetric matrix are turned by it into their multiples, largest first', () => {
  const size = 7;
  const next = randomStream(9);
  const matrix = new Float64Array(size * size);
  for (let a = 0; a < size; a++) for (let b = 0; b <= a; b++) matrix[a * size + b] = matrix[b * size + a] = (next() % 9) - 4;
  const { values, vectors } = symmetricEigen(matrix, size);
  expect([...values]).toEqual([...values].sort((a, b) => b - a));
  for (let a = 0; a < size; a++) {
    const vector = vectors.subarray(a * size, (a + 1) * size);
    expect(Math.hypot(...vector)).toBeCloseTo(1, 12);
    for (let i = 0; i < size; i++) {
      const image = vector.reduce((sum, value, j) => sum + value * matrix[i * size + j]!, 0);
      expect(image).toBeCloseTo(values[a]! * vector[i]!, 11);
    }
  }
});

/** Mean squared error of a real label: a loss whose solution is known. */
function squaredLoss(target: Float64Array): Loss {
  const rows = target.length;
  const twice = 2 / rows;
  return {
    rows,
    outputs: 1,
    startBiases: Float64Array.of(target.reduce((sum, value) => sum + value, 0) / rows),
    value: (outputs) => outputs.reduce((sum, output, row) => sum + (output - (target[row] as number)) ** 2, 0) / rows,
    slopes: (outputs) => outputs.map((output, row) => twice * (output - (target[row] as number))),
    curvature: () => (change) => change.map((value) => twice * value),
    meanCurvature: () => Float64Array.of(2),
    curvatureMatrix: () => Float64Array.of(2),
  };
}

test('a real label has the solution of least squares', async () => {
  // y = 2·a − c + 1 without noise and penalty
  const y = Float64Array.from(toy.a, (a, row) => 2 * a - toy.c[row]! + 1);
  const firstFour = [1, 1, 1, 1, 0, 0, 0, 0];
  const design = designOf(rowsOf([toy.a, toy.b, toy.c], firstFour), plainKernels, false);
  const found = await optimum({ design, loss: squaredLoss(y), penalty: { l1: 0, l2: 0, kind: 'squared' } });
  [2, 0, -1].forEach((weight, j) => expect(found.weights[j]).toBeCloseTo(weight, 7));
  expect(found.objective).toBeCloseTo(0, 12);
});
