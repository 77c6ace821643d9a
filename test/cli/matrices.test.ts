/** `rank --activations`: anybody's matrix of numbers, with its labels, columns, rows and names. */
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { npyBytes } from '../../server/src/activations/npy';
import { errorsOf, golgi, root } from '../helpers/golgi';
import type { RankingDocument, RankingDocuments } from '../helpers/golgi';
import { tempFolder } from '../helpers/tempFiles';

const temp = tempFolder();
const program = golgi(join(temp.path, 'cache'));

// Rows 0 to 3 carry the concept. Columns: high on it, no help, low on it, constant.
const columns = [
  [4, 3, 2, 1, 0, 0, 1, 0],
  [1, 0, 2, 0, 2, 0, 1, 1],
  [-1, -2, -1, -3, 2, 1, 1, 3],
  [5, 5, 5, 5, 5, 5, 5, 5],
];
const values = Float32Array.from({ length: 32 }, (_, i) => columns[i % 4]?.[Math.floor(i / 4)] ?? 0);
const x = temp.write('x.npy', npyBytes({ dtype: 'f4', shape: [8, 4], data: values }));
const y = temp.write('y.npy', npyBytes({ dtype: 'i4', shape: [8], data: Int32Array.from([1, 1, 1, 1, 0, 0, 0, 0]) }));
const classes = temp.write('classes.txt', 'noun\nnoun\nnoun\nnoun\nverb\nverb\nadverb\nadverb\n');
const quiet = ['--null', '0', '--intervals', '0'];
const rank = ['rank', '--activations', x, ...quiet];
const ids = ({ neurons }: RankingDocument): string[] => neurons.map(({ id }) => id);

test('labels of 0 and 1 are one concept; neurons come in rank order with their column as id, constants apart with a reason', async () => {
  const found = await program.json<RankingDocument>(...rank, '--labels', y);
  expect(found).toMatchObject({ kind: 'ranking', method: 'ap', concept: '1', chance: 0.5, support: { positive: 4, negative: 4 } });
  expect(ids(found)).toEqual(['2', '0', '1']);
  expect(found.neurons[0]).toMatchObject({ id: '2', layer: null, tap: null, unit: 2, score: 1, direction: -1 });
  // 4 3 2 rank above all; 1 ties with a negative: precision 4/5 at the last step of recall.
  expect(found.neurons[1]?.score).toBeCloseTo((3 + 4 / 5) / 4, 12);
  expect(found.undefined).toEqual([{ id: '3', reason: expect.stringMatching(/constant/) }]);
  expect(found).toMatchObject({ experts: [0.5, 0.6, 0.7, 0.8, 0.9].map((level) => ({ level, neurons: level === 0.5 ? 3 : 2 })) });
  expect(found.provenance).toMatchObject({ model: null, corpus: null, matrix: { file: x } });
});

test('a text file of labels has a value a line; --concept asks for one of them', async () => {
  const found = await program.json<RankingDocument>(...rank, '--labels', classes, '--concept', 'noun', '--method', 'mean');
  expect(found).toMatchObject({ concept: 'noun', support: { positive: 4, negative: 4 } });
  expect(found.neurons.find(({ id }) => id === '0')?.score).toBe(2.5);
});

test('without --concept all classes take part where the method takes several, one document a class where it does not', async () => {
  const overall = await program.json<RankingDocument>(...rank, '--labels', classes, '--method', 'probeless');
  // Means of column 0: noun 2.5, verb 0, adverb 0.5.
  expect(overall.neurons.find(({ id }) => id === '0')?.score).toBeCloseTo(2.5 + 2 + 0.5, 12);
  const each = await program.json<RankingDocuments>(...rank, '--labels', classes, '--method', 'd-prime');
  expect(each.results).toHaveLength(3);
});

