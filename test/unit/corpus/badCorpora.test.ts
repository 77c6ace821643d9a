import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { readCorpus } from '../../../server/src/corpus/readers/read';
import { placed, problemsOf, sentencesOf, valuesOf } from '../../helpers/readCorpora';

const folder = fileURLToPath(new URL('../../fixtures/bad-corpora', import.meta.url));
const bad = (name: string) => join(folder, name);
const dogs = ['The', 'dogs', 'do', "n't", 'bark', '.'];

interface Refusal {
  /** Code and place of every finding, all of them. */
  readonly problems: readonly string[];
  /** What the findings say was found, in part. */
  readonly found: readonly string[];
  /** Sentences that are left with `skipInvalid`; none if nothing is. */
  readonly rest: readonly (readonly string[])[];
}

const refused: Readonly<Record<string, Refusal>> = {
  'columns-9.conllu': { problems: ['CORPUS_COLUMNS columns-9.conllu:14'], found: ['9 columns in sentence s1'], rest: [dogs] },
  'columns-spaces.conllu': {
    problems: ['CORPUS_COLUMNS columns-spaces.conllu:4'],
    found: ['1 column (tabs seem to have been replaced by spaces)'],
    rest: [],
  },
  'cr-only.conllu': { problems: ['TEXT_SEPARATORS cr-only.conllu:1'], found: ['no line feed, 10 lone carriage returns'], rest: [] },
  'cut.conllu': { problems: ['CORPUS_CUT cut.conllu:13'], found: ['in the middle of a line (9 columns)'], rest: [dogs] },
  'range-overlap.conllu': { problems: ['CORPUS_RANGE range-overlap.conllu:6'], found: ['range 4-5 overlaps 3-4'], rest: [] },
  'ids-jump.conllu': { problems: ['CORPUS_IDS ids-jump.conllu:8'], found: ['id 7'], rest: [] },
  'empty.conllu': { problems: ['CORPUS_EMPTY empty.conllu'], found: ['an empty file (0 bytes)'], rest: [] },
  'empty.txt': { problems: ['CORPUS_EMPTY empty.txt'], found: ['an empty file (0 bytes)'], rest: [] },
  'only-newlines.txt': { problems: ['CORPUS_EMPTY only-newlines.txt'], found: ['no sentence (50 blank lines)'], rest: [] },
  'only-blanks.txt': { problems: ['CORPUS_EMPTY only-blanks.txt'], found: ['no sentence (4 blank lines)'], rest: [] },
  'latin1.txt': {
    problems: ['1:8', '2:5', '2:10', '2:14'].map((place) => `TEXT_ENCODING latin1.txt:${place}`),
    found: ['E9; looks like Latin-1', 'EF; looks like Latin-1', 'E9; looks like Latin-1', 'E9; looks like Latin-1'],
    rest: [],
  },
  'utf16le-bom.txt': { problems: ['TEXT_ENCODING utf16le-bom.txt'], found: ['UTF-16LE (byte order mark FF FE)'], rest: [] },
  'utf16be.txt': { problems: ['TEXT_ENCODING utf16be.txt'], found: ['UTF-16BE (zero bytes at every other place)'], rest: [] },
  'bad-utf8.txt': {
    problems: ['1:10', '2:11', '3:6', '4:5'].map((place) => `TEXT_ENCODING bad-utf8.txt:${place}`),
    found: ['C0 AF', 'ED A0 80', '80', 'E2 82'],
    rest: [],
  },
  'nul.txt': {
    problems: ['TEXT_BINARY nul.txt:2:3', 'TEXT_BINARY nul.txt:3:1'],
    found: ['1 zero byte', '2 zero bytes'],
    rest: [['Good', 'line', '.']],
  },
  'long-line.txt': { problems: ['LINE_TOO_LONG long-line.txt:1'], found: ['1,048,576 bytes'], rest: [] },
  'long-word.txt': {
    problems: ['LINE_TOO_LONG long-word.txt:2:1'],
    found: ['a word of 200,000 characters'],
    rest: [['before'], ['after']],
  },
  'png.txt': { problems: ['TEXT_BINARY png.txt'], found: ['a PNG image'], rest: [] },
  'archive.conllu': { problems: ['TEXT_BINARY archive.conllu'], found: ['a zip archive'], rest: [] },
  'lfs-pointer.conllu': {
    problems: ['CORPUS_FILE lfs-pointer.conllu'],
    found: ['a Git LFS pointer to a file of 12,345,678 bytes'],
    rest: [],
  },
  'count.word': {
    problems: ['LABEL_COUNT count.label:2'],
    found: ["4 labels 'PRP VBD VB .'"],
    rest: [
      ['The', 'dog', 'barks', '.'],
      ['A', 'third', 'line', 'here', '.'],
    ],
  },
  'lines.word': {
    problems: ['LABEL_LINES lines.word:3'],
    found: ['3 lines in lines.word, 2 in lines.label'],
    rest: [
      ['The', 'dog', 'barks', '.'],
      ['She', 'sleeps', '.'],
    ],
  },
  'shifted.word': {
    problems: ['LABEL_COUNT shifted.label:2', 'LABEL_COUNT shifted.label:3'],
    found: ["3 labels 'PRP VBZ .'", "0 labels ''"],
    rest: [['The', 'dog', 'barks', '.']],
  },
  'separators.word': {
    problems: ['LABEL_COUNT separators.label:3'],
    found: ["3 labels 'PRP VBZ .'"],
    rest: [
      ['The', 'dog', 'barks', '.'],
      ['She', 'sleeps', '.'],
    ],
  },
  'bio-invalid.conll': {
    problems: ['BIO_TAG bio-invalid.conll:8', 'BIO_TAG bio-invalid.conll:10'],
    found: ["'X-ORG'", "'BPER'"],
    rest: [['Anna', 'Smith', 'visited', 'New', 'York', '.'], ['met']],
  },
  'bio-columns.conll': {
    problems: [4, 5, 6].map((line) => `CORPUS_COLUMNS bio-columns.conll:${line}`),
    found: ['3 columns', '5 columns', '1 column'],
    rest: [['EU']],
  },
  'broken.jsonl': {
    problems: [
      'CORPUS_JSON broken.jsonl:2:21',
      'CORPUS_JSON broken.jsonl:3',
      'CORPUS_JSON broken.jsonl:4',
      'CORPUS_JSON broken.jsonl:6',
      'CORPUS_SPAN broken.jsonl:7',
      'LABEL_COUNT broken.jsonl:8',
      'CORPUS_JSON broken.jsonl:9:19',
    ],
    found: ['no JSON', 'keys: txt', 'a number', 'an array', 'from 5 to 50', '1 value in "labels"', 'no JSON'],
    rest: [
      ['Good', 'line', '.'],
      ['Key', '.'],
    ],
  },
  'ragged.csv': {
    problems: ['CORPUS_COLUMNS ragged.csv:3', 'CORPUS_COLUMNS ragged.csv:4', 'CORPUS_QUOTE ragged.csv:7:1'],
    found: ['1 cell', '3 cells', 'never closed'],
    rest: [['a "quoted" word', 'line\nbreak']],
  },
  'brat.ann': { problems: ['CORPUS_FORMAT brat.ann'], found: ['brat stand-off annotation'], rest: [] },
};

