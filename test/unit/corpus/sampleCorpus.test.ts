import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { segment } from '../../../server/src/corpus/taggers/segment';
import { tagCorpus } from '../../../server/src/corpus/taggers/tag';
import { negationCues } from '../../../server/src/corpus/taggers/closedClasses';
import { media } from '../../helpers/media';
import { corpusOf } from '../../helpers/corpora';

interface Line {
  readonly id: string;
  readonly source: string;
  readonly licence: string;
  readonly text: string;
  readonly spans?: readonly { readonly start: number; readonly end: number; readonly label: string }[];
}

const content = readFileSync(media('corpus/golgi-sample.jsonl'), 'utf8');
const lines = content
  .trimEnd()
  .split('\n')
  .map((line) => JSON.parse(line) as Line);
const templates = lines.filter(({ source }) => source === 'template');
const at = (line: Line, label: string): string[] =>
  (line.spans ?? []).filter((span) => span.label === label).map((s) => line.text.slice(s.start, s.end));

describe('the bundled corpus', () => {
  test('has 2,800 sentences in the shares that its page states, in 200 to 400 kB', () => {
    const counts: Record<string, number> = {};
    for (const { source } of lines) counts[source] = (counts[source] ?? 0) + 1;
    expect(counts).toEqual({ wordnet: 1120, speech: 700, factbook: 420, mobydick: 280, template: 280 });
    expect(content.length).toBeGreaterThan(200_000);
    expect(content.length).toBeLessThan(400_000);
  });

  test('names the licence of every sentence', () => {
    const licences = { wordnet: 'WordNet', speech: 'CC0-1.0', factbook: 'public-domain', mobydick: 'CC0-1.0', template: 'CC0-1.0' };
    for (const { source, licence } of lines) expect(licence).toBe(licences[source as keyof typeof licences]);
  });

  test('repeats no sentence and no id', () => {
    expect(new Set(lines.map(({ id }) => id)).size).toBe(lines.length);
    expect(new Set(lines.map(({ text }) => text.toLowerCase())).size).toBe(lines.length);
  });

  test('is plain ASCII, one sentence of the segmenter a line', () => {
    for (const { text } of lines) {
      expect(text).toMatch(/^[\x21-\x7e][\x20-\x7e]*[\x21-\x7e]$/);
      expect(
        segment(text).sentences.map(({ start, end }) => [start, end]),
        text,
      ).toEqual([[0, text.length]]);
    }
  });

  test('carries gold on template sentences only, and there on every word', () => {
    for (const line of lines) expect(line.spans !== undefined, line.id).toBe(line.source === 'template');
    for (const { text, spans = [] } of templates) {
      const words = segment(text).sentences.flatMap((sentence) => sentence.words);
      const starts = new Set(words.map(({ start }) => start));
      const ends = new Set(words.map(({ end }) => end));
      for (const span of spans) expect(starts.has(span.start) && ends.has(span.end), `${text} ${span.label}`).toBe(true);
      for (const word of words) expect(spans.filter(({ start, end }) => start <= word.start && word.end <= end)).toHaveLength(1);
    }
  });

  test('lets every labelled verb agree with a labelled subject of its number', () => {
    for (const line of templates) {
      for (const number of ['singular', 'plural']) {
        expect(at(line, `verb.${number}`).length, line.text).toBe(at(line, `subject.${number}`).length);
        for (const noun of [...at(line, `subject.${number}`), ...at(line, `attractor.${number}`)])
          expect(noun.endsWith('s')).toBe(number === 'plural');
        if (number === 'singular') for (const verb of at(line, 'verb.singular')) expect(verb).toMatch(/s$/);
        else for (const verb of at(line, 'verb.plural')) expect(verb).toMatch(/[^s]$/);
      }
    }
  });

  test('labels negation exactly where a template negates', () => {
    for (const line of templates) {
      const forms = segment(line.text).sentences.flatMap(({ words }) => words.map(({ start, end }) => line.text.slice(start, end)));
      expect(forms.filter((form) => negationCues.has(form.toLowerCase()))).toEqual(at(line, 'negation'));
    }
  });

  test('has at least a hundred words of each concept of the demonstration', () => {
    const corpus = corpusOf(lines.map(({ text }) => text));
    const tags = tagCorpus(corpus);
    const support = (name: 'wink.xpos' | 'wink.upos', value: string): number => {
      const attribute = tags.get(name);
      const id = attribute?.values.indexOf(value);
      return attribute?.ids.filter((one) => one === id).length ?? 0;
    };
    const forms = lines.flatMap(({ text }) =>
      segment(text).sentences.flatMap(({ words }) =>
        words.map(({ start, end }) => ({
          form: text.slice(start, end),
          first: start === 0,
          quoted: (text.slice(0, start).split('"').length - 1) % 2 === 1,
          bracketed: text.slice(0, start).split('(').length > text.slice(0, start).split(')').length,
        })),
      ),
    );
    const having = (test: (word: (typeof forms)[number]) => boolean): number => forms.filter(test).length;
    const countries =
      /^(France|Germany|Italy|Spain|Russia|China|India|Japan|Iran|Canada|Mexico|Cuba|Brazil|Australia|Turkey|Greece|Poland|Vietnam|Britain|America|Egypt|Sudan|Kenya|Nigeria|Ukraine|Serbia|Croatia|Portugal|Austria|Indonesia|Malaysia|Thailand|Argentina|Chile|Peru|Colombia|Panama|Ecuador|Bolivia|Venezuela)$/;
    expect({
      plural: support('wink.xpos', 'NNS'),
      past: support('wink.xpos', 'VBD'),
      modal: support('wink.xpos', 'MD'),
      noun: support('wink.upos', 'NOUN'),
      number: support('wink.upos', 'NUM'),
      comma: having(({ form }) => form === ','),
      the: having(({ form }) => form.toLowerCase() === 'the'),
      negation: having(({ form }) => negationCues.has(form.toLowerCase())),
      digit: having(({ form }) => /\d/.test(form)),
      capital: having(({ form, first }) => !first && /^[A-Z]/.test(form)),
      quoted: having(({ form, quoted }) => quoted && form !== '"'),
      bracketed: having(({ form, bracketed }) => bracketed && form !== ')'),
      country: having(({ form }) => countries.test(form)),
    }).toSatisfy((counts: Record<string, number>) => Object.values(counts).every((count) => count >= 100));
  });
});
