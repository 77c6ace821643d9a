import { execFileSync } from 'node:child_process';
import { isUtf8 } from 'node:buffer';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Findings } from '../../../server/src/corpus/readers/findings';
import { lineBlocks } from '../../../server/src/corpus/readers/lines';
import type { Line } from '../../../server/src/corpus/readers/lines';
import { limits } from '../../../server/src/corpus/readers/limits';
import { openText } from '../../../server/src/corpus/readers/sniff';
import { badBytes } from '../../../server/src/corpus/readers/utf8';
import { placed, problemsOf } from '../../helpers/readCorpora';
import { tempFolder } from '../../helpers/tempFiles';

const folder = tempFolder();

async function linesOf(content: string | Uint8Array, limit?: number): Promise<{ lines: Line[]; findings: Findings }> {
  const findings = new Findings();
  const lines: Line[] = [];
  const source = await openText(folder.write('lines.txt', content));
  for await (const block of lineBlocks(source, findings, { ...(limit === undefined ? {} : { limit }) })) lines.push(...block);
  return { lines, findings };
}

test('whoever watches hears of every block, and ends the reading by throwing', async () => {
  const text = `${'word '.repeat(9)}\n`.repeat(10_000);
  const open = () => openText(folder.write('watched.txt', text));
  const told: [done: number, total: number][] = [];
  for await (const _ of lineBlocks(await open(), new Findings(), { onBlock: (done, total) => void told.push([done, total]) }));
  expect(told.length).toBeGreaterThan(1);
  expect(told.at(-1)).toEqual([text.length, text.length]);
  let blocks = 0;
  const stopped = async () => {
    const stop = () => {
      throw new Error('enough');
    };
    for await (const _ of lineBlocks(await open(), new Findings(), { onBlock: stop })) blocks += 1;
  };
  await expect(stopped()).rejects.toThrow('enough');
  expect(blocks).toBe(1);
});

/** Ordinary text with every kind of separator in it. */
const someText = fc.string({
  unit: fc.constantFrom('a', 'é', '漢', '😀', ' ', '\n', '\n', '\r\n', '\u2028', '\u0085', '\t', '\ufeff'),
  minLength: 1,
  maxLength: 60,
});

describe('lines', () => {
  test('end where an editor that knows LF and CRLF ends them', async () => {
    await fc.assert(
      fc.asyncProperty(someText, async (text) => {
        fc.pre(!text.startsWith('\ufeff'));
        const expected = text.split(/\r?\n/);
        if (expected.at(-1) === '') expected.pop();
        const { lines } = await linesOf(text);
        expect(lines.map((line) => line.text)).toEqual(expected);
        expect(lines.map((line) => line.number)).toEqual(expected.map((_, k) => k + 1));
      }),
      { numRuns: 150 },
    );
  });

  test('are the same wherever a block of the file ends', async () => {
    const line = 'ein längerer Satz mit 😀 und Umlauten';
    for (const shift of [0, 1, 2, 3]) {
      const text = `${'x'.repeat(shift)}\n${`${line}\n`.repeat(15_000)}`;
      const { lines, findings } = await linesOf(text);
      expect(lines.length).toBe(15_001);
      expect(lines.slice(1).every((one) => one.text === line)).toBe(true);
      expect(findings.errorCount).toBe(0);
    }
  });

  test('with a byte order mark lose the mark and keep their offsets', async () => {
    const { lines, findings } = await linesOf(Buffer.concat([Buffer.from('\ufeffab\ncd'), Buffer.from([0xff]), Buffer.from('\n')]));
    expect(lines.map(({ text, bad }) => [text, bad])).toEqual([
      ['ab', false],
      ['', true],
    ]);
    expect(findings.listed('errors')[0]?.place).toMatchObject({ line: 2, column: 3, byte: 8 });
  });

  test('are refused at the limit and not one byte below it, and the next one is read', async () => {
    for (const [length, bad] of [
      [99, false],
      [100, true],
      [101, true],
    ] as const) {
      const { lines } = await linesOf(`${'a'.repeat(length)}\nnext\n`, 100);
      expect(lines.map((line) => line.bad)).toEqual([bad, false]);
      expect(lines[1]).toMatchObject({ number: 2, text: 'next' });
    }
  });

  test('of many blocks are counted and not held', async () => {
    const bytes = Buffer.alloc(3_000_000, 'ab ');
    const { lines, findings } = await linesOf(Buffer.concat([Buffer.from('first\n'), bytes, Buffer.from('\nlast \xff', 'latin1')]));
    expect(lines.map(({ number, text, bad }) => [number, text, bad])).toEqual([
      [1, 'first', false],
      [2, '', true],
      [3, '', true],
    ]);
    expect(findings.listed('errors').map(({ code, place }) => [code, place.line, place.byte])).toEqual([
      ['LINE_TOO_LONG', 2, undefined],
      ['TEXT_ENCODING', 3, 6 + 3_000_000 + 1 + 5],
    ]);
  });
});

