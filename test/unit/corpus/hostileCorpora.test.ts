import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { corpusFormats } from '../../../server/src/corpus/corpus';
import type { Corpus } from '../../../server/src/corpus/corpus';
import { readCorpus } from '../../../server/src/corpus/readers/read';
import { InputError, problemLine } from '../../../server/src/protocol/errors';
import { placed, problemsOf } from '../../helpers/readCorpora';
import { tempFolder } from '../../helpers/tempFiles';

const folder = tempFolder();

/** What extraction, taggers and views rely on, whatever the file was. */
function expectWhole({ sentences, words, attributes }: Corpus): void {
  let next = 0;
  sentences.forEach(({ text, from, to, line }, s) => {
    expect(from).toBe(next);
    expect(to).toBeGreaterThan(from);
    expect(line).toBeGreaterThan(0);
    next = to;
    let end = 0;
    for (let w = from; w < to; w++) {
      expect(words.sentence[w]).toBe(s);
      expect(words.start[w]).toBeGreaterThanOrEqual(end);
      expect(words.end[w]).toBeGreaterThan(words.start[w] ?? Infinity);
      end = words.end[w] ?? 0;
      expect(end).toBeLessThanOrEqual(text.length);
    }
  });
  expect(words.count).toBe(next);
  for (const { ids, values } of attributes.values()) {
    expect(ids.length).toBe(next);
    expect(new Set(values).size).toBe(values.length);
    for (const id of ids) expect(id >= -1 && id < values.length).toBe(true);
  }
}

/** Pieces from which files of all formats are made, put together without sense. */
const pieces = [
  '\t',
  '\n',
  '\n\n',
  ' ',
  ',',
  '"',
  '#',
  '1\t',
  '2\t',
  '1-2\t',
  '1.1\t',
  '_\t_\t_\t_\t_\t_\t_\t_',
  'a',
  'é😀',
  'B-X',
  'I-X',
  'O',
  '# text = a\n',
  '{"text": "a b"}',
  '{"tokens": ["a"], "labels": ["x"]}',
  '{',
  '[',
  ']',
  '}',
  ':',
  '\\',
  'SpaceAfter=No',
  'word,label\n',
  '\r\n',
  '\u2028',
  '\0',
];
const someFile = fc.array(fc.constantFrom(...pieces), { minLength: 1, maxLength: 40 }).map((list) => list.join(''));

describe('a file made of pieces of all formats', () => {
  test.each(corpusFormats)('read as %s is a whole corpus or a list of findings', async (format) => {
    await fc.assert(
      fc.asyncProperty(someFile, fc.boolean(), async (content, skipInvalid) => {
        const file = folder.write(`pieces.${format}.word`, content);
        const labels = format === 'word-label' ? [folder.write('pieces.label', content.replace('a', 'a b'))] : undefined;
        try {
          expectWhole(await readCorpus([file], { format, labels, skipInvalid }));
        } catch (cause) {
          if (!(cause instanceof InputError)) throw cause;
          for (const one of cause.problems) expect([one.found, one.expected, one.remedy]).not.toContain('');
        }
      }),
      { numRuns: 150 },
    );
  });

  test('is guessed to be something without failing', async () => {
    await fc.assert(
      fc.asyncProperty(someFile, async (content) => {
        const problems = await problemsOf([folder.write('pieces', content)]);
        for (const one of problems) expect(placed(one)).not.toContain('DEFECT');
      }),
      { numRuns: 200 },
    );
  });
});

// Each of these costs hours to a reader that looks at every pair of places; the test's own time limit notices.
describe('a line just below the limit', () => {
  const size = 1_000_000;
  const lines: Record<string, string> = {
    'blanks-in-comment.conllu': `#${' '.repeat(size)}x\n1\ta\t_\t_\t_\t_\t_\t_\t_\t_\n`,
    'blanks-in-text.conllu': `# text =${' '.repeat(size)}x\n1\ta\t_\t_\t_\t_\t_\t_\t_\t_\n`,
    'blanks.bio': `a${' '.repeat(size)}b\nAnna B-PER\n`,
    'long-words.txt': `${`${'a'.repeat(9_999)} `.repeat(100)}\n`,
    'open-quotes.csv': `word,label\n${'"a,X\n'.repeat(50_000)}`,
    'nested.jsonl': `{"text": ${'['.repeat(size)}\n`,
    'spans.jsonl': `${JSON.stringify({ text: 'a '.repeat(20_000), spans: Array.from({ length: 10_000 }, (_, k) => ({ start: k, end: k + 1, label: 'X' })) })}\n`,
    'features.conllu': `1\ta\t_\t_\t_\t${Array.from({ length: 90_000 }, (_, k) => `F${k}=x`).join('|')}\t_\t_\t_\t_\n`,
  };

  test.each(Object.entries(lines))('%s is read or refused in time that grows with its length only', async (name, content) => {
    const file = folder.write(name, content);
    for (const one of await problemsOf([file])) expect(one.found.length).toBeLessThan(500);
  });

  test('with more attributes than there can be columns is refused', async () => {
    expect((await problemsOf([folder.write('f.conllu', lines['features.conllu'] ?? '')])).map(({ found }) => found)).toEqual([
      'too many different attributes',
    ]);
  });
});

test('an object that says how it is to be printed is only named', async () => {
  const hostile =
    '{"text": "a", "unit": {"toString": 1}}\n{"text": "a", "spans": [{"start": {"toString": null, "valueOf": 3}, "end": 1, "label": []}]}\n';
  expect((await problemsOf([folder.write('print.jsonl', hostile)])).map(placed)).toEqual([
    'CORPUS_JSON print.jsonl:1',
    'CORPUS_SPAN print.jsonl:2',
  ]);
});

test('tokens that go backwards in their text are refused', async () => {
  const record = {
    text: 'a b',
    tokens: [
      { form: 'b', start: 2, end: 3 },
      { form: 'a', start: 0, end: 1 },
    ],
  };
  expect((await problemsOf([folder.write('back.jsonl', JSON.stringify(record))])).map(({ code, found }) => [code, found])).toEqual([
    ['CORPUS_SPAN', 'token 2 begins before the end of the one before it'],
  ]);
});

test.skipIf(process.platform === 'win32')('a file name with controls in it is shown and not obeyed', async () => {
  const file = folder.write('a\u001b[31m\n.word', 'a b\n');
  folder.write('a\u001b[31m\n.label', 'X\n');
  const [first] = await problemsOf([file]);
  expect(first?.code).toBe('LABEL_COUNT');
  expect(first ? problemLine(first) : '').not.toMatch(/[\u0000-\u001f]/);
});
