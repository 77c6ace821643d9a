import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readCorpus } from '../../../server/src/corpus/readers/read';
import { placed, placesOf, problemsOf, sentencesOf, valuesOf } from '../../helpers/readCorpora';
import { tempFolder } from '../../helpers/tempFiles';

const folder = tempFolder();

describe('CoNLL-U', () => {
  const rows = (...lines: string[]) => `${lines.map((line) => line.replaceAll(' ', '\t')).join('\n')}\n\n`;

  test('gives one attribute a column and one a feature', async () => {
    const file = folder.write('a.conllu', rows('1 Go go VERB VB Mood=Imp|VerbForm=Fin 0 root _ _', '2 ! ! PUNCT . _ 1 punct _ _'));
    const corpus = await readCorpus([file]);
    expect([...corpus.attributes.keys()].sort()).toEqual(['deprel', 'feats.Mood', 'feats.VerbForm', 'lemma', 'upos', 'xpos']);
    expect(valuesOf(corpus, 'feats.Mood')).toEqual(['Imp', null]);
    expect(placesOf(corpus)).toEqual(['1:3', '2:3']);
    expect(corpus).toMatchObject({ format: 'conllu', guessed: true, pretokenised: true });
  });

  test('keeps the words of a multiword token that is not made of them', async () => {
    const file = folder.write(
      'au.conllu',
      rows('1-2 au _ _ _ _ _ _ _ _', '1 à à ADP _ _ 3 case _ _', '2 le le DET _ _ 3 det _ _', '3 bal bal NOUN _ _ 0 root _ _'),
    );
    const corpus = await readCorpus([file]);
    expect(sentencesOf(corpus)).toEqual([['à', 'le', 'bal']]);
    // Heads are words of the corpus; the root has none.
    expect([...(corpus.heads ?? [])]).toEqual([2, 2, -1]);
    expect(corpus.sentences[0]?.text).toBe('à le bal');
    expect(corpus.warnings[0]?.found).toContain("'au' is not made of its words à, le");
  });

  test('of CoNLL-U Plus is read by the names of its columns, in any order', async () => {
    const file = folder.write('plus.conllup', `# global.columns = ID UPOS FORM SEM:ROLE\n${rows('1 NOUN Dogs Agent', '2 VERB bark _')}`);
    const corpus = await readCorpus([file]);
    expect(sentencesOf(corpus)).toEqual([['Dogs', 'bark']]);
    expect(valuesOf(corpus, 'SEM:ROLE')).toEqual(['Agent', null]);
    expect(corpus.heads).toBeUndefined();
    expect(placesOf(corpus)).toEqual(['2:8', '3:8']);
  });

  test('with columns that nobody named ignores them and says so', async () => {
    const file = folder.write('wide.conllu', rows('1 Go go VERB VB _ 0 root _ _ x y'));
    expect((await readCorpus([file])).notes.join()).toContain('Columns 11 to 12');
  });

  test('with a word missing reports the first wrong number only', async () => {
    const file = folder.write('jump.conllu', rows(...[1, 3, 4, 5].map((id) => `${id} w w X X _ 0 root _ _`)));
    expect((await problemsOf([file])).map(placed)).toEqual(['CORPUS_IDS jump.conllu:2']);
  });

  test('with a word beyond the limit is refused there', async () => {
    for (const [length, problems] of [
      [10_000, []],
      [10_001, ['LINE_TOO_LONG long.conllu:1']],
    ] as const) {
      const file = folder.write('long.conllu', rows(`1 ${'a'.repeat(length)} _ X X _ 0 root _ _`));
      expect((await problemsOf([file])).map(placed)).toEqual(problems);
    }
  });
});

