/** What the program writes: the files that were named, by their ending, and nothing else anywhere. */
import { cpSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parquetReadObjects } from 'hyparquet';
import { describe, expect, test } from 'vitest';
import { npyBytes, readNpy } from '../../server/src/activations/npy';
import { contents } from '../helpers/folders';
import { errorsOf, golgi, gpt2, sample } from '../helpers/golgi';
import type { RankingDocument, RankingDocuments } from '../helpers/golgi';
import { tempFolder } from '../helpers/tempFiles';

const temp = tempFolder();
const cache = join(temp.path, 'cache');
const home = join(temp.path, 'home');
mkdirSync(home);
// A person's own folder: what lies in it stays as it is.
const theirs = join(temp.path, 'theirs');
cpSync(gpt2, join(theirs, 'model'), { recursive: true });
cpSync(sample, join(theirs, 'corpus.jsonl'));
const work = join(temp.path, 'work');
mkdirSync(work);
// Libraries that report to their makers hold back on CI; here they shall show what they do to a person.
const program = golgi(cache, { cwd: work, env: { HOME: home, XDG_CACHE_HOME: '', TMPDIR: home, CI: undefined } });
const rank = ['rank', '--model', join(theirs, 'model'), '--corpus', join(theirs, 'corpus.jsonl'), '--taps', 'hidden', '--layers', '0'];
const quiet = ['--null', '0', '--intervals', '0'];
const digits = [...rank, '--concept', 'rule:digit', ...quiet];

describe('--out', () => {
  const file = (name: string): string => join(work, name);

  test('every ending holds the same ranking', async () => {
    const endings = ['golgi-result.json', 'json', 'csv', 'parquet', 'npy', 'html'];
    const { code, stdout } = await program.run(...digits, ...endings.flatMap((ending) => ['--out', `r.${ending}`]));
    expect({ code, stdout }).toEqual({ code: 0, stdout: '' });
    const document = JSON.parse(readFileSync(file('r.json'), 'utf8')) as RankingDocument;
    const best = document.neurons[0];
    expect(document).toMatchObject({ kind: 'ranking', method: 'ap', concept: 'rule:digit', neurons: { length: 128 } });
    expect(best).toMatchObject({ id: expect.stringMatching(/^L0\.hidden\.\d+$/), layer: 0, tap: 'hidden' });

    const lines = readFileSync(file('r.csv'), 'utf8').trimEnd().split('\n');
    expect(lines).toHaveLength(129);
    expect(lines[1]).toContain(`1,${best?.id},0,hidden,${best?.unit},${best?.score},`);

    const bytes = readFileSync(file('r.parquet'));
    const rows = await parquetReadObjects({ file: bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length) });
    expect(rows[0]).toMatchObject({ neuron: best?.id, score: best?.score, rank: 1 });

    const scores = readNpy(file('r.npy'));
    expect(scores.shape).toEqual([1, 128]);
    expect(scores.values[best?.unit ?? -1]).toBe(best?.score);

    expect(JSON.parse(readFileSync(file('r.golgi-result.json'), 'utf8'))).toMatchObject({ schema: 'golgi-result/1', kind: 'ranking' });
    expect(readFileSync(file('r.html'), 'utf8')).toMatch(/^<!doctype html>/i);
  });

  test('undefined is null with a reason in JSON and NaN in .npy', async () => {
    const x = temp.write('x.npy', npyBytes({ dtype: 'f8', shape: [4, 2], data: Float64Array.from([1, 7, 2, 7, 3, 7, 4, 7]) }));
    const y = temp.write('y.txt', '0\n0\n1\n1\n');
    expect((await program.run('rank', '--activations', x, '--labels', y, ...quiet, '--out', 'u.npy', '--out', 'u.json')).code).toBe(0);
    expect(Array.from(readNpy(file('u.npy')).values)).toEqual([1, Number.NaN]);
    const text = readFileSync(file('u.json'), 'utf8');
    expect(text).not.toContain('NaN');
    expect((JSON.parse(text) as RankingDocument).undefined).toEqual([{ id: '1', reason: 'constant' }]);
  });

  test.each([
    ['an ending there is not', 'r.xlsx', 'USAGE', 2],
    ['a folder that is not there', 'nowhere/r.json', 'OUTPUT_FILE', 3],
  ] as const)('%s is refused before anything is computed', async (_what, out, code, exit) => {
    const untouched = golgi(join(temp.path, `cache-${code}`), { cwd: work });
    const ended = await untouched.run(...digits, '--out', out, '--json');
    expect(ended).toMatchObject({ code: exit, stdout: '' });
    expect(errorsOf(ended)[0]?.code).toBe(code);
    expect(contents(join(temp.path, `cache-${code}`))).toEqual({});
  });
});

