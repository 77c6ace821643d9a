/** The screen of a Gaussian probe's search: as good as exact within what it promises, and without effect on what is found. */
import { expect, test } from 'vitest';
import { gaussianClasses, placedLabels } from '../../../server/src/methods/probing/gaussianClasses';
import { shrunkEstimates } from '../../../server/src/methods/probing/gaussianCovariance';
import { candidates, judgedRows } from '../../../server/src/methods/probing/gaussianRows';
import type { Judgement } from '../../../server/src/methods/probing/gaussianRows';
import { screenOf, slack } from '../../../server/src/methods/probing/gaussianScreen';
import { greedySearch } from '../../../server/src/methods/probing/gaussianSearch';
import { randomStream } from '../../../server/src/methods/statistics/random';
import type { Sample } from '../../../server/src/methods/sample';
import { placeWith } from '../../helpers/fitPlaces';
import { rowsOf, tools } from './samples';

const [rows, neurons, classes] = [601, 24, 5];

/** Neighbours that share noise, each higher on one class; the unit of a neuron is its number's power of ten. */
function planted(seed: number, unit: (neuron: number) => number): Sample {
  const next = randomStream(seed);
  const uniform = (): number => next() / 2 ** 32 - 0.5;
  const truth = Array.from({ length: rows }, () => next() % classes);
  const columns: number[][] = [];
  for (let j = 0; j < neurons; j++) {
    const before = columns[j - 1]?.map((value) => value / unit(j - 1)) ?? truth.map(() => 0);
    columns.push(truth.map((k, i) => unit(j) * (0.9 * before[i]! + uniform() + uniform() + (k === j % classes ? 0.3 : 0))));
  }
  const every = rowsOf(columns, truth);
  return { train: every, held: every, classes: ['a', 'b', 'c', 'd', 'e'], focus: -1 };
}

function searchTask(sample: Sample, screened: boolean) {
  const model = gaussianClasses(sample, 2);
  const placed = placedLabels(sample.held, model.classes);
  const judged = judgedRows(Int32Array.from(placed.keys()), placed, model);
  const screen = screenOf(judged, sample.held, model);
  let tries = 0;
  const exact = candidates(judged, sample.held, model);
  return {
    tries: () => tries,
    task: {
      ...{ model, train: sample.train, trainLabels: placed, estimates: shrunkEstimates(model.counts, 3), steps: 12 },
      candidates: { ...exact, tryOne: (j: number, left: Float64Array) => (tries++, exact.tryOne(j, left)) },
      screen: screened ? screen : null,
      ...{ value: ({ logPosterior }: Judgement) => logPosterior, step: tools.step },
    },
  };
}

test.each([false, true])('with it the search finds the same neurons and numbers, and tries fewer (worst first: %s)', async (worstFirst) => {
  for (const seed of [1, 2, 3]) {
    const sample = planted(seed, () => 1);
    const [slow, fast] = [searchTask(sample, false), searchTask(sample, true)];
    expect(await greedySearch({ ...fast.task, worstFirst })).toEqual(await greedySearch({ ...slow.task, worstFirst }));
    expect(fast.tries()).toBeLessThan(slow.tries() / 2);
  }
});

test('a search that was stopped at any step ends as if it had not been, and tries nothing twice', async () => {
  const sample = planted(5, () => 1);
  // A neuron that cannot be judged, and a copy.
  for (let row = 0; row < rows; row++) sample.train.values[row * neurons + 9] = sample.train.values[row * neurons + 2]!;
  sample.train.values[3 * neurons + 7] = Number.POSITIVE_INFINITY;
  const straight = searchTask(sample, true);
  const place = placeWith();
  const found = await greedySearch({ ...straight.task, place, worstFirst: false });
  expect(place.offered).toHaveLength(12);
  for (const done of [1, 6, 12]) {
    const again = searchTask(sample, true);
    expect(await greedySearch({ ...again.task, place: placeWith(place.offered[done - 1]), worstFirst: false })).toEqual(found);
    expect(again.tries()).toBeLessThan(straight.tries() - neurons / 2);
  }
});

test('what it says is off by less than it promises, whatever the units of the neurons', async () => {
  const { task } = searchTask(
    planted(4, (neuron) => 10 ** (6 * (neuron % 13) - 36)),
    true,
  );
  let asked = 0;
  const checked = {
    about: (j: number, left: Float64Array): number | null => {
      const about = task.screen!.about(j, left);
      expect(about).not.toBeNull();
      // Without any loss of variance the promise is smallest.
      expect(Math.abs(about! - task.candidates.tryOne(j, left).logPosterior)).toBeLessThan(slack(0, 1));
      asked++;
      return about;
    },
    take: task.screen!.take,
  };
  await greedySearch({ ...task, screen: checked, worstFirst: false });
  expect(asked).toBeGreaterThan(100);
});

test('rows so far out that float32 cannot say are left to exact numbers', () => {
  const sample = planted(5, () => 1);
  sample.held.values[0] = 1e6;
  const { task } = searchTask(sample, true);
  const variances = Float64Array.from({ length: classes }, (_, k) => 1e-6 * (k + 1));
  expect(task.screen!.about(0, variances)).toBeNull();
  expect(
    task.screen!.about(
      1,
      Float64Array.from({ length: classes }, () => Number.NaN),
    ),
  ).toBeNull();
});