describe('tables', () => {
  test('take the names of their columns from a header', async () => {
    const corpus = await readCorpus([folder.write('h.tsv', 'word\tpos\tsense\nDogs\tNNS\t_\nbark\tVBP\tO\n\nStop\tVB\tx\n')]);
    expect(sentencesOf(corpus)).toEqual([['Dogs', 'bark'], ['Stop']]);
    expect(valuesOf(corpus, 'pos')).toEqual(['NNS', 'VBP', 'VB']);
    expect(valuesOf(corpus, 'sense')).toEqual([null, null, 'x']);
    expect(placesOf(corpus)).toEqual(['2:1', '3:1', '5:1']);
  });

  test('take the names that were asked for, with one column left out', async () => {
    const file = folder.write('n.tsv', '7\tDogs\tNNS\n8\tbark\tVBP\n');
    const corpus = await readCorpus([file], { columns: ['_', 'form', 'xpos'] });
    expect(sentencesOf(corpus)).toEqual([['Dogs', 'bark']]);
    expect([...corpus.attributes.keys()]).toEqual(['xpos']);
    expect(placesOf(corpus)).toEqual(['1:3', '2:3']);
  });

  test('with names that are too many, or none for the words, are refused', async () => {
    const file = folder.write('m.tsv', 'Dogs\tNNS\n');
    expect((await problemsOf([file], { columns: ['form', 'a', 'b'] })).map(({ found, expected }) => [found, expected])).toEqual([
      ['2 columns', '3, as --columns names'],
    ]);
    expect(await problemsOf([file], { columns: ['upos', 'lemma'] })).toMatchObject([{ code: 'USAGE', place: { flag: '--columns' } }]);
  });

  test('without a header may begin with a word that looks like one', async () => {
    const corpus = await readCorpus([folder.write('w.tsv', 'Word\tNOUN\ncounts\tVERB\nWord\tNOUN\n')]);
    expect(sentencesOf(corpus)).toEqual([['Word', 'counts', 'Word']]);
    expect(valuesOf(corpus, 'label')).toEqual(['NOUN', 'VERB', 'NOUN']);
  });

  test('number their sentences in a column of their own', async () => {
    const corpus = await readCorpus([folder.write('s.csv', 'Sentence #,Word,Tag\nSentence: 1,Hello,O\n,world,B-LOC\nSentence: 2,Bye,O\n')]);
    expect(sentencesOf(corpus)).toEqual([['Hello', 'world'], ['Bye']]);
    expect(corpus.sentences.map(({ id }) => id)).toEqual(['Sentence: 1', 'Sentence: 2']);
    expect(valuesOf(corpus, 'Tag')).toEqual([null, 'LOC', null]);
  });

  test('of whole texts give each word the value of its row', async () => {
    const corpus = await readCorpus([folder.write('sst.tsv', 'sentence\tlabel\nA fine film.\t1\nSo dull.\t0\n')]);
    expect(corpus.pretokenised).toBe(false);
    expect(sentencesOf(corpus)).toEqual([
      ['A', 'fine', 'film', '.'],
      ['So', 'dull', '.'],
    ]);
    expect(valuesOf(corpus, 'label')).toEqual(['1', '1', '1', '1', '0', '0', '0']);
    expect(placesOf(corpus)[1]).toBe('2:3');
  });

  test('without a single border are cut into sentences at end marks, and say so', async () => {
    const corpus = await readCorpus([
      folder.write('v.tsv', ['He\tX', 'said\tX', '"\tX', 'go\tX', '.\tX', '"\tX', 'Then\tX', '!\tX', '!\tX'].join('\n')),
    ]);
    expect(sentencesOf(corpus)).toEqual([
      ['He', 'said', '"', 'go', '.', '"'],
      ['Then', '!', '!'],
    ]);
    expect(corpus.notes.join()).toContain('No sentence borders');
  });

  test('of comma-separated cells hold any word that they are given', async () => {
    const word = fc
      .string({ unit: fc.constantFrom('a', 'B', ',', '"', ';', ' ', '\n', 'é', '😀', "'"), minLength: 1, maxLength: 8 })
      .filter((text) => text.trim() !== '');
    await fc.assert(
      fc.asyncProperty(fc.array(word, { minLength: 1, maxLength: 6 }), async (words) => {
        const quoted = words.map((text) => `"${text.replaceAll('"', '""')}",X\n`).join('');
        const corpus = await readCorpus([folder.write('q.csv', `word,label\n${quoted}`)]);
        expect(sentencesOf(corpus).flat()).toEqual(words.map((text) => text.trim()));
      }),
      { numRuns: 100 },
    );
  });

  test('of comma-separated cells say where a word stands', async () => {
    const file = folder.write('c.csv', 'tag,word\nbanana,a\nX, bc\n"Y","d"\n');
    expect(placesOf(await readCorpus([file]))).toEqual(['2:8', '3:4', '4:6']);
  });

  test('lose one line to a quotation mark that is never closed', async () => {
    const file = folder.write('open.csv', 'word,label\n"open,X\nplain,Y\n"quoted",Z\n');
    expect((await problemsOf([file])).map(placed)).toEqual(['CORPUS_QUOTE open.csv:2:1']);
    expect(sentencesOf(await readCorpus([file], { skipInvalid: true }))).toEqual([['plain', 'quoted']]);
  });
});

