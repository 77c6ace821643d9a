import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Corpus } from '../../../server/src/corpus/corpus';
import { wordText } from '../../../server/src/corpus/corpus';
import { lineHash, placesOf } from '../../../server/src/corpus/places';
import type { PlaceColumns } from '../../../server/src/corpus/places';
import { readCorpus } from '../../../server/src/corpus/readers/read';
import { tempFolder } from '../../helpers/tempFiles';

const folder = tempFolder();
const emoji = '👩🏽‍🚀';
const combined = 'e\u0301te\u0301';

/** What stands in the file at each word's place, as the editor would select it: without byte order mark, by lines. */
function written(content: string, { line, start, end }: PlaceColumns): (string | null)[] {
  const lines = content.replace(/^\ufeff/, '').split(/\r?\n/);
  return [...line].map((one, w) => (one < 0 ? null : (lines[one] ?? '').slice(start[w], end[w])));
}

async function read(name: string, content: string): Promise<{ corpus: Corpus; words: string[]; texts: (string | null)[] }> {
  const corpus = await readCorpus([folder.write(name, content)]);
  const words = Array.from({ length: corpus.words.count }, (_, w) => wordText(corpus, w));
  return { corpus, words, texts: written(content, placesOf(corpus)) };
}

describe('a word is found where it is written', () => {
  test('in plain text with a byte order mark, Windows line ends, emoji and combining marks', async () => {
    const content = `\ufeffHello ${emoji} world.\r\n\r\n  ${combined} again.\r\n`;
    const { words, texts, corpus } = await read('a.txt', content);
    expect(texts).toEqual(words);
    expect(words).toContain(combined);
    expect([...placesOf(corpus).line].at(-1)).toBe(2);
  });

  test('in columns between tabs, blanks around the word left out', async () => {
    const { words, texts } = await read('a.tsv', `word\ttag\r\n ${emoji} \tX\r\nthe\tY\r\n`);
    expect(words).toEqual([emoji, 'the']);
    expect(texts).toEqual(words);
  });

  test('in a text of a table, blanks before it left out', async () => {
    const { words, texts } = await read('texts.tsv', 'sentence\tlabel\n  A fine film.\t1\nSo dull.\t0\n');
    expect(texts).toEqual(words);
  });

  test('in columns between runs of blanks, where its letters also stand in the column before', async () => {
    const { words, texts, corpus } = await read('a.bio', ' the   NN  B-X\nhe  NN O\n');
    expect(texts).toEqual(words);
    expect([...placesOf(corpus).start]).toEqual([1, 0]);
  });

  test('in cells with quotation marks, doubled ones as they are written', async () => {
    const { words, texts } = await read('a.csv', 'tag,word\nX,"say ""hi"" now"\n"a,b","c"\nY,"d""e"\n');
    expect(words).toEqual(['say "hi" now', 'c', 'd"e']);
    expect(texts).toEqual(['say ""hi"" now', 'c', 'd""e']);
  });

  test('in a quoted text that goes over lines, each word on its own line', async () => {
    const { words, texts, corpus } = await read('texts.csv', 'text,label\r\n"He said ""no"".\r\nShe left.",1\r\nThey sat down.,0\r\n');
    expect(texts).toEqual(words.map((one) => one.replace('"', '""')));
    expect([...placesOf(corpus).line]).toEqual([1, 1, 1, 1, 1, 1, 2, 2, 2, 3, 3, 3, 3]);
  });

  test('in a cell that is one word over two lines nowhere, and the next word is', async () => {
    const { texts } = await read('b.csv', 'word,tag\n"New\nYork",X\nis,Y\n');
    expect(texts).toEqual([null, 'is']);
  });

  test('in JSON through escapes', async () => {
    const { words, texts } = await read('a.jsonl', '{"te\\u0078t": "He \\"saw\\" caf\\u00e9 \\ud83d\\ude00 \\\\ now"}\n');
    expect(words).toEqual(['He', '"', 'saw', '"', 'café', '😀', '\\', 'now']);
    expect(texts).toEqual(['He', '\\"', 'saw', '\\"', 'caf\\u00e9', '\\ud83d\\ude00', '\\\\', 'now']);
  });

  test('in JSON of tokens in the text and in the token', async () => {
    const content = '{"tokens": [{"id": 1, "form": "Dogs"}, "b\\u0061rk"], "text": "Dogs bark", "labels": ["]", "{"]}\n';
    const { corpus, words, texts } = await read('b.jsonl', content);
    expect(texts).toEqual(words);
    const { also } = placesOf(corpus);
    expect(also && written(content, also)).toEqual(['Dogs', 'b\\u0061rk']);
  });

  test('in JSON without a text in the token, in a text that does not hold it too', async () => {
    const own = await read('c.jsonl', '{"tokens": ["Dogs", {"word": "bark"}]}\n');
    expect(own.texts).toEqual(['Dogs', 'bark']);
    const other = await read('d.jsonl', '{"text": "Cats purr", "tokens": ["Dogs", "bark"]}\n');
    expect(other.texts).toEqual(['Dogs', 'bark']);
  });

  test('in a pretty-printed JSON array on its own line', async () => {
    const content = JSON.stringify([{ text: 'A "b".' }, { tokens: ['Dogs', { form: 'bark' }] }], null, 2);
    const { words, texts, corpus } = await read('e.json', content.replaceAll('\n', '\r\n'));
    expect(words.slice(-2)).toEqual(['Dogs', 'bark']);
    expect(texts.slice(-2)).toEqual(['Dogs', 'bark']);
    expect([...placesOf(corpus).line].slice(-2)).toEqual([6, 8]);
  });

  test('in CoNLL-U in the form, and a second time in the text', async () => {
    const row = (id: string, form: string, misc = '_') => `${id}\t${form}\t_\tX\t_\t_\t0\troot\t_\t${misc}\n`;
    const content = `# text =  I don't ${emoji}\n${row('1', 'I')}${row('2-3', "don't")}${row('2', 'do')}${row('3', "n't")}${row('4', emoji)}\n`;
    const { corpus, words, texts } = await read('a.conllu', content);
    expect(texts).toEqual(words);
    const { also } = placesOf(corpus);
    expect(also && written(content, also)).toEqual(words);
    expect([...(also?.line ?? [])]).toEqual([0, 0, 0, 0]);
  });

  test('in CoNLL-U only in the form where the comment is of another text', async () => {
    const { corpus, texts } = await read('b.conllu', '# text = Cats\n1\tDogs\t_\tX\t_\t_\t0\troot\t_\t_\n\n');
    expect(texts).toEqual(['Dogs']);
    expect(placesOf(corpus).also).toBeUndefined();
  });

  test('in a .word file, one sentence or one word a line', async () => {
    for (const content of [`the  ${emoji}\tsat\n${combined} .\n`, `the\n${emoji}\n\nsat\n.\n`]) {
      const { words, texts } = await read('a.word', content);
      expect(texts).toEqual(words);
    }
  });
});

