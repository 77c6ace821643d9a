import fc from 'fast-check';
import { expect, test } from 'vitest';
import { align } from '../../../server/src/language/alignment';
import { LinesOfDocument } from '../../../server/src/language/documents';
import { lineHash } from '../../../server/src/corpus/places';

const corpus = ['a', 'b', 'c', 'd', 'e'];
const hashes = (lines: readonly string[]) => lines.map(lineHash);
const aligned = (...document: string[]) => align(hashes(document), hashes(corpus));

test('a document that is what was read is not stale, and all its lines are the corpus’s', () => {
  expect(aligned(...corpus)).toMatchObject({ isStale: false, unchanged: [{ from: 0, to: 5 }] });
});

test('lines behind an insertion keep their place in the corpus', () => {
  const { unchanged, corpusLine, documentLine, isStale } = aligned('a', 'new', 'b', 'c', 'd', 'e');
  expect([isStale, unchanged]).toEqual([true, [{ from: 0, to: 1 }, { from: 1, to: 5 }]]); // prettier-ignore
  expect([0, 1, 2, 5].map(corpusLine)).toEqual([0, undefined, 1, 4]);
  expect(documentLine(4)).toBe(5);
});

test('changed lines in two places leave those between as they are', () => {
  const { unchanged, corpusLine } = aligned('a', 'X', 'c', 'Y', 'e');
  expect(unchanged).toEqual([{ from: 0, to: 1 }, { from: 2, to: 3 }, { from: 4, to: 5 }]); // prettier-ignore
  expect([0, 1, 2, 3, 4].map(corpusLine)).toEqual([0, undefined, 2, undefined, 4]);
});

test('whatever was edited, a line is called unchanged only if its text is that of its line in the corpus', () => {
  const lines = fc.array(fc.constantFrom('a', 'b', 'c', ''), { maxLength: 8 });
  fc.assert(
    fc.property(lines, lines, (document, read) => {
      const { corpusLine, documentLine, unchanged, isStale } = align(hashes(document), hashes(read));
      document.forEach((line, i) => {
        const own = corpusLine(i);
        if (own === undefined) return;
        expect([read[own], documentLine(own)]).toEqual([line, i]);
        expect(unchanged.some(({ from, to }) => from <= own && own < to)).toBe(true);
      });
      expect(isStale).toBe(document.join('\n') !== read.join('\n') || document.length !== read.length);
    }),
  );
});

test('edits of a document give the lines that its text has', () => {
  const texts = fc.array(fc.constantFrom('a', 'é', '😀', '\n', '\r\n', ' '), { maxLength: 6 }).map((parts) => parts.join(''));
  fc.assert(
    fc.property(texts, texts, fc.nat(), fc.nat(), (text, inserted, from, to) => {
      // Edits never split a line end.
      const lines = text.split(/\r\n|\n|\r/);
      const place = (n: number) => {
        const line = n % lines.length;
        return { line, character: n % ((lines[line] ?? '').length + 1) };
      };
      const [start, end] = [place(from), place(to)].sort((a, b) => a.line - b.line || a.character - b.character);
      if (!start || !end) return;
      const document = new LinesOfDocument(text, () => undefined);
      document.change({ range: { start, end }, text: inserted });
      const before = [...lines.slice(0, start.line), (lines[start.line] ?? '').slice(0, start.character)].join('\n');
      const after = [(lines[end.line] ?? '').slice(end.character), ...lines.slice(end.line + 1)].join('\n');
      expect(document.hashes).toEqual(`${before}${inserted}${after}`.split(/\r\n|\n|\r/).map(lineHash));
    }),
  );
});