const read: Readonly<Record<string, readonly (readonly string[])[]>> = {
  'columns-12.conllu': [dogs],
  'crlf.conllu': [dogs],
  'bom.conllu': [dogs],
  'no-final-newline.conllu': [dogs],
  'no-text-comment.conllu': [dogs],
  'multiword-empty.conllu': [dogs, ['Sue', 'likes', 'coffee', 'and', 'Bill', 'tea', '.']],
  'head-out.conllu': [dogs],
  'text-differs.conllu': [dogs],
  'space-in-form.conllu': [['New York', 'dogs', 'do', "n't", 'bark', '.']],
  'long-sentence.conllu': [Array.from({ length: 6000 }, (_, k) => `w${k + 1}`)],
  'blank-lines.txt': [
    ['The', 'first', 'sentence', '.'],
    ['The', 'second', 'one', '.'],
  ],
  'bio-hash.conll': [['#', '#winning', 'Bob']],
  'bio-styles.conll': [
    ['Anna', 'visited', 'New', 'York'],
    ['Anna', 'visited', 'New', 'York'],
  ],
  'array.json': [
    ['One', '.'],
    ['Two', '.'],
  ],
  'offsets-astral.jsonl': [
    ['😀', 'Anna', 'sings', '.'],
    ['😀', 'Anna', 'sings', '.'],
  ],
  'quotes.tsv': [['She', 'said', '"', 'no', '"', '.']],
  'semicolon.csv': [['dog', 'runs']],
};