describe('concepts of a corpus', () => {
  test('are listed with counts and source, and each can be ranked', async () => {
    interface Listed {
      readonly corpus: { readonly format: string; readonly words: number };
      readonly concepts: readonly { readonly concept: string; readonly count: number; readonly source: string }[];
    }
    const { corpus, concepts } = await program.json<Listed>('concepts', '--corpus', sample);
    expect(corpus).toMatchObject({ format: 'jsonl', words: 32_469 });
    const sources = new Map(concepts.map(({ concept, source }) => [concept, source]));
    expect(sources.get('span=negation')).toBe('gold');
    expect(sources.get('wink.upos=NOUN')).toBe('automatic');
    expect(sources.get('rule:digit')).toBe('rule');
    const asked = ['span=negation', 'wink.upos=NOUN', 'rule:digit', 'rule:quote', 'word:"she|he"', 'regex:/\\d+/'];
    const { results } = await program.json<RankingDocuments>(...rank, ...quiet, ...asked.flatMap((concept) => ['--concept', concept]));
    expect(results.map(({ concept }) => concept)).toEqual(asked);
    for (const { neurons } of results) expect(neurons).toHaveLength(128);
  });

  test('attribute=* is every value, each named after it', async () => {
    const { results } = await program.json<RankingDocuments>(...rank, ...quiet, '--concept', 'span=*');
    expect(results.map(({ concept }) => concept)).toContain('span=verb.past');
    const overall = await program.json<RankingDocument>(...rank, ...quiet, '--concept', 'span=*', '--method', 'probeless');
    expect(overall.concept).toBe('span=*');
  });

  test('--against attribute takes as negatives only words that carry it', async () => {
    const plain = await program.json<RankingDocument>(...rank, ...quiet, '--concept', 'span=verb.past');
    const against = await program.json<RankingDocument>(...rank, ...quiet, '--concept', 'span=verb.past', '--against', 'attribute');
    expect(against.support.positive).toBe(plain.support.positive);
    expect(against.support.negative).toBeLessThan(plain.support.negative / 10);
    expect(plain.against?.chance).toBeCloseTo(against.chance ?? 0, 12);
  });
});

test('neurons are named singly, by lists, ranges, heads and layers', async () => {
  const about = ['--model', join(theirs, 'model'), '--corpus', join(theirs, 'corpus.jsonl'), '--concept', 'rule:digit', '--count', '2'];
  const { results } = await program.json<{ results: { id: string }[] }>('neuron', 'L1.hidden.3,L1.attn.h2.0-1', '*.final.5', ...about);
  expect(results.map(({ id }) => id)).toEqual(['L1.hidden.3', 'L1.attn.64', 'L1.attn.65', 'L4.final.5']);
});

test('lines that do not parse are all listed with 3; --skip-invalid goes on without them and counts them', async () => {
  const good = (id: number, form: string, tag: string): string => `${id}\t${form}\t_\t${tag}\t_\t_\t0\troot\t_\t_`;
  const corpus = temp.write(
    'partly.conllu',
    `${good(1, 'Dogs', 'NOUN')}\n${good(2, 'bark', 'VERB')}\n\n1\tbad\n2\tworse\n\n${good(1, 'Cats', 'NOUN')}\n${good(2, 'sleep', 'VERB')}\n`,
  );
  const refused = await program.run('concepts', '--corpus', corpus, '--json');
  expect(refused.code).toBe(3);
  expect(errorsOf(refused).map(({ code, place }) => [code, place])).toEqual([
    ['CORPUS_COLUMNS', { file: corpus, line: 4 }],
    ['CORPUS_COLUMNS', { file: corpus, line: 5 }],
  ]);
  const asText = await program.run('concepts', '--corpus', corpus);
  expect(asText.stderr.trim().split('\n')).toEqual([
    expect.stringMatching(new RegExp(`^CORPUS_COLUMNS ${corpus}:4 — `)),
    expect.stringMatching(new RegExp(`^CORPUS_COLUMNS ${corpus}:5 — `)),
  ]);
  const { corpus: read } = await program.json<{ corpus: { notes: string[]; warnings: unknown[] } }>('concepts', '--corpus', corpus, '--skip-invalid'); // prettier-ignore
  expect(read.warnings).toHaveLength(2);
  expect(read.notes.join()).toMatch(/2 findings/);
});

