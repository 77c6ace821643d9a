import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { parseConcept } from '../../../server/src/corpus/concepts/concept';
import { labelsOf } from '../../../server/src/corpus/concepts/labels';
import type { Corpus } from '../../../server/src/corpus/corpus';
import { wordText } from '../../../server/src/corpus/corpus';
import { readCorpus } from '../../../server/src/corpus/readers/read';
import { valuesOf } from '../../helpers/readCorpora';
import { hasShared, shared } from '../../helpers/shared';

const ewt = (name: string) => shared(`data/ewt/${name}`);
const size = ({ sentences, words }: Corpus) => [sentences.length, words.count];

describe.skipIf(!hasShared)('real corpora', () => {
  test('UD English EWT is read whole, every word at its place in its line', async () => {
    for (const [name, expected] of [
      ['dev', [2001, 25_147]],
      ['test', [2077, 25_094]],
    ] as const) {
      const file = ewt(`en_ewt-ud-${name}.conllu`);
      const corpus = await readCorpus([file]);
      expect(size(corpus)).toEqual(expected);
      expect(corpus.warnings).toEqual([]);
      const lines = readFileSync(file, 'utf8').split('\n');
      let missed = 0;
      for (let w = 0; w < corpus.words.count; w++) {
        const line = lines[(corpus.words.line[w] ?? 0) - 1] ?? '';
        if (!line.startsWith(`${wordText(corpus, w)}\t`, (corpus.words.column[w] ?? 0) - 1)) missed += 1;
      }
      expect(missed).toBe(0);
    }
  });

  test('the same text in other formats has the same words and tags', async () => {
    const conllu = await readCorpus([ewt('en_ewt-ud-dev.conllu')]);
    const jsonl = await readCorpus([ewt('dev.jsonl')]);
    expect(jsonl.hash).toBe(conllu.hash);
    const tsv = await readCorpus([ewt('dev.tsv')]);
    const neurox = await readCorpus([ewt('neurox/dev.word')]);
    expect(neurox.hash).toBe(tsv.hash);
    for (const corpus of [jsonl, neurox]) expect(valuesOf(corpus, 'upos')).toEqual(valuesOf(conllu, 'upos'));
    expect(valuesOf(neurox, 'tense')).toEqual(valuesOf(conllu, 'feats.Tense'));
    expect(valuesOf(tsv, 'label')).toEqual(valuesOf(conllu, 'upos'));
    const vertical = await readCorpus([ewt('vertical/dev.word')]);
    expect(vertical.words.count).toBe(25_147);
    expect(valuesOf(vertical, 'label')).toEqual(valuesOf(conllu, 'upos'));
  });

  test('WNUT 2017 has as many entity words as its files', async () => {
    for (const [name, sentences] of [
      ['dev', 1009],
      ['test', 1287],
    ] as const) {
      const file = shared(`data/ner/wnut17.${name}.conll`);
      const corpus = await readCorpus([file]);
      expect(corpus.sentences.length).toBe(sentences);
      const tagged = readFileSync(file, 'utf8')
        .split('\n')
        .filter((line) => /\t[BI]-/.test(line)).length;
      expect(valuesOf(corpus, 'ner').filter((value) => value !== null).length).toBe(tagged);
    }
  });

  test('spans over a text and labels of its tokens say the same', async () => {
    const corpus = await readCorpus([shared('data/demo.jsonl')]);
    expect(corpus.sentences.length).toBe(300);
    expect(valuesOf(corpus, 'span')).toEqual(valuesOf(corpus, 'label'));
  });

  test('negation by rule agrees with the gold polarity of a treebank as well as was measured', async () => {
    const corpus = await readCorpus([ewt('en_ewt-ud-test.conllu')]);
    const labels = (name: string) => labelsOf(parseConcept(name), corpus).labels;
    const [polarity, pronouns, rule] = [labels('feats.Polarity=Neg'), labels('feats.PronType=Neg'), labels('rule:negation')];
    const gold = polarity.map((label, w) => label | (pronouns[w] ?? 0));
    const both = rule.filter((label, w) => label === 1 && gold[w] === 1).length;
    const sum = (list: Int32Array) => list.reduce((total, label) => total + label, 0);
    expect((2 * both) / (sum(rule) + sum(gold))).toBeGreaterThan(0.965);
  });
});
