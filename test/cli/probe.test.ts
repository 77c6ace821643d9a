/** `golgi probe`: a linear probe over anybody's matrix and over a model, its numbers and its weights. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { npyBytes, readNpy } from '../../server/src/activations/npy';
import { errorsOf, golgi } from '../helpers/golgi';
import type { RankingDocument, RankingDocuments } from '../helpers/golgi';
import { tempFolder } from '../helpers/tempFiles';

const temp = tempFolder();
const program = golgi(join(temp.path, 'cache'));

interface ProbeDocument extends RankingDocument {
  readonly objective: number;
  readonly violation: number;
  readonly train_accuracy: number;
  readonly eval_accuracy: number;
  readonly eval_majority: number;
  readonly eval_class_accuracy: readonly (number | null)[];
  readonly classes: readonly string[];
  readonly outputs: readonly string[];
}

// The eight rows whose optimum stands in the literature of this program: methods' unit tests have it by other means.
const columns = [
  [4, 3, 2, 1, 0, 0, 1, 0],
  [1, 0, 2, 0, 2, 0, 1, 1],
  [-1, -2, -1, -3, 2, 1, 1, 3],
];
const values = Float32Array.from({ length: 24 }, (_, i) => columns[i % 3]?.[Math.floor(i / 3)] ?? 0);
const x = temp.write('x.npy', npyBytes({ dtype: 'f4', shape: [8, 3], data: values }));
const y = temp.write('y.npy', npyBytes({ dtype: 'i4', shape: [8], data: Int32Array.from([1, 1, 1, 1, 0, 0, 0, 0]) }));
const classes = temp.write('classes.txt', 'noun\nnoun\nnoun\nnoun\nverb\nverb\nadverb\nadverb\n');
const given = ['--activations', x, '--eval-activations', x];

test('objective, accuracies and violation, and the weights with their bias last', async () => {
  const out = join(temp.path, 'w.npy');
  const found = await program.json<ProbeDocument>(
    ...['probe', ...given, '--labels', y, '--eval-labels', y, '--out', out],
    ...['--set', 'l1=0.05', '--set', 'l2=0.01', '--set', 'standardise=false'],
  );
  expect(found).toMatchObject({ kind: 'probe', method: 'linear', train_accuracy: 1, eval_accuracy: 1, eval_majority: 0.5 });
  expect(found.objective).toBeCloseTo(0.19306663, 8);
  expect(found.violation).toBeLessThan(1e-9);
  const weights = readNpy(out);
  expect(weights.shape).toEqual([1, 4]);
  [0.59092, 0, -1.408382, -0.940985].forEach((weight, j) => expect(weights.values[j]).toBeCloseTo(weight, 6));
  expect(found.neurons.map(({ id }) => id)).toEqual(['2', '0', '1']);
});

test('several classes have an output each, and accuracies class by class', async () => {
  const found = await program.json<ProbeDocument>('probe', ...given, '--labels', classes, '--eval-labels', classes);
  expect(found.classes).toEqual(['adverb', 'noun', 'verb']);
  expect(found.outputs).toEqual(found.classes);
  expect(found.eval_class_accuracy).toHaveLength(3);
});

test('in text: numbers, and a table of accuracies beside who always says the commonest class', async () => {
  const { stdout } = await program.run('probe', ...given, '--labels', y, '--eval-labels', y);
  expect(stdout).toMatch(/objective/);
  expect(stdout).toMatch(/violated by at most/);
  expect(stdout).toMatch(/always the commonest\s+50\.0 %\s+50\.0 %/);
});

test('rankings by weight and by weight mass come from the same probe', async () => {
  const { results } = await program.json<RankingDocuments>('rank', ...given, '--labels', y, '--eval-labels', y, '--method', 'linear,lca');
  expect(results.map(({ method }) => method)).toEqual(['linear', 'lca']);
  expect(results[1]?.neurons[0]).toMatchObject({ id: '2', score: 0, direction: -1 });
});

test('weights that were written are ranked as the probe that wrote them, whether its matrix is given or its neurons are named', async () => {
  const out = join(temp.path, 'classes.npy');
  await program.run('probe', ...given, '--labels', classes, '--eval-labels', classes, '--out', out);
  const probed = await program.json<RankingDocument>('rank', ...given, '--labels', classes, '--eval-labels', classes, '--method', 'lca');
  const ranked = await program.json<RankingDocument>('rank', '--weights', out, '--activations', x, '--labels', classes);
  const named = await program.json<RankingDocument>('rank', '--weights', out, '--columns', '0-2');
  const scores = ({ neurons }: RankingDocument) => neurons.map(({ id, score }) => ({ id, score }));
  expect(scores(ranked)).toEqual(scores(probed));
  expect(scores(named)).toEqual(scores(probed));
  expect(ranked).toMatchObject({ method: 'lca', per_class: [{ class: 'adverb' }, { class: 'noun' }, { class: 'verb' }] });
});

test('a file of weights is for one probe, and nothing is begun for several', async () => {
  const out = join(temp.path, 'none.npy');
  const failed = await program.run(
    'probe',
    ...given,
    '--labels',
    classes,
    '--eval-labels',
    classes,
    '--concept',
    'noun',
    '--concept',
    'verb',
    '--out',
    out,
    '--json',
  );
  expect(failed.code).toBe(2);
  expect(errorsOf(failed)[0]).toMatchObject({ code: 'USAGE', found: '--out with several concepts or numbers' });
  expect(existsSync(out)).toBe(false);
});

test('over a model and a corpus, sentences are held out', async () => {
  const found = await program.json<ProbeDocument>(
    ...['probe', '--model', 'media/models/demo-gpt2', '--corpus', 'media/corpus/golgi-sample.jsonl'],
    ...['--concept', 'rule:digit', '--taps', 'hidden', '--layers', '1', '--top', '3'],
  );
  expect(found.violation).toBeLessThan(1e-7);
  expect(found.eval_accuracy).toBeGreaterThanOrEqual(found.eval_majority);
  expect(found.neurons).toHaveLength(3);
});

test('a number a row is predicted: what is explained, its control, the weights; rows without one are left out', async () => {
  // y = 2a − c but for the last row, which has none.
  const numbers = columns[0]?.map((a, i) => (i === 7 ? 'nan' : String(2 * a - (columns[2]?.[i] ?? 0)))) ?? [];
  const target = temp.write('numbers.txt', `${numbers.join('\n')}\n`);
  const out = join(temp.path, 'regression.npy');
  const found = await program.json<ProbeDocument & { readonly train_r2: number; readonly eval_r2: number }>(
    ...['probe', ...given, '--target', target, '--eval-target', target, '--out', out],
    ...['--set', 'l2=0', '--set', 'standardise=false', '--set', 'permutations=1'],
  );
  expect(found).toMatchObject({
    kind: 'probe',
    method: 'regression',
    concept: 'number:target',
    outputs: ['number:target'],
    train_rows: 7,
    control_fits: 1,
  });
  expect(found.eval_r2).toBeCloseTo(1, 9);
  [2, 0, -1, 0].forEach((weight, j) => expect(readNpy(out).values[j]).toBeCloseTo(weight, 6));
  expect(found.neurons.map(({ id, direction }) => [id, direction]).slice(0, 2)).toEqual([
    ['0', 1],
    ['2', -1],
  ]);
});

test('lines that are no numbers are all named, and numbers take the place of labels', async () => {
  const wrong = temp.write('wrong.txt', '1\ntwo\n3\n4\n5e999\n6\n7\n8\n');
  const failed = await program.run('probe', ...given, '--target', wrong, '--eval-target', wrong, '--json');
  expect(failed.code).toBe(3);
  expect(errorsOf(failed)).toMatchObject([
    { code: 'LABEL_NUMBER', place: { line: 2 }, found: 'two' },
    { code: 'LABEL_NUMBER', place: { line: 5 }, found: '5e999' },
  ]);
  const both = await program.run('probe', ...given, '--target', wrong, '--labels', y, '--json');
  expect(errorsOf(both)).toMatchObject([{ code: 'USAGE', found: '--labels with --activations and --target' }]);
});