describe('BIO', () => {
  test('in the manner of CoNLL-2003 has its entities in the last column', async () => {
    const corpus = await readCorpus([
      folder.write('eng.txt', '-DOCSTART- -X- O O\n\nEU NNP B-NP B-ORG\nrejects VBZ B-VP O\nGerman JJ B-NP B-MISC\ncall NN I-NP O\n'),
    ]);
    expect(corpus.format).toBe('bio');
    expect(sentencesOf(corpus)).toEqual([['EU', 'rejects', 'German', 'call']]);
    expect(valuesOf(corpus, 'ner')).toEqual(['ORG', null, 'MISC', null]);
    expect(valuesOf(corpus, 'column3')).toEqual(['NP', 'VP', 'NP', 'NP']);
    expect(placesOf(corpus)).toEqual(['3:1', '4:1', '5:1', '6:1']);
  });

  test('of the first kind begins spans with I- and is not corrected', async () => {
    const corpus = await readCorpus([folder.write('iob1.bio', 'Anna\tI-PER\nmet\tO\nBob\tI-PER\nEve\tB-PER\n')]);
    expect(corpus.warnings).toEqual([]);
    expect(corpus.notes.join()).toContain('IOB1');
    expect(valuesOf(corpus, 'ner')).toEqual(['PER', null, 'PER', 'PER']);
  });

  test('of Universal NER has its tags in the third of five columns', async () => {
    const corpus = await readCorpus([folder.write('uner.iob2', '# sent_id = a\n1\tAnna\tB-PER\t-\tx\n2\tran\tO\t-\tx\n')]);
    expect(sentencesOf(corpus)).toEqual([['Anna', 'ran']]);
    expect(valuesOf(corpus, 'ner')).toEqual(['PER', null]);
  });
});