test('tables of any columns are read by --columns, labels beside words by --labels', async () => {
  const tsv = temp.write('t.tsv', 'Dogs\tNOUN\tanimal\nbark\tVERB\tsound\n\nCats\tNOUN\tanimal\nsleep\tVERB\trest\n');
  const listed = await program.json<{ concepts: { concept: string; count: number }[] }>(
    ...['concepts', '--corpus', tsv, '--format', 'tsv', '--columns', 'form,upos,sense'],
  );
  expect(listed.concepts).toContainEqual(expect.objectContaining({ concept: 'sense=animal', count: 2 }));
  const words = temp.write('w.word', 'dogs bark\ncats sleep\n');
  const labels = temp.write('w.upos.label', 'NOUN VERB\nNOUN VERB\n');
  const pair = await program.json<{ concepts: { concept: string; count: number }[] }>('concepts', '--corpus', words, '--labels', labels);
  expect(pair.concepts).toContainEqual(expect.objectContaining({ concept: 'upos=NOUN', count: 2 }));
});

describe('tokens', () => {
  test('have ids, pieces and source spans in UTF-16 units; one text is an object, several an array', async () => {
    const text = 'She 👍 sang';
    interface Table {
      readonly tokens: { id: number; piece: string; start: number; end: number; word: number | null; special: boolean }[];
    }
    const { tokens } = await program.json<Table>('tokens', '--model', gpt2, '--text', text);
    expect(tokens[0]).toMatchObject({ piece: 'She', start: 0, end: 3, word: 0, special: false });
    expect(text.slice(tokens.at(-1)?.start, tokens.at(-1)?.end)).toBe(' sang');
    const several = temp.write('texts.json', '["one", "two"]');
    expect(await program.json<Table[]>('tokens', '--model', gpt2, '--texts', several)).toHaveLength(2);
    const lines = temp.write('texts.txt', 'one\ntwo\nthree\n');
    expect(await program.json<Table[]>('tokens', '--model', gpt2, '--texts', lines)).toHaveLength(3);
  });
});

test('run-model writes an array a tensor, NaN where a row is padding, and the tokens', async () => {
  const ids = temp.write('ids.json', '[[1, 2, 3], [4]]');
  await program.json('run-model', '--model', gpt2, '--ids', ids, '--fetch', 'logits,L2.ffn,L0.hidden', '--out', 'run');
  expect(readNpy(join(work, 'run/logits.npy')).shape).toEqual([2, 3, 4_000]);
  const { kind, shape, values } = readNpy(join(work, 'run/L2.ffn.npy'));
  expect({ kind, shape }).toEqual({ kind: 'f4', shape: [2, 3, 512] });
  expect(values.slice(4 * 512).every(Number.isNaN)).toBe(true);
  expect(values.slice(0, 4 * 512).every(Number.isFinite)).toBe(true);
  const tables = JSON.parse(readFileSync(join(work, 'run/tokens.json'), 'utf8')) as { tokens: { id: number }[] }[];
  expect(tables.map(({ tokens }) => tokens.map(({ id }) => id))).toEqual([[1, 2, 3], [4]]);
});

test('after all of this the person’s folder and home are as they were', () => {
  expect(contents(join(theirs, 'model'))).toEqual(contents(gpt2));
  expect(Object.keys(contents(theirs)).filter((name) => !name.startsWith('model'))).toEqual(['corpus.jsonl']);
  expect(contents(home)).toEqual({});
  expect(Object.keys(contents(work)).every((name) => /^(r|u)\.|^run\//.test(name))).toBe(true);
});