describe('bytes', () => {
  const someBytes = fc.uint8Array({ maxLength: 40 });
  // Bytes that begin or continue sequences are rare among all bytes: a second source of nothing else.
  const hostileBytes = fc.array(
    fc.constantFrom(0x41, 0x80, 0xbf, 0xc0, 0xc2, 0xe0, 0xa0, 0xed, 0x9f, 0xef, 0xf0, 0x90, 0xf4, 0x8f, 0xf5, 0xff),
    { maxLength: 12 },
  );

  test('are bad exactly where a strict decoder would stop', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          someBytes,
          hostileBytes.map((list) => Uint8Array.from(list)),
        ),
        (bytes) => {
          const runs = badBytes(bytes);
          expect(runs.length === 0).toBe(isUtf8(bytes));
          // What lies between the bad runs is text, and each run begins and ends at bytes that are not.
          let at = 0;
          for (const { from, to } of runs) {
            expect(isUtf8(bytes.subarray(at, from))).toBe(true);
            expect(isUtf8(bytes.subarray(at, from + 1))).toBe(false);
            at = to;
          }
          expect(isUtf8(bytes.subarray(at))).toBe(true);
        },
      ),
      { numRuns: 2000 },
    );
  });

  test('of text in another encoding are never read as text', async () => {
    const text = 'Der Käfer überquert die Straße.\nZwei Zeilen.\n';
    const utf16be = Buffer.from(text, 'utf16le').swap16();
    const utf32le = Buffer.from(Uint32Array.from([...text], (c) => c.codePointAt(0) ?? 0).buffer);
    const utf32be = Buffer.from(utf32le).swap32();
    const encodings: [string, Buffer][] = [
      ['UTF-16LE', Buffer.from(text, 'utf16le')],
      ['UTF-16LE', Buffer.from(`\ufeff${text}`, 'utf16le')],
      ['UTF-16BE', utf16be],
      ['UTF-32LE', utf32le],
      ['UTF-32BE', utf32be],
      ['Latin-1', Buffer.from(text, 'latin1')],
      // “Käfer” and – between its marks of that encoding.
      ['Windows-1252', Buffer.from('\x93K\xe4fer\x94 \x96 na\xefve\x85\n', 'latin1')],
    ];
    for (const [name, bytes] of encodings) {
      const problems = await problemsOf([folder.write('encoded.txt', bytes)]);
      expect(problems.every(({ code }) => code === 'TEXT_ENCODING')).toBe(true);
      expect(problems[0]?.found).toContain(name);
      expect(problems[0]?.remedy).toContain('iconv');
    }
  });
});

describe('a corpus that is no file of text', () => {
  const codeOf = async (path: string) =>
    placed((await problemsOf([path]))[0] ?? { code: 'DEFECT', place: {}, found: '', expected: '', remedy: '' });

  test('is refused by name when it is not there or a folder', async () => {
    expect(await codeOf(join(folder.path, 'missing.txt'))).toBe('CORPUS_FILE missing.txt');
    expect((await problemsOf([folder.path]))[0]).toMatchObject({ code: 'CORPUS_FILE', found: 'a folder' });
  });

  test.skipIf(process.platform === 'win32')('is refused at once when it is a pipe without a writer or a device', async () => {
    const pipe = join(folder.path, 'pipe');
    execFileSync('mkfifo', [pipe]);
    expect((await problemsOf([pipe]))[0]).toMatchObject({ code: 'CORPUS_FILE', found: 'a pipe' });
    expect((await problemsOf(['/dev/zero']))[0]).toMatchObject({ code: 'CORPUS_FILE', found: 'a device' });
  });

  test('is refused in one sentence when most of it is binary', async () => {
    const bytes = new Uint8Array(4096).fill(0x41);
    for (let k = 100; k < 4096; k += 7) bytes[k] = 0;
    expect(await problemsOf([folder.write('weights.bin', bytes)])).toMatchObject([{ code: 'TEXT_BINARY', place: { byte: 100 } }]);
  });
});

describe('findings', () => {
  test('beyond the first thousand are counted', () => {
    const findings = new Findings();
    const what = { found: 'x', expected: 'y', remedy: 'z' };
    for (let line = 1; line <= limits.findings + 25; line++) findings.error(line % 2 ? 'BIO_TAG' : 'CORPUS_COLUMNS', { line }, what);
    const listed = findings.listed('errors');
    expect(listed.length).toBe(limits.findings + 2);
    expect(listed.slice(limits.findings).map(({ code, place, found }) => [code, place.line, found])).toEqual([
      ['BIO_TAG', 1001, '13 more findings of this kind from here on'],
      ['CORPUS_COLUMNS', 1002, '12 more findings of this kind from here on'],
    ]);
  });
});
