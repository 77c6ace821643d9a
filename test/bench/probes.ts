/** What probes over many neurons cost, on planted rows: processor seconds, each bound that of a person who waits. */
import { anyRankMethod, checkParameters, rankSamples } from '../../server/src/methods';
import type { LabelSet } from '../../server/src/methods';
import type { Matrix } from '../../server/src/activations/matrix';
import { randomStream } from '../../server/src/methods/statistics/random';
import { runtimeKernels } from '../../server/src/runtime/kernels';
import { costOf } from './cost';
import { report } from './row';
import type { Row } from './row';

const rows = 20_000;

async function* measure(): AsyncGenerator<Row> {
  const layer = planted(768, 17);
  yield await cost('gaussian', layer, concept(layer.labels), 10, 'top 50 of 768 neurons, a concept');
  yield await cost(
    'gaussian',
    layer,
    { name: 'classes', kind: 'classes', classNames: names(17), labels: layer.labels },
    60,
    'top 50 of 768 neurons, 17 classes',
  );
  const model = planted(10_000, 17);
  yield await cost('sparse', model, concept(model.labels), 60, '10,000 neurons, a concept');
}

interface Planted {
  readonly matrix: Matrix;
  readonly labels: Int32Array;
}

const names = (classes: number): string[] => Array.from({ length: classes }, (_, k) => `class ${k}`);

/** Noise shared by neighbours, in which every fifth neuron is higher on one class. */
function planted(neurons: number, classes: number): Planted {
  const next = randomStream(7);
  const uniform = (): number => (next() + 0.5) / 2 ** 32;
  const labels = Int32Array.from({ length: rows }, () => Math.floor(classes * uniform()));
  const values = new Float32Array(rows * neurons);
  for (let i = 0; i < values.length; i++) {
    const neuron = i % neurons;
    const own = uniform() + uniform() + uniform() + uniform() - 2;
    const class_ = labels[Math.floor(i / neurons)] as number;
    values[i] =
      own + (neuron > 0 ? 0.4 * (values[i - 1] as number) : 0) + (neuron % 5 === 0 && (neuron / 5) % classes === class_ ? 0.5 : 0);
  }
  const matrix: Matrix = {
    rows,
    columns: neurons,
    async *blocks() {
      for (let from = 0; from < rows; from += 1000)
        yield { from, rows: 1000, values: values.subarray(from * neurons, (from + 1000) * neurons) };
    },
    readColumns: () => Promise.reject(new Error('probes read rows')),
  };
  return { matrix, labels };
}

function concept(labels: Int32Array): LabelSet {
  return { name: 'class 0', kind: 'binary', classNames: ['other', 'class 0'], labels: labels.map((label) => Number(label === 0)) };
}

async function cost(id: string, { matrix }: Planted, labelSet: LabelSet, atMost: number, what: string): Promise<Row> {
  const method = anyRankMethod(id);
  if (method.kind !== 'sample') throw new Error(`${id} does not look at neurons together`);
  const kernels = runtimeKernels();
  const { wall, all } = await costOf(() =>
    rankSamples({
      parts: [{ point: null, matrix }],
      labelSets: [labelSet],
      methods: [{ method, parameters: checkParameters(method, {}) }],
      ...{ kernels, seed: 1 },
    }),
  );
  await kernels.release();
  return {
    what: `${id}, ${what}, ${rows.toLocaleString('en')} rows`,
    value: wall,
    unit: 's',
    atMost,
    note: `${all.toFixed(1)} s of processor time`,
  };
}

void report(measure());
