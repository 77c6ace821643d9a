/** Files that are broken, foreign or made to do harm: each is refused with its code, its place and everything that is wrong. */
import { mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { checkTokenizer } from '../../../server/src/corpus/tokenizer/check';
import { openTokenizer } from '../../../server/src/corpus/tokenizer/open';
import { InputError } from '../../../server/src/protocol/errors';
import type { Problem } from '../../../server/src/protocol/errors';
import { hasShared, shared } from '../../helpers/shared';
import { fixtureFolder, opened, readFixture, tokenizerJson } from '../../helpers/tokenizerOracle';

/** What opening such a file complains of. */
function complaints(content: string | Uint8Array): readonly Problem[] {
  return problemsOf(() => opened(content));
}

function problemsOf(work: () => unknown): readonly Problem[] {
  try {
    work();
  } catch (error) {
    if (error instanceof InputError) return error.problems;
    throw error;
  }
  return [];
}

const good = readFixture('bert/tokenizer.json');
const withVocabulary = (vocab: unknown): string => tokenizerJson({ model: { type: 'WordLevel', vocab, unk_token: 'a' } });
const withPattern = (Regex: string): string =>
  tokenizerJson({ pre_tokenizer: { type: 'Split', pattern: { Regex }, behavior: 'Isolated', invert: false } });

describe('JSON that is none', () => {
  test('a file cut short is refused at its end', () => {
    expect(complaints('{\n "version": "1.0",\n "model"')).toMatchObject([
      { code: 'TOKENIZER_JSON', place: { line: 3, column: 9 }, found: 'the end of the file' },
    ]);
  });

  test('what follows the closing bracket is refused', () => {
    expect(complaints('{}\n\n x')).toMatchObject([{ code: 'TOKENIZER_JSON', place: { line: 3, column: 2 }, found: '"x"' }]);
  });

  test.each([
    ['a byte order mark', `\ufeff${good}`],
    ['UTF-16 text', Buffer.from(`\ufeff${good}`, 'utf16le')],
    ['UTF-16 text or binary data', Buffer.from(good, 'utf16le')],
  ])('%s is named as such', (found, content) => {
    expect(complaints(content)).toMatchObject([{ code: 'TOKENIZER_JSON', place: { line: 1, column: 1 }, found }]);
  });

  test('bytes that are no UTF-8 are refused where they stand', () => {
    const content = Buffer.concat([Buffer.from('{\n"é'), Buffer.from([0xff])]);
    expect(complaints(content)).toMatchObject([{ code: 'TOKENIZER_JSON', place: { line: 2, column: 3 } }]);
  });

  test.each(['{"a" 1}', '[1,]', '{"a":01}', '"\t"', '"\\x"', '1e400', 'nul', '{a:1}', '-', ''])('%j is refused', (content) => {
    expect(complaints(content)).toMatchObject([{ code: 'TOKENIZER_JSON' }]);
  });

  test('a million nested lists are refused before they are built', () => {
    const content = '['.repeat(1_000_000);
    expect(complaints(content)).toMatchObject([{ code: 'JSON_LIMIT', place: { line: 1, column: 65 } }]);
  });

  test('a file above the limit is refused unread', () => {
    const folder = mkdtempSync(join(tmpdir(), 'golgi-tokenizer-'));
    writeFileSync(join(folder, 'tokenizer.json'), '');
    truncateSync(join(folder, 'tokenizer.json'), 600 * 1024 * 1024);
    expect(problemsOf(() => openTokenizer(folder))).toMatchObject([{ code: 'JSON_LIMIT', found: '629145600 bytes' }]);
    rmSync(folder, { recursive: true });
  });

  test('keys that name the prototype are keys like others', () => {
    const tokenizer = opened(withVocabulary({ a: 0, ['__proto__']: 1, constructor: 2, toString: 3 }));
    expect(tokenizer.idOf('__proto__')).toBe(1);
    expect(tokenizer.idOf('hasOwnProperty')).toBeUndefined();
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
  });

  test('a key that comes twice is a warning with both places', () => {
    const { warnings } = opened(good.replace('{', '{\n"version": "1.0",'));
    expect(warnings).toMatchObject([{ code: 'TOKENIZER_JSON', place: { line: 3 } }]);
    expect(warnings[0]?.found).toContain('first at 2:1');
  });

  test('whatever is changed in a file, opening it works or says what is wrong', () => {
    const json = readFixture('gpt2/tokenizer.json');
    fc.assert(
      fc.property(fc.nat(json.length - 1), fc.string({ maxLength: 3 }), fc.nat(20), (at, inserted, removed) => {
        problemsOf(() => opened(json.slice(0, at) + inserted + json.slice(at + removed)));
      }),
      { numRuns: 150 },
    );
  });

  test('any JSON at all is opened or refused', () => {
    fc.assert(fc.property(fc.json({ maxDepth: 6 }), (content) => void complaints(content)));
  });
});

describe('foreign components', () => {
  test('all unknown kinds and the version are named with their paths', () => {
    const found = complaints(
      tokenizerJson({
        version: '2.0',
        normalizer: { type: 'Sequence', normalizers: [{ type: 'NFC' }, { type: 'Foo' }] },
        pre_tokenizer: { type: 'Bar' },
        post_processor: { type: 'Baz' },
      }),
    );
    expect(found.map(({ code, place }) => `${code} ${place.node}`)).toEqual([
      'TOKENIZER_UNSUPPORTED version',
      'TOKENIZER_UNSUPPORTED normalizer.normalizers[1]',
      'TOKENIZER_UNSUPPORTED pre_tokenizer',
      'TOKENIZER_UNSUPPORTED post_processor',
    ]);
  });

  test('a model of an unknown kind is refused', () => {
    expect(complaints(tokenizerJson({ model: { type: 'Neural', vocab: { a: 0 } } }))).toMatchObject([
      { code: 'TOKENIZER_UNSUPPORTED', place: { node: 'model' } },
    ]);
  });

  test('merges left out at random are refused, since the same text would get other ids each time', () => {
    const model = { type: 'BPE', vocab: { a: 0 }, merges: [], dropout: 0.1 };
    expect(complaints(tokenizerJson({ model }))).toMatchObject([{ code: 'TOKENIZER_UNSUPPORTED', place: { node: 'model.dropout' } }]);
  });
});

describe('vocabularies', () => {
  test.each([
    ['a gap', { a: 0, b: 2 }, 'no piece for id 1'],
    ['an id taken twice', { a: 0, b: 0 }, '"b" has the id 0'],
    ['a negative id', { a: 0, b: -1 }, '"b" has the id -1'],
    ['a fraction', { a: 0, b: 1.5 }, '"b" has the id 1.5'],
    ['text for an id', { a: 0, b: '1' }, '"b" has the id "1"'],
    ['an id no model has', { a: 0, b: 1e15 }, '"b" has the id 1000000000000000'],
    ['nothing', {}, 'no pieces'],
  ])('with %s are refused, and the entry is named', (_, vocab, found) => {
    const [first] = complaints(withVocabulary(vocab));
    expect(first).toMatchObject({ code: 'TOKENIZER_VOCAB', place: { node: 'model.vocab' } });
    expect(first?.found).toContain(found);
  });

  test('of bad entries all are listed', () => {
    expect(complaints(withVocabulary({ a: 0, b: -1, c: 0.5 }))).toHaveLength(2);
  });

  test('merges of pieces that do not exist are refused', () => {
    const model = { type: 'BPE', vocab: { a: 0, b: 1 }, merges: ['a b', ['a'], 3] };
    expect(complaints(tokenizerJson({ model })).map(({ place }) => place.node)).toEqual([
      'model.merges[0]',
      'model.merges[1]',
      'model.merges[2]',
    ]);
  });

  test('special tokens beyond the vocabulary are refused', () => {
    const found = complaints(tokenizerJson({ post_processor: { type: 'BertProcessing', sep: ['[SEP]', 102], cls: ['a', 1] } }));
    expect(found).toMatchObject([{ code: 'TOKENIZER_VOCAB', place: { node: 'post_processor.sep' } }]);
  });

  test('text that cannot be written is refused when it comes, not when the file is opened', () => {
    const tokenizer = opened(tokenizerJson({ model: { type: 'WordLevel', vocab: { a: 0 }, unk_token: '?' } }));
    expect([...tokenizer.encode('a').ids]).toEqual([0]);
    expect(problemsOf(() => tokenizer.encode('b'))).toMatchObject([{ code: 'TOKENIZER_VOCAB', place: { node: 'model.unk_token' } }]);
  });
});

describe('patterns', () => {
  const lazy = `${'('.repeat(12)}a+?${')+?'.repeat(12)}!x`;

  test.each(['(a+)+$', '(x|x)*y', '(ab|ab)*c', lazy])('%s would take for ever and is refused when opened', (pattern) => {
    expect(complaints(withPattern(pattern))).toMatchObject([{ code: 'TOKENIZER_REGEX', place: { node: 'pre_tokenizer.pattern' } }]);
  });

  test('one that only a certain text provokes is stopped on that text', () => {
    const tokenizer = opened(withPattern('(?:[\\u0400-\\u0402]|[\\u0401-\\u0403])+;'));
    expect(tokenizer.encode('a\u0401;').ids.length).toBeGreaterThan(0);
    expect(problemsOf(() => tokenizer.encode('\u0401'.repeat(200)))).toMatchObject([{ code: 'TOKENIZER_REGEX' }]);
  });

  test.each([
    ['a\\Gb', 'position 2'],
    ['(?~abc)', 'position 1'],
    ['x(?(1)a|b)', 'position 2'],
    ['[a', 'position 1'],
    ['(a', 'position 2'],
  ])('%s cannot be run here, and the position is told', (pattern, position) => {
    const [first] = complaints(withPattern(pattern));
    expect(first).toMatchObject({ code: 'TOKENIZER_REGEX', place: { node: 'pre_tokenizer.pattern' } });
    expect(first?.found).toContain(position);
  });

  test('one of more than 10 KiB is refused', () => {
    expect(complaints(withPattern('a'.repeat(10_240)))).toEqual([]);
    expect(complaints(withPattern('a'.repeat(10_241)))).toMatchObject([{ code: 'TOKENIZER_REGEX' }]);
  });
});

describe('tokenizer and model', () => {
  const tokenizer = openTokenizer(fixtureFolder('bert'));

  test('a folder without tokenizer.json says where one comes from', () => {
    const [first] = problemsOf(() => openTokenizer(fixtureFolder('none')));
    expect(first).toMatchObject({ code: 'TOKENIZER_MISSING', found: 'no tokenizer.json' });
    expect(first?.remedy).toContain('config.json');
  });

  test('an embedding that is a little longer than the vocabulary fits', () => {
    expect(checkTokenizer(tokenizer, tokenizer.largestId + 1)).toBeUndefined();
    expect(checkTokenizer(tokenizer, 256)).toBeUndefined();
  });

  test('ids without a row, and many rows without an id, are told with both sizes', () => {
    const tooLong = checkTokenizer(tokenizer, 200);
    expect(tooLong).toMatchObject({ code: 'MODEL_TOKENIZER_MISMATCH' });
    expect(tooLong?.found).toContain('220 ids in the tokenizer and 200 rows');
    expect(tooLong?.found).toContain(`200 ("${tokenizer.pieceOf(200)}")`);
    expect(checkTokenizer(tokenizer, 30_000)?.found).toContain('220');
  });

  test('settings that cannot be read are a warning', () => {
    const folder = mkdtempSync(join(tmpdir(), 'golgi-tokenizer-'));
    writeFileSync(join(folder, 'tokenizer.json'), good);
    writeFileSync(join(folder, 'tokenizer_config.json'), '{"padding_side": left}');
    expect(openTokenizer(folder).warnings).toMatchObject([{ code: 'CONFIG_JSON', place: { line: 1, column: 18 } }]);
    rmSync(folder, { recursive: true });
  });

  test.skipIf(!hasShared)('the tokenizer of another model opens with a warning', () => {
    const wrong = openTokenizer(shared('fixtures/bad/wrong-tokenizer'));
    expect(checkTokenizer(wrong, 220)?.found).toContain('285 ids');
  });
});
