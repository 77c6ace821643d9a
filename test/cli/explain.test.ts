/** `golgi explain`: formulas over somebody's atoms, and over the concepts of a corpus. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { npyBytes, readNpy } from '../../server/src/activations/npy';
import type { Explanations } from '../../server/src/protocol/explain';
import { errorsOf, golgi } from '../helpers/golgi';
import { hasShared, shared } from '../helpers/shared';
import { tempFolder } from '../helpers/tempFiles';

const temp = tempFolder();
const program = golgi(join(temp.path, 'cache'));

// Eight rows; the first neuron is active on rows 0 to 3 and 6, the second is constant.
const active = [1, 1, 1, 1, 0, 0, 1, 0];
const values = Float32Array.from({ length: 16 }, (_, i) => (i % 2 === 1 ? 5 : 10 * (active[i / 2] ?? 0) + i / 100));
const x = temp.write('x.npy', npyBytes({ dtype: 'f4', shape: [8, 2], data: values }));
const marks = ['11000000', '00110000', '11111100', '00000110'].map((text) => Array.from(text, Number));
const matrixOf = (rows: number) =>
  npyBytes({
    dtype: 'i4',
    shape: [rows, 4],
    data: Int32Array.from({ length: 4 * rows }, (_, i) => marks[i % 4]?.[Math.floor(i / 4)] ?? 0),
  });
const a = temp.write('a.npy', matrixOf(8));
const names = temp.write('names.txt', 'noun\nverb\npre\nneg\n');
const explain = ['explain', '--activations', x, '--atoms', a, '--atom-names', names];
const options = ['--set', 'quantile=0.5', '--set', 'length=2'];

describe('over somebody’s matrix', () => {
  test('the formula comes with its overlap, its tree, its length and the rows that disagree', async () => {
    const found = await program.json<Explanations>(...explain, ...options);
    expect(found).toMatchObject({
      kind: 'explanations',
      method: 'compositional',
      rows: 8,
      parameters: { quantile: 0.5, beam: 10, length: 2 },
    });
    expect(found.atoms).toEqual(['noun', 'verb', 'pre', 'neg'].map((name, i) => ({ name, rows: [2, 2, 6, 2][i] })));
    const [first] = found.neurons;
    // Half of the rows lie above the median: 1, 2, 3 and 6.
    expect(first).toMatchObject({
      id: '0',
      unit: 0,
      layer: null,
      active: 4,
      holds: 4,
      both: 3,
      score: 0.6,
      // Half of the rows each, so that a quarter is in both by chance and three quarters in either.
      chance: 1 / 3,
      formula: '(neg OR verb)',
      length: 2,
    });
    expect(first?.tree).toEqual(['or', 3, 1]);
    expect(first?.missed).toEqual({ count: 1, rows: [{ row: 1, value: expect.closeTo(10.02, 5) }] });
    expect(first?.unmatched).toEqual({ count: 1, rows: [{ row: 5, value: expect.closeTo(0.1, 5) }] });
    expect(found.undefined).toEqual([{ id: '1', reason: 'constant' }]);
    expect(found.provenance).toMatchObject({ model: null, matrix: { file: x, labels: a } });
  });

  test('as text and as a table', async () => {
    const text = await program.run(...explain, ...options);
    expect(text.stdout).toContain('(neg OR verb)');
    expect(text.stdout).toContain('row 1');
    const out = join(temp.path, 'out.csv');
    await program.run(...explain, ...options, '--out', out);
    const [head, first, second] = readFileSync(out, 'utf8').split('\n');
    expect(head).toMatch(/^neuron,score,formula,length,chance,held_out/);
    expect(first).toMatch(/^0,0\.6,\(neg OR verb\),2,/);
    expect(second).toMatch(/^1,.*,constant$/);
  });

  test('the best neurons of a ranking are taken from its result file, which must be of the same kind', async () => {
    const best = join(temp.path, 'best.golgi-result.json');
    const y = temp.write('y.txt', '1\n1\n1\n1\n0\n0\n1\n0\n');
    await program.run('rank', '--activations', x, '--labels', y, '--null', '0', '--intervals', '0', '--out', best);
    const found = await program.json<Explanations>(...explain, ...options, '--from', best, '--top', '1');
    expect(found.neurons.map(({ id }) => id)).toEqual(['0']);
    expect(found.undefined).toEqual([]);
    const model = await program.run('explain', '--from', best, '--model', 'none', '--corpus', 'none', '--json');
    expect(errorsOf(model)).toMatchObject([{ code: 'RESULT_FILE', place: { file: best, flag: '--from' } }]);
  });

  test('labels and words of the rows are atoms too, and word vectors say which words are neighbours', async () => {
    const y = temp.write('tags.txt', 'N\nN\nV\nN\nN\nN\nV\nN\n');
    const w = temp.write('words.txt', 'cat\nDog\nran\nsat\nthe\na\nran\nthe\n');
    const v = temp.write('vectors.txt', 'cat 1 0\ndog 1 0.1\nran 0 1\nsat 0.1 1\nthe -1 0\na -1 -0.1\n');
    const found = await program.json<Explanations>(
      ...['explain', '--activations', x, '--labels', y, '--types', w, '--vectors', v, '--min-rows', '1'],
      ...['--set', 'quantile=0.5', '--set', 'neighbors=1', '--set', 'length=1'],
    );
    expect(found.atoms.map(({ name, rows }) => [name, rows])).toEqual([
      ...[['N', 6], ['V', 2], ['word:"ran"', 2], ['word:"the"', 2]],
      ...[['word:"cat"', 1], ['word:"dog"', 1], ['word:"sat"', 1], ['word:"a"', 1]],
    ]); // prettier-ignore
    // Active on rows 1, 2, 3 and 6, of which three are "ran" or "sat".
    expect(found.neurons[0]).toMatchObject({ formula: 'NEIGHBORS(word:"ran")', tree: ['or', 2, 6], active: 4, holds: 3, both: 3 });
    expect(found.neighbors).toEqual([{ name: 'NEIGHBORS(word:"ran")', atoms: [2, 6] }]);
    expect(found.provenance.matrix?.labels).toBe(`${y}, ${w}`);
  });

  test('what does not fit is refused by name', async () => {
    const short = temp.write('short.npy', matrixOf(7));
    const wrong = temp.write('wrong.npy', npyBytes({ dtype: 'i4', shape: [8, 1], data: Int32Array.from([0, 1, 2, 0, 0, 0, 0, 0]) }));
    const few = temp.write('few.txt', 'noun\n');
    const errors = async (...more: string[]) => errorsOf(await program.run('explain', '--activations', x, '--json', ...more));
    expect(await errors('--atoms', short)).toMatchObject([{ code: 'LABEL_COUNT', found: '7 rows of atoms' }]);
    expect(await errors('--atoms', wrong)).toMatchObject([{ code: 'MATRIX_FORMAT', found: '2 in row 2, column 0' }]);
    expect(await errors('--atoms', a, '--atom-names', few)).toMatchObject([{ code: 'LABEL_COUNT', found: '1 names' }]);
    expect(await errors('--atoms', a, '--min-rows', '9')).toMatchObject([{ code: 'CONCEPT_UNKNOWN' }]);
    expect(await errors('--atoms', a, '--set', 'beam=0')).toMatchObject([{ code: 'METHOD_PARAMETER' }]);
    expect(await errors()).toMatchObject([{ code: 'USAGE' }]);
  });
});

test('over the bundled model formulas are made of the corpus’s concepts and words, and disagreements stand in their sentence', async () => {
  const found = await program.json<Explanations>(
    ...['explain', 'L4.ffn.0-3', '--model', 'media/models/demo-gpt2', '--corpus', 'media/corpus/golgi-sample.jsonl'],
    ...['--set', 'length=3', '--min-rows', '40'],
  );
  expect(found.neurons.map(({ id }) => id).sort()).toEqual(['L4.ffn.0', 'L4.ffn.1', 'L4.ffn.2', 'L4.ffn.3']);
  expect(found.atoms.some(({ name }) => name.startsWith('word:'))).toBe(true);
  expect(found.atoms.every(({ rows }) => rows >= 40)).toBe(true);
  for (const { score, best_atom: atom, by_length: lengths, held_out: held, missed } of found.neurons) {
    expect(score).toBeGreaterThanOrEqual(atom.score);
    expect(lengths).toHaveLength(3);
    expect(held).toBeGreaterThanOrEqual(0);
    expect(missed.rows[0]?.context?.word).not.toBe('');
  }
});

test.skipIf(!hasShared)('on real activations every formula reaches the reference score', async () => {
  const fixtures = (path: string) => shared(`fixtures/methods/${path}`);
  const reference = JSON.parse(readFileSync(fixtures('corpus/compositional.json'), 'utf8'));
  const given = readNpy(fixtures('data/atoms.npy'));
  const train = temp.write(
    'train.npy',
    npyBytes({ dtype: 'i4', shape: [1500, 50], data: Int32Array.from(given.values.subarray(0, 1500 * 50)) }),
  );
  const units: { unit: number; reference: { beam: number; length: number; score: number }[] }[] = reference.units;
  const found = await program.json<Explanations>(
    ...['explain', '--activations', fixtures('data/X_train.npy'), '--atoms', train],
    ...['--columns', units.map(({ unit }) => unit).join(',')],
  );
  expect(found.neurons).toHaveLength(units.length);
  for (const { unit, reference: scores } of units) {
    const want = scores.find(({ beam, length }) => beam === 10 && length === 5)?.score ?? 1;
    // One rounding of the last digit apart is the same score.
    expect(found.neurons.find(({ id }) => id === String(unit))?.score).toBeGreaterThanOrEqual(want - 1e-15);
  }
});
