import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { openTokenizer } from '../../../server/src/corpus/tokenizer/open';
import { media } from '../../helpers/media';
import { hasShared, shared } from '../../helpers/shared';
import { fixtureFolder, opened, readFixture, said, tokenizerJson, witness } from '../../helpers/tokenizerOracle';

interface Expected {
  readonly paddingSide: 'left' | 'right';
  readonly paddingPiece: string;
  readonly texts: readonly {
    readonly text: string;
    readonly ids: number[];
    readonly pieces: string[];
    readonly spans: [number, number][];
    readonly words: (number | null)[];
    readonly special: number[];
  }[];
}

const families = ['bert', 'gpt2', 'roberta', 'llama', 't5'];

describe.each(families)('the tiny %s tokenizer', (family) => {
  const tokenizer = openTokenizer(fixtureFolder(family));
  const expected = JSON.parse(readFixture(`${family}/expected.json`)) as Expected;

  test.each(expected.texts)('says of "$text" what the official package says', ({ text, words, ...rest }) => {
    expect(said(tokenizer, text)).toEqual({ ...rest, words: words.map((word) => word ?? -1) });
  });

  test('pads as its files say', () => {
    expect(tokenizer.padding).toEqual({ side: expected.paddingSide, id: tokenizer.idOf(expected.paddingPiece) });
  });
});

test('spans of byte-level pieces share the one character whose bytes they are', () => {
  const { start, end } = openTokenizer(fixtureFolder('gpt2')).encode('a😀b');
  const spans = [...start].map((from, i) => `${from}-${end[i]}`);
  expect(new Set(spans)).toEqual(new Set(['0-1', '1-3', '3-4']));
});

test('a combining mark that is stripped belongs to no token', () => {
  const { start, end } = openTokenizer(fixtureFolder('bert')).encode('cafe\u0301 x', { addSpecial: false });
  expect(start[0]).toBe(0);
  expect(Math.max(...[...end].filter((to) => to < 6))).toBe(4);
});

test('half of a surrogate pair is tokenised as the replacement character, and spans stay in place', () => {
  const tokenizer = openTokenizer(fixtureFolder('gpt2'));
  expect(said(tokenizer, 'a\ud83d b')).toEqual(said(tokenizer, 'a\ufffd b'));
});

test('whether case is lost is measured', () => {
  expect(openTokenizer(fixtureFolder('bert')).lowercases).toBe(true);
  expect(openTokenizer(fixtureFolder('gpt2')).lowercases).toBe(false);
  // All letters unknown: the tokenizer tells none from any other, which is not a matter of case.
  expect(opened(tokenizerJson({ model: { type: 'WordLevel', vocab: { '?': 0 }, unk_token: '?' } })).lowercases).toBe(false);
});

test('truncation and padding stored in the file are not applied', () => {
  const json = JSON.parse(readFixture('bert/tokenizer.json')) as Record<string, unknown>;
  const direction = 'Left';
  const limited = opened(
    JSON.stringify({
      ...json,
      truncation: { max_length: 4, strategy: 'LongestFirst', stride: 0, direction: 'Right' },
      padding: { strategy: { Fixed: 30 }, direction, pad_to_multiple_of: null, pad_id: 1, pad_type_id: 0, pad_token: '[UNK]' },
    }),
  );
  expect(said(limited, 'The capital of France')).toEqual(said(opened(JSON.stringify(json)), 'The capital of France'));
  expect(limited.padding).toEqual({ side: 'left', id: 1 });
});

test('the demo models open with what their files state', () => {
  const gpt2 = openTokenizer(media('models/demo-gpt2'));
  expect(gpt2).toMatchObject({ kind: 'BPE', vocabularySize: 4000, largestId: 3999, maxLength: 256, padding: { id: 0 }, warnings: [] });
  expect(gpt2.hash).toMatch(/^[0-9a-f]{64}$/);
  expect(gpt2.pieceOf(0)).toBe('<|endoftext|>');
  expect(openTokenizer(media('models/demo-bert'))).toMatchObject({ kind: 'WordPiece', maxLength: 128, lowercases: false });
});

describe.skipIf(!hasShared)('every tokenizer at hand', () => {
  const folders = ['fixtures/models', 'models']
    .map(shared)
    .flatMap((root) => (existsSync(root) ? readdirSync(root).map((name) => join(root, name)) : []))
    .filter((folder) => existsSync(join(folder, 'tokenizer.json')));

  test.each(folders)('%s agrees with the official package on plain text', async (folder) => {
    const tokenizer = openTokenizer(folder);
    const official = witness(readFileSync(join(folder, 'tokenizer.json'), 'utf8'));
    const lines = readFileSync(shared('data/plain.txt'), 'utf8').split('\n').slice(0, 300);
    for (const line of lines) expect(said(tokenizer, line)).toEqual(await official(line));
  });
});
