/**
 * A linear probe of all neurons of a model, to its optimum, against scikit-learn on the same rows: one thread on either side,
 * and only where the objective that we reach is no worse. Needs Python with scikit-learn; see `peer/README.md`.
 */
import { execFile } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { designOf } from '../../server/src/methods/probing/design';
import { softmaxLoss } from '../../server/src/methods/probing/losses';
import { optimum } from '../../server/src/methods/probing/optimum';
import type { Optimum } from '../../server/src/methods/probing/optimum';
import { randomStream } from '../../server/src/methods/statistics/random';
import { runtimeKernels } from '../../server/src/runtime/kernels';
import { costOf } from './cost';
import { report } from './row';
import type { Row } from './row';
import { scratch } from './subjects';

const classes = 17;
const factors = 64;
const python = process.env['GOLGI_PEER_PYTHON'];

interface Task {
  readonly rows: number;
  readonly neurons: number;
  readonly l1: number;
  readonly l2: number;
  readonly solver: 'lbfgs' | 'saga';
  /** Where scikit-learn stops. */
  readonly tolerance: number;
  readonly iterations: number;
}

async function* measure(): AsyncGenerator<Row> {
  yield* compare({ rows: 20_000, neurons: 9_984, l1: 0, l2: 0.01, solver: 'lbfgs', tolerance: 1e-5, iterations: 1000 });
  yield {
    what: 'peak memory of that process',
    value: process.resourceUsage().maxRSS / 1e6,
    unit: 'GB',
    atMost: 2,
    note: 'with the making of the rows, of which the values alone are 0.8 GB',
  };
  yield* compare({ rows: 2_000, neurons: 1_000, l1: 0.002, l2: 0.002, solver: 'saga', tolerance: 1e-4, iterations: 300 });
}

async function* compare(task: Task): AsyncGenerator<Row> {
  const { rows, neurons, l1, l2, solver } = task;
  const kernels = runtimeKernels();
  const { values, labels } = await planted(rows, neurons);
  let found: Optimum | undefined;
  const { wall } = await costOf(async () => {
    const design = designOf({ rows, neurons, values, labels, groups: null }, kernels, true);
    const loss = softmaxLoss(labels, classes, new Float64Array(rows).fill(1));
    found = await optimum({ design, loss, penalty: { l1, l2, kind: 'squared' } });
  });
  await kernels.release();
  const objective = found?.objective ?? NaN;
  const what = `linear probe, ${rows.toLocaleString('en')} rows × ${neurons.toLocaleString('en')} neurons × ${classes} classes, l1 ${l1}, l2 ${l2}`;
  const note = `${found?.products} products, objective ${objective.toFixed(7)}, off the conditions of optimality by ${found?.violation.toExponential(1)}`;
  yield { what: `${what}, to its optimum`, value: wall, unit: 's', note };
  const ratio = `${what}: time of scikit-learn’s ${solver} to ours`;
  if (!python) {
    yield { what: ratio, value: null, unit: '×', note: 'GOLGI_PEER_PYTHON is not set; test/bench/peer/README.md says how' };
    return;
  }
  const folder = scratch();
  writeFileSync(join(folder, 'x.f32'), Buffer.from(values.buffer));
  writeFileSync(join(folder, 'y.i32'), Buffer.from(labels.buffer));
  const script = join('test', 'bench', 'peer', 'linear.py');
  const given = [folder, rows, neurons, l1, l2, solver, task.tolerance, task.iterations].map(String);
  const { stdout } = await promisify(execFile)(python, [script, ...given], {
    env: { ...process.env, OMP_NUM_THREADS: '1', OPENBLAS_NUM_THREADS: '1' },
  });
  const [seconds = NaN, theirs = NaN, memory = NaN] = stdout.trim().split(' ').map(Number);
  yield {
    what: ratio,
    // Single precision ends their objective's seventh digit.
    value: objective <= theirs + 1e-6 ? seconds / wall : 0,
    unit: '×',
    atLeast: 1,
    note: `${seconds.toFixed(1)} s at objective ${theirs.toFixed(7)}, ${(memory / 1e3).toFixed(1)} GB`,
  };
}

/** Neurons that share causes of falling weight, as layers do; one in a hundred is higher or lower on a class. Classes are unequal. */
async function planted(rows: number, neurons: number): Promise<{ readonly values: Float32Array; readonly labels: Int32Array }> {
  const kernels = runtimeKernels();
  const next = randomStream(5);
  const noise = (): number => (next() + next() + next() + next()) / 2 ** 32 - 2;
  const labels = Int32Array.from({ length: rows }, () => Math.floor(classes * (next() / 2 ** 32) ** 2));
  const causes = Float32Array.from({ length: rows * factors }, (_, i) => (2 * noise()) / Math.sqrt(1 + (i % factors)));
  const effects = Float32Array.from({ length: factors * neurons }, noise);
  const { values } = await kernels.product(
    { rows, columns: factors, values: causes },
    { rows: factors, columns: neurons, values: effects },
  );
  await kernels.release();
  if (!(values instanceof Float32Array)) throw new Error('a product of single precision is of single precision');
  const shifts = Float32Array.from({ length: classes * neurons }, (_, i) => (i % 97 === 0 ? 0.7 * noise() : 0));
  let state = 1;
  for (let row = 0, at = 0; row < rows; row++) {
    const shift = (labels[row] ?? 0) * neurons;
    for (let j = 0; j < neurons; j++, at++) {
      // A quicker generator than the one above: there are hundreds of millions.
      state = (Math.imul(state, 1_664_525) + 1_013_904_223) | 0;
      values[at] = (values[at] ?? 0) + state / 2 ** 30 + (shifts[shift + j] ?? 0);
    }
  }
  return { values, labels };
}

void report(measure());
