/** What explaining neurons by formulas costs, on planted rows: the bound is that of a person who waits. */
import type { Matrix } from '../../server/src/activations/matrix';
import { randomStream } from '../../server/src/methods/statistics/random';
import { explainNeurons } from '../../server/src/study/explanations';
import type { Atom } from '../../server/src/study/explanations';
import { costOf } from './cost';
import { report } from './row';
import type { Row } from './row';

const [rows, neurons, atomCount] = [10_000, 768, 1000];

async function* measure(): AsyncGenerator<Row> {
  const atoms = plantedAtoms();
  const matrix = activeWhere(atoms);
  const explained: string[] = [];
  const { wall, all } = await costOf(async () => {
    const found = await explainNeurons({
      parts: [{ point: null, matrix, columns: Array.from({ length: neurons }, (_, j) => j) }],
      rows: Int32Array.from({ length: rows }, (_, row) => row),
      atoms,
      vectors: vectorsOf(atoms),
      notes: [],
      groups: Int32Array.from({ length: rows }, (_, row) => Math.floor(row / 20)),
      parameters: { beam: '10', length: '3' },
      ...{ leastRows: 1, examples: 20, seed: 1 },
      provenance: (elapsedMs) => ({
        ...{ golgi: '', created: '', elapsedMs, model: null, corpus: null, matrix: null, seed: 1, runtime: {}, notes: [] },
        activations: { words: 'as given', dtype: 'as given', rows, excluded: {} },
      }),
      signal: new AbortController().signal,
      onProgress: () => undefined,
    });
    explained.push(...found.neurons.map(({ formula }) => formula));
  });
  yield {
    what: `formulas of up to 3 of ${atomCount.toLocaleString('en')} atoms, beam 10, ${neurons} neurons, ${rows.toLocaleString('en')} rows, tested on held-out sentences`,
    value: wall,
    unit: 's',
    atMost: 120,
    note: `${all.toFixed(1)} s of processor time, ${explained.length} neurons explained`,
  };
}

/** Vectors of noise, so that every atom has its neighbours and the operator its cost. */
function vectorsOf(atoms: readonly Atom[]): ReadonlyMap<string, readonly number[]> {
  return new Map(
    atoms.flatMap(({ word }, atom) => {
      const next = randomStream(13, atom);
      return word === undefined ? [] : [[word, Array.from({ length: 300 }, () => next() / 2 ** 31 - 1)] as const];
    }),
  );
}

/** Atoms from rare to frequent, as words and tags are: on 20 to 3,000 of 10,000 rows. */
function plantedAtoms(): Atom[] {
  return Array.from({ length: atomCount }, (_, atom) => {
    const next = randomStream(11, atom);
    const share = 0.002 * 150 ** (next() / 2 ** 32);
    return { name: `atom ${atom}`, word: `atom ${atom}`, marks: Uint8Array.from({ length: rows }, () => Number(next() / 2 ** 32 < share)) };
  });
}

/** Noise, and three atoms a neuron that each raise it. */
function activeWhere(atoms: readonly Atom[]): Matrix {
  const columns = Array.from({ length: neurons }, (_, neuron) => {
    const next = randomStream(12, neuron);
    const causes = Array.from({ length: 3 }, () => atoms[next() % atomCount]?.marks);
    return Float32Array.from({ length: rows }, (_, row) => {
      const noise = (next() + next() + next()) / 2 ** 32 - 1.5;
      return causes.reduce((sum, marks) => sum + 1.5 * (marks?.[row] ?? 0), noise);
    });
  });
  return {
    ...{ rows, columns: neurons },
    blocks: () => {
      throw new Error('formulas are searched for column by column');
    },
    readColumns: async (from, to) => {
      const values = new Float32Array((to - from) * rows);
      for (let column = from; column < to; column++) values.set(columns[column] ?? [], (column - from) * rows);
      return values;
    },
  };
}

void report(measure());