test('several methods or concepts are an array under "results"', async () => {
  const several = await program.json<RankingDocuments>(...rank, '--labels', y, '--method', 'ap,auroc,mean');
  expect(several.results.map(({ method }) => method)).toEqual(['ap', 'auroc', 'mean']);
  const concepts = await program.json<RankingDocuments>(...rank, '--labels', classes, '--concept', 'noun', '--concept', 'verb');
  expect(concepts.results.map(({ concept }) => concept)).toEqual(['noun', 'verb']);
});

test('--columns keeps the matrix’s own numbers, --rows leaves the other rows out, --top cuts', async () => {
  expect(ids(await program.json(...rank, '--labels', y, '--columns', '1-2'))).toEqual(['2', '1']);
  expect(await program.json(...rank, '--labels', y, '--rows', '0-1,4-7')).toMatchObject({ support: { positive: 2, negative: 4 } });
  expect(ids(await program.json(...rank, '--labels', y, '--top', '1'))).toEqual(['2']);
});

test('--label-names gives whole numbers their names, --groups the sentences', async () => {
  const names = temp.write('names.txt', 'other\nplural\n');
  const groups = temp.write('groups.npy', npyBytes({ dtype: 'i4', shape: [8], data: Int32Array.from([0, 0, 1, 1, 2, 2, 3, 3]) }));
  const found = await program.json<RankingDocument>(
    ...['rank', '--activations', x, '--labels', y, '--label-names', names, '--concept', 'plural', '--groups', groups, '--null', '20'],
  );
  expect(found).toMatchObject({ concept: 'plural', neurons: expect.any(Array) });
  expect(found.neurons[0]).toHaveProperty('interval');
});

test('--unit sentence ranks on whole sentences: the largest value of their words, and the concept of any', async () => {
  const groups = temp.write('three.npy', npyBytes({ dtype: 'i4', shape: [8], data: Int32Array.from([0, 0, 0, 1, 1, 1, 2, 2]) }));
  const sentences = [...rank, '--labels', y, '--groups', groups, '--unit', 'sentence'];
  const found = await program.json<RankingDocument>(...sentences);
  // Sentences are [4 1 1], [2 2 1], [−1 2 3] and constant in the four columns; the first two carry the concept.
  expect(found).toMatchObject({ support: { positive: 2, negative: 1 }, provenance: { activations: { unit: 'sentence' } } });
  const scoreOf = (id: string): unknown => found.neurons.find((neuron) => neuron.id === id)?.score;
  expect(scoreOf('0')).toBeCloseTo(5 / 6, 12);
  expect([scoreOf('1'), scoreOf('2')]).toEqual([1, 1]);
  expect(found.undefined).toEqual([{ id: '3', reason: 'constant' }]);
  const refused = await program.run(...rank, '--labels', classes, '--unit', 'sentence', '--json');
  expect(errorsOf(refused).map(({ code }) => code)).toEqual(['USAGE', 'USAGE']);
});

test('--set reaches the methods that know the parameter', async () => {
  const plain = await program.json<RankingDocument>(...rank, '--labels', classes, '--method', 'probeless', '--set', 'min-rows=3');
  expect(plain.parameters).toMatchObject({ 'min-rows': 3, standardise: false });
  expect(plain.support.positive + plain.support.negative).toBeGreaterThan(0);
  const two = await program.json<RankingDocuments>(
    ...rank,
    '--labels',
    y,
    '--method',
    'ap,probeless',
    ...['--set', 'standardise=true', '--set', 'probeless.min-rows=3'],
  );
  expect(two.results.map(({ parameters }) => parameters)).toEqual([{ bins: 0 }, { standardise: true, 'min-rows': 3 }]);
});

test.each([
  ['f2', new Uint16Array(32).map((_, i) => [0x4400, 0x3c00, 0xbc00, 0x4500][i % 4] ?? 0)],
  ['f8', Float64Array.from(values)],
] as const)('a matrix of %s is read', async (dtype, data) => {
  const file = temp.write(`x-${dtype}.npy`, npyBytes({ dtype, shape: [8, 4], data }));
  expect((await program.run('rank', '--activations', file, '--labels', y, ...quiet)).code).toBe(0);
});