describe('.word and .label files', () => {
  test('find each other by name, one attribute a label file', async () => {
    const file = folder.write('x.word', 'Dogs bark .\nGo !');
    folder.write('x.upos.label', 'NOUN VERB PUNCT\nVERB PUNCT');
    folder.write('x.label', 'a b c\nO e\n');
    const corpus = await readCorpus([file]);
    expect([...corpus.attributes.keys()].sort()).toEqual(['label', 'upos']);
    expect(valuesOf(corpus, 'label')).toEqual(['a', 'b', 'c', null, 'e']);
    expect(corpus.notes.join()).toContain('found beside x.word');
    expect(placesOf(corpus)).toEqual(['1:1', '1:6', '1:11', '2:1', '2:4']);
  });

  test('exactly those lines are named whose counts differ', async () => {
    const line = fc.record({ words: fc.integer({ min: 1, max: 5 }), extra: fc.constantFrom(0, 0, 0, 1, 2) });
    await fc.assert(
      fc.asyncProperty(fc.array(line, { minLength: 2, maxLength: 30 }), async (lines) => {
        fc.pre(lines.some(({ words }) => words > 1));
        const word = folder.write('p.in', lines.map(({ words }) => 'w '.repeat(words)).join('\n'));
        const label = folder.write('q.label', lines.map(({ words, extra }) => 'L\t'.repeat(words + extra)).join('\n'));
        const wrong = lines.flatMap(({ extra }, k) => (extra > 0 ? [`LABEL_COUNT q.label:${k + 1}`] : []));
        expect((await problemsOf([word], { labels: [label] })).map(placed)).toEqual(wrong);
      }),
      { numRuns: 60 },
    );
  });

  test('with one word a line are cut at their blank lines', async () => {
    const file = folder.write('y.word', 'Dogs\nbark\n\nGo\n');
    folder.write('y.label', 'N\nV\n\nV\n');
    const corpus = await readCorpus([file]);
    expect(sentencesOf(corpus)).toEqual([['Dogs', 'bark'], ['Go']]);
    expect(valuesOf(corpus, 'label')).toEqual(['N', 'V', 'V']);
    expect(placesOf(corpus)).toEqual(['1:1', '2:1', '4:1']);
  });

  test('two label files of one attribute are refused', async () => {
    const file = folder.write('z.word', 'a b\n');
    const labels = [folder.write('one.upos.label', 'X Y\n'), folder.write('two.upos.label', 'X Y\n')];
    expect((await problemsOf([file], { labels })).map(({ code }) => code)).toEqual(['USAGE']);
  });
});

describe('a corpus', () => {
  test('of several files is one, and of several formats is refused', async () => {
    const one = folder.write('one.tsv', 'Dogs\tN\n\n');
    const two = folder.write('two.tsv', 'Cats\tM\n');
    expect(sentencesOf(await readCorpus([one, two]))).toEqual([['Dogs'], ['Cats']]);
    const other = folder.write('other.jsonl', '{"text": "Cats."}\n');
    expect((await problemsOf([one, other])).map(placed)).toEqual(['CORPUS_FORMAT other.jsonl']);
  });

  test('is the same whichever format brings its words', async () => {
    const formats = [
      folder.write('same.tsv', 'Dogs\tN\nbark\tV\n\nGo\tV\n'),
      folder.write('same.word', 'Dogs bark\nGo\n'),
      folder.write('same.conllu', '1\tDogs\t_\tN\t_\t_\t_\t_\t_\t_\n2\tbark\t_\tV\t_\t_\t_\t_\t_\t_\n\n1\tGo\t_\tV\t_\t_\t_\t_\t_\t_\n\n'),
      folder.write('same.jsonl', '{"tokens": ["Dogs", "bark"]}\n{"text": "Go", "tokens": ["Go"]}\n'),
    ];
    const hashes = await Promise.all(formats.map(async (file) => (await readCorpus([file])).hash));
    expect(new Set(hashes).size).toBe(1);
  });

  test('is another when a border, a blank or a word differs', async () => {
    const variants = [
      '{"tokens": ["ab", "c"]}',
      '{"tokens": ["a", "bc"]}',
      '{"tokens": ["ab"]}\n{"tokens": ["c"]}',
      '{"text": "abc", "tokens": ["ab", "c"]}',
      '{"tokens": ["ab c"]}',
    ];
    const hashes = await Promise.all(variants.map(async (text, k) => (await readCorpus([folder.write(`v${k}.jsonl`, text)])).hash));
    expect(new Set(hashes).size).toBe(variants.length);
  });

  test('of plain text highlights every word where it stands in the file', async () => {
    const lines = ['He said: “Don’t go.” She left.', '', '  \tIndented 😀 text, naïve café.'];
    const { words, sentences } = await readCorpus([folder.write('plain.txt', lines.join('\n'))]);
    for (let w = 0; w < words.count; w++) {
      const form = sentences[words.sentence[w] ?? 0]?.text.slice(words.start[w], words.end[w]) ?? '';
      const column = (words.column[w] ?? 0) - 1;
      expect(lines[(words.line[w] ?? 0) - 1]?.slice(column, column + form.length)).toBe(form);
    }
  });
});
