import fc from 'fast-check';
import { expect, test, vi } from 'vitest';
import { lineHash } from '../../../server/src/corpus/places';
import { LinesOfDocument } from '../../../server/src/language/documents';

const hashesOf = (text: string): number[] => text.split(/\r\n|\n|\r/).map(lineHash);
/** Longer than what is read in one turn of the loop. */
const long = Array.from({ length: 400_000 }, (_, i) => `line ${i}`).join('\n');
const at = (line: number, character: number) => ({ line, character });

test('a short text is read at once', () => {
  const onRead = vi.fn();
  expect(new LinesOfDocument('a\r\nb\n\nc', onRead).hashes).toEqual(hashesOf('a\nb\n\nc'));
  expect(onRead).not.toHaveBeenCalled();
});

test('a long text is read while the loop turns, and what was typed meanwhile is part of it', async () => {
  let turns = 0;
  const count = (): void => void (turns++, setImmediate(count).unref());
  const document = await new Promise<LinesOfDocument>((resolve) => {
    const reading: LinesOfDocument = new LinesOfDocument(long, () => resolve(reading));
    setImmediate(count);
    expect(reading.hashes).toBeUndefined();
    reading.change({ range: { start: at(399_999, 0), end: at(399_999, 4) }, text: 'last\nand' });
  });
  expect(turns).toBeGreaterThan(1);
  expect(document.hashes).toEqual(hashesOf(long.replace('line 399999', 'last\nand 399999')));
});

test('a text that replaces the whole while it is read is the one that counts', async () => {
  const document = await new Promise<LinesOfDocument>((resolve) => {
    const reading: LinesOfDocument = new LinesOfDocument(long, () => resolve(reading));
    reading.change({ text: `${long}\nmore` });
  });
  expect(document.hashes?.length).toBe(400_001);
});

test('after any changes the hashes are those of the text', () => {
  const text = fc.array(fc.constantFrom('a', 'b', '\n', '\r\n', '\r', ''), { maxLength: 20 }).map((parts) => parts.join(''));
  fc.assert(
    fc.property(text, fc.array(fc.tuple(fc.nat(5), fc.nat(5), fc.nat(3), text), { maxLength: 5 }), (first, changes) => {
      const document = new LinesOfDocument(first, () => undefined);
      let lines = first.split(/\r\n|\n|\r/);
      for (const [from, character, more, inserted] of changes) {
        const start = at(Math.min(from, lines.length - 1), 0);
        const endLine = Math.min(start.line + more, lines.length - 1);
        const end = at(endLine, Math.min(character, lines[endLine]?.length ?? 0));
        document.change({ range: { start, end }, text: inserted });
        const after = inserted + (lines[endLine] ?? '').slice(end.character);
        lines = [...lines.slice(0, start.line), ...after.split(/\r\n|\n|\r/), ...lines.slice(endLine + 1)];
      }
      expect(document.hashes).toEqual(lines.map(lineHash));
    }),
  );
});