test('activations of NeuroX are ranked with their labels, or as the words of a corpus with all its concepts', async () => {
  const neurox = (name: string): string => join(root, 'test/fixtures/neurox', name);
  const labels = ['--labels', neurox('four.label')];
  const found = await program.json<RankingDocument>('rank', '--activations', neurox('four.hdf5'), ...labels, '--concept', 'V', ...quiet);
  expect(found).toMatchObject({ concept: 'V', support: { positive: 4, negative: 9 } });
  // Unit 0 of layer 1, from its lowest value on: was (V), 2, took (V), sat (V), down, she, took (V).
  expect(found.neurons[0]).toMatchObject({ id: '3', direction: -1 });
  expect(found.neurons[0]?.score).toBeCloseTo((1 + 2 / 3 + 3 / 4 + 4 / 7) / 4, 12);
  const { results } = await program.json<RankingDocuments>(
    ...['rank', '--activations', neurox('four.json'), '--corpus', neurox('four.word'), ...labels],
    ...['--concept', 'label=V', '--concept', 'rule:digit', ...quiet],
  );
  expect(results[0]?.neurons.map(({ id, score }) => [id, score])).toEqual(found.neurons.map(({ id, score }) => [id, score]));
  expect(results[1]).toMatchObject({ concept: 'rule:digit', support: { positive: 2, negative: 11 } });
  expect(results[1]?.provenance).toMatchObject({ model: null, corpus: { sentences: 4, words: 13 } });
  const other = temp.write('other.word', 'he took it\nthe cat sat\n2019 was\nshe took 2 cats\n');
  const refused = await program.run('rank', '--activations', neurox('four.hdf5'), '--corpus', other, '--concept', 'rule:digit', '--json');
  expect(refused.code).toBe(3);
  expect(errorsOf(refused)[0]).toMatchObject({ code: 'LABEL_COUNT', place: { file: other, line: 2 }, found: '3 words' });
});

describe('what does not fit together is refused with both numbers', () => {
  const short = temp.write('short.npy', npyBytes({ dtype: 'i4', shape: [7], data: new Int32Array(7) }));
  const broken = temp.write('broken.npy', 'no matrix');
  test.each([
    ['labels of other rows', [...rank, '--labels', short], 'LABEL_COUNT', /7 labels/, 3],
    ['groups of other rows', [...rank, '--labels', y, '--groups', short], 'LABEL_COUNT', /7 groups/, 3],
    ['a file that is no matrix', ['rank', '--activations', broken, '--labels', y], 'MATRIX_FORMAT', /./, 3],
    ['labels that are no matrix', [...rank, '--labels', broken], 'MATRIX_FORMAT', /./, 3],
    ['a label that no row has', [...rank, '--labels', classes, '--concept', 'frob'], 'CONCEPT_UNKNOWN', /./, 3],
    ['columns beyond the last', [...rank, '--labels', y, '--columns', '2-4'], 'USAGE', /./, 2],
    ['a range that begins with a dash', [...rank, '--labels', y, '--rows', '-1'], 'USAGE', /./, 2],
  ] as const)('%s', async (_what, args, code, found, exit) => {
    const ended = await program.run(...args, '--json');
    expect(ended).toMatchObject({ code: exit, stdout: '' });
    expect(errorsOf(ended)[0]).toMatchObject({ code, found: expect.stringMatching(found) });
  });
});

test('values that are no numbers are undefined, never NaN in JSON', async () => {
  const holes = values.slice();
  holes[4] = Number.NaN;
  const file = temp.write('holes.npy', npyBytes({ dtype: 'f4', shape: [8, 4], data: holes }));
  const ended = await program.run('rank', '--activations', file, '--labels', y, '--method', 'ap,d-prime,probeless', ...quiet, '--json');
  if (ended.code === 0) {
    const { results } = JSON.parse(ended.stdout) as RankingDocuments;
    for (const { undefined: left } of results) expect(left.map(({ id }) => id)).toContain('0');
  } else expect(errorsOf(ended)[0]).toMatchObject({ code: expect.stringMatching(/NONFINITE|MATRIX/) });
});