/** Plain text whose words are the tagger's affair: what matters is that it is read, and how its lines are counted. */
const readText: Readonly<Record<string, readonly number[]>> = {
  'ansi.txt': [1, 2],
  'line-ends.txt': [1, 2, 3],
  'unicode.txt': [1, 2, 3, 4, 5],
  'formula-words.txt': [1, 2, 3, 4],
  'brat.txt': [1],
};

describe('malformed corpora', () => {
  test.each(Object.entries(refused))('%s is refused with every finding in its place', async (name, { problems, found }) => {
    const all = await problemsOf([bad(name)]);
    expect(all.map(placed)).toEqual(problems);
    all.forEach((one, k) => {
      expect(one.found).toContain(found[k]);
      expect(one.expected).not.toBe('');
      expect(one.remedy).not.toBe('');
    });
  });

  test.each(Object.entries(refused))('%s loses only what is wrong when that is to be skipped', async (name, { rest }) => {
    if (rest.length === 0) {
      const [first] = await problemsOf([bad(name)], { skipInvalid: true });
      expect(first?.place.file).toBe(bad(name));
      return;
    }
    const corpus = await readCorpus([bad(name)], { skipInvalid: true });
    expect(sentencesOf(corpus)).toEqual(rest);
    expect(corpus.warnings.length).toBeGreaterThan(0);
  });

  test('a label file handed in as the corpus stands for its words', async () => {
    for (const name of ['count', 'lines', 'shifted', 'separators']) {
      expect(await problemsOf([bad(`${name}.label`)])).toEqual(await problemsOf([bad(`${name}.word`)]));
    }
  });

  test('a no-break space that makes the counts differ is named by its code point', async () => {
    const [problem] = await problemsOf([bad('separators.word')]);
    expect(problem?.remedy).toContain('U+00A0');
    expect(problem?.expected).toContain('2 words at separators.word:3');
  });

  test('offsets of bad bytes are those of the file', async () => {
    expect((await problemsOf([bad('latin1.txt')]))[0]?.place.byte).toBe(7);
    expect((await problemsOf([bad('bad-utf8.txt')])).map(({ place }) => place.byte)).toEqual([9, 28, 43, 55]);
    expect((await problemsOf([bad('nul.txt')])).map(({ place }) => place.byte)).toEqual([13, 26]);
  });

  test('findings of several files come together', async () => {
    const problems = await problemsOf([bad('columns-9.conllu'), bad('empty.conllu'), bad('cut.conllu')]);
    expect(problems.map(placed)).toEqual(['CORPUS_EMPTY empty.conllu', 'CORPUS_COLUMNS columns-9.conllu:14', 'CORPUS_CUT cut.conllu:13']);
  });
});

