import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readCorpus } from '../../../server/src/corpus/readers/read';
import { placed, placesOf, problemsOf, valuesOf } from '../../helpers/readCorpora';
import { tempFolder } from '../../helpers/tempFiles';

const folder = tempFolder();

describe('JSONL', () => {
  const read = (record: unknown) => readCorpus([folder.write('r.jsonl', `${JSON.stringify(record)}\n`)]);

  test('takes annotation from the keys of token objects', async () => {
    const corpus = await read({
      id: 7,
      text: "Don't go",
      tokens: [
        { form: 'Do', start: 0, end: 2, upos: 'AUX' },
        { form: "n't", start: 2, end: 5 },
        { form: 'go', start: 6, end: 8, upos: 'VERB' },
      ],
    });
    expect(corpus.sentences[0]).toMatchObject({ text: "Don't go", id: '7' });
    expect([...corpus.words.spaceAfter]).toEqual([0, 1, 1]);
    expect(valuesOf(corpus, 'upos')).toEqual(['AUX', null, 'VERB']);
    expect(placesOf(corpus)[2]).toBe('1:23');
  });

  test('finds tokens without offsets in the text', async () => {
    const corpus = await read({
      text: 'He (she) ran.',
      tokens: ['He', '(', 'she', ')', 'ran', '.'],
      ner_tags: ['O', 'O', 'B-PER', 'O', 'O', 'O'],
    });
    expect([...corpus.words.start]).toEqual([0, 3, 4, 7, 9, 12]);
    expect(valuesOf(corpus, 'ner_tags')).toEqual([null, null, 'PER', null, null, null]);
  });

  test('refuses offsets that are not those of the token', async () => {
    const file = folder.write(
      'o.jsonl',
      `${JSON.stringify({
        text: 'a bc',
        tokens: [
          { form: 'a', start: 0, end: 1 },
          { form: 'bc', start: 1, end: 3 },
        ],
      })}\n`,
    );
    expect(await problemsOf([file])).toMatchObject([{ code: 'CORPUS_SPAN', place: { line: 1 }, found: expect.stringContaining("' b'") }]);
  });

  test('gives a word the label of the innermost span that touches it', async () => {
    const corpus = await read({ text: 'the University of Oslo', spans: [{ start: 4, end: 22, label: 'ORG' }, [18, 22, 'LOC']] });
    expect(valuesOf(corpus, 'span')).toEqual([null, 'ORG', 'ORG', 'LOC']);
  });

  test('says when offsets seem to count something else than UTF-16 units', async () => {
    const { warnings } = await read({ text: '😀 Anna sings.', spans: [{ start: 2, end: 6, label: 'PER' }] });
    expect(warnings.map(({ code }) => code)).toEqual(['CORPUS_SPAN']);
    expect(warnings[0]?.remedy).toContain('codepoint');
  });

  test('resolves the same span in either unit of offsets', async () => {
    const piece = fc.string({ unit: fc.constantFrom('a', 'é', '😀', '𝓗', '漢'), minLength: 1, maxLength: 6 });
    await fc.assert(
      fc.asyncProperty(fc.array(piece, { minLength: 1, maxLength: 6 }), fc.nat(), async (pieces, pick) => {
        const k = pick % pieces.length;
        const before = pieces
          .slice(0, k)
          .map((one) => `${one} `)
          .join('');
        const target = pieces[k] ?? '';
        const record = (length: (text: string) => number, unit: string) => ({
          text: pieces.join(' '),
          tokens: pieces,
          unit,
          spans: [{ start: length(before), end: length(before) + length(target), label: 'X' }],
        });
        const expected = pieces.map((_, one) => (one === k ? 'X' : null));
        expect(valuesOf(await read(record((text) => text.length, 'utf16')), 'span')).toEqual(expected);
        expect(valuesOf(await read(record((text) => [...text].length, 'code points')), 'span')).toEqual(expected);
      }),
      { numRuns: 60 },
    );
  });

  test('refuses half a surrogate pair', async () => {
    expect((await problemsOf([folder.write('half.jsonl', '{"text": "a \\ud83d b"}\n')])).map(placed)).toEqual([
      'TEXT_SURROGATE half.jsonl:1:13',
    ]);
  });

  test.each([
    ['{"text": NaN}', 10],
    ['{"text": "One."} x', 18],
    ['{"text": "One.",}', 17],
  ])('that is no JSON is refused at the column where it stops being JSON: %s', async (line, column) => {
    const file = folder.write('fault.jsonl', `${line}\n`);
    expect((await problemsOf([file])).map(placed)).toEqual([`CORPUS_JSON fault.jsonl:1:${column}`]);
  });

  test('in a pretty-printed array gives each element its line', async () => {
    const file = folder.write('a.json', '[\n  {"text": "One."},\n\n  {\n    "text": "Two [2], \\"x\\"."\n  },\n  {"txt": 3}\n]\n');
    expect((await problemsOf([file])).map(placed)).toEqual(['CORPUS_JSON a.json:7']);
    const corpus = await readCorpus([file], { skipInvalid: true });
    expect(corpus.sentences.map(({ line }) => line)).toEqual([2, 4]);
  });
});