describe('whatever the words are,', () => {
  const word = fc
    .string({
      unit: fc.constantFrom('a', 'B', '"', '\\', ',', 'é', 'e\u0301', '😀', '\u05d0', '/', "'", '{', '[', 'u0041'),
      minLength: 1,
      maxLength: 6,
    })
    .map((text) => `x${text}x`);
  const words = fc.array(word, { minLength: 1, maxLength: 8 });
  const mark = fc.constantFrom('', '\ufeff');
  const lineEnd = fc.constantFrom('\n', '\r\n');
  const runs = { numRuns: 60 };

  test('JSON holds the escaped word at its place', async () => {
    const escaped = (text: string) => [...text].map((one) => (one === 'B' ? '\\u0042' : JSON.stringify(one).slice(1, -1))).join('');
    await fc.assert(
      fc.asyncProperty(words, mark, lineEnd, async (forms, bom, eol) => {
        const json = `{"a": {"b": ["]", 1.5, null]}, "tokens" : [ ${forms.map((one) => `"${escaped(one)}"`).join(' , ')} ]}`;
        const { texts } = await read('p.jsonl', `${bom}${json}${eol}${json}${eol}`);
        expect(texts).toEqual([...forms, ...forms].map(escaped));
      }),
      runs,
    );
  });

  test('CSV holds the quoted word at its place', async () => {
    const doubled = (text: string) => text.replaceAll('"', '""');
    await fc.assert(
      fc.asyncProperty(words, mark, lineEnd, async (forms, bom, eol) => {
        const rows = forms.map((one, k) => `"t""${k % 2 ? ',' : ''}","${doubled(one)}"`);
        const { texts } = await read('p.csv', `${bom}tag,word${eol}${rows.join(eol)}${eol}`);
        expect(texts).toEqual(forms.map(doubled));
      }),
      runs,
    );
  });

  test('tables, .word files and CoNLL-U hold the word itself at its place', async () => {
    await fc.assert(
      fc.asyncProperty(words, mark, lineEnd, async (forms, bom, eol) => {
        const rows = forms.map((one) => `X\t${one}`);
        const table = await read('p.tsv', `${bom}tag\tword${eol}${rows.join(eol)}${eol}`);
        expect(table.texts).toEqual(forms);
        const lines = await read('p.word', `${bom}${forms.join(' ')}${eol}${forms.join('\t')}${eol}`);
        expect(lines.texts).toEqual([...forms, ...forms]);
        const conllu = forms.map((one, k) => `${k + 1}\t${one}\t_\tX\t_\t_\t0\troot\t_\t_`);
        const content = `${bom}# text = ${forms.join(' ')}${eol}${conllu.join(eol)}${eol}${eol}`;
        const { texts, corpus } = await read('p.conllu', content);
        expect(texts).toEqual(forms);
        const { also } = placesOf(corpus);
        expect(also && written(content, also)).toEqual(forms);
      }),
      runs,
    );
  });
});

test('a changed line has another hash, the same line the same', () => {
  expect(lineHash('')).toBe(0x811c9dc5 | 0);
  expect(lineHash('a')).toBe(0xe40c292c | 0);
  expect(lineHash('the cat')).toBe(lineHash('the cat'));
  expect(lineHash('the cat ')).not.toBe(lineHash('the cat'));
});