describe('unusual corpora that are right', () => {
  test.each(Object.entries(read))('%s is read', async (name, sentences) => {
    expect(sentencesOf(await readCorpus([bad(name)]))).toEqual(sentences);
  });

  test.each(Object.entries(readText))("%s is read, its lines counted as the editor's", async (name, lines) => {
    const corpus = await readCorpus([bad(name)]);
    expect([...new Set(corpus.sentences.map(({ line }) => line))]).toEqual(lines);
  });

  test('the surface text comes from the multiword range', async () => {
    const { sentences, words } = await readCorpus([bad('no-text-comment.conllu')]);
    expect(sentences[0]?.text).toBe("The dogs don't bark.");
    expect([...words.spaceAfter]).toEqual([1, 1, 0, 1, 0, 1]);
    expect([...words.start]).toEqual([0, 4, 9, 11, 15, 19]);
  });

  test('words that are not in the text comment are said, and the text is rebuilt', async () => {
    const { sentences, warnings } = await readCorpus([bad('text-differs.conllu')]);
    expect(sentences[0]?.text).toBe("The dogs don't bark.");
    expect(warnings.map(placed)).toEqual(['CORPUS_SURFACE text-differs.conllu:4']);
    expect(warnings[0]?.found).toContain("'dogs'");
  });

  test('a head outside the sentence costs its relation only', async () => {
    const corpus = await readCorpus([bad('head-out.conllu')]);
    expect(corpus.warnings.map(placed)).toEqual(['CORPUS_HEAD head-out.conllu:4']);
    expect(valuesOf(corpus, 'deprel')[1]).toBeNull();
    expect(valuesOf(corpus, 'upos')[1]).toBe('NOUN');
  });

  test('no form or tag ends in a carriage return', async () => {
    const { attributes } = await readCorpus([bad('crlf.conllu')]);
    for (const { values } of attributes.values()) for (const value of values) expect(value).not.toContain('\r');
  });

  test('unusual line separators are listed once with their places', async () => {
    const { warnings } = await readCorpus([bad('line-ends.txt')]);
    expect(warnings.map(placed)).toEqual(['TEXT_SEPARATORS line-ends.txt:2:4']);
    expect(warnings[0]?.found).toMatch(/3 unusual .*carriage return at 2:4.*U\+0085\) at 2:14.*U\+2028\) at 2:24/);
  });

  test('spans in code points and in UTF-16 units resolve to the same word', async () => {
    expect(valuesOf(await readCorpus([bad('offsets-astral.jsonl')]), 'span')).toEqual([null, 'PER', null, null, null, 'PER', null, null]);
  });

  test('tags without a beginning are read as beginnings, and said', async () => {
    const { warnings, notes } = await readCorpus([bad('bio-invalid.conll')], { skipInvalid: true });
    expect(warnings.slice(2).map(placed)).toEqual(['BIO_TAG bio-invalid.conll:2', 'BIO_TAG bio-invalid.conll:4']);
    expect(notes.join()).toContain('2 tags without a beginning');
  });

  test('the styles of span tags are named, and none of their prefixes is a type', async () => {
    const corpus = await readCorpus([bad('bio-styles.conll')]);
    expect(corpus.notes.join()).toContain('IOBES and BILOU');
    expect(valuesOf(corpus, 'ner')).toEqual(['PER', null, 'LOC', 'LOC', 'PER', null, 'LOC', 'LOC']);
  });

  test('a very long sentence is said to run in windows', async () => {
    expect((await readCorpus([bad('long-sentence.conllu')])).notes.join()).toContain('6,000 words');
  });

  test('a text beside brat annotation says that the annotation is not read', async () => {
    expect((await readCorpus([bad('brat.txt')])).notes.join()).toContain('brat.ann');
  });
});

test('every sample has its test', () => {
  const tested = [...Object.keys(refused), ...Object.keys(read), ...Object.keys(readText)];
  const samples = readdirSync(folder).filter((name) => !/^README|^\.|\.label$/.test(name));
  expect(tested.sort()).toEqual(samples.sort());
});

test('a hostile key reaches nothing', async () => {
  await readCorpus([bad('broken.jsonl')], { skipInvalid: true });
  expect(Object.keys(Object.prototype)).toEqual([]);
  expect(({} as Record<string, unknown>)['text']).toBeUndefined();
});
