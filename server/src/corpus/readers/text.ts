/** Plain text: every line is a paragraph, split into sentences and words by the tagger's tokenizer. */
import { segment } from '../taggers/segment';
import { counted } from '../../protocol/counted';
import { limits } from './limits';
import type { LineReader, Reading } from './reading';
import { asItIs, wordPlace } from './sourceMap';
import type { SourceMap } from './sourceMap';

/** Where a text stands in its file: the line on which it begins, and the places of its characters where it is written there. */
export interface TextPlace {
  readonly line: number;
  readonly map: SourceMap | undefined;
  readonly id?: string | undefined;
}

/** Words that a text became: from the first to one past the last. */
export interface WordRange {
  readonly from: number;
  readonly to: number;
  /** Span of each word in the whole text, UTF-16 units. */
  readonly spans: readonly (readonly [start: number, end: number])[];
}

export function textReader(reading: Reading): LineReader {
  let blank = 0;
  return {
    line({ number, text, bad }) {
      if (text.trim() !== '') addText(reading, text, { line: number, map: asItIs(number, 1) });
      else if (!bad) blank += 1;
    },
    end() {
      if (blank > 0) reading.findings.note(`${counted(blank, 'blank line')} passed over.`);
    },
  };
}

/** Splits a text and adds its sentences. A text over the limits, or with half a surrogate pair, is put among the errors. */
export function addText(reading: Reading, text: string, place: TextPlace): WordRange | undefined {
  if (!isReadable(reading, text, place)) return undefined;
  const { into } = reading;
  const from = into.wordCount;
  const spans: (readonly [number, number])[] = [];
  for (const sentence of segment(text).sentences) {
    if (sentence.words.length === 0) continue;
    const words = sentence.words.map(({ start, end }) => {
      spans.push([start, end]);
      return { start: start - sentence.start, end: end - sentence.start, ...wordPlace(place.map, start, end, place.line) };
    });
    into.addSentence(text.slice(sentence.start, sentence.end), words, { line: place.line, id: place.id, plain: true });
  }
  return { from, to: into.wordCount, spans };
}

/** Whether a text may be run at all; if not, the reason is among the errors. */
export function isReadable({ file, findings }: Reading, text: string, { line, map }: TextPlace): boolean {
  const at = (index: number) => ({ file, ...(map ? map(index) : { line }) });
  const half = /\p{Surrogate}/u.exec(text);
  if (half) {
    findings.error('TEXT_SURROGATE', at(half.index), {
      found: `half a surrogate pair (U+${half[0].charCodeAt(0).toString(16).toUpperCase()})`,
      expected: 'whole characters',
      remedy: 'Remove it or restore its other half.',
    });
    return false;
  }
  if (text.length > limits.wordLength) {
    let words = 0;
    let long: RegExpExecArray | undefined;
    for (const match of text.matchAll(/\S+/gu)) {
      words += 1;
      if (match[0].length > limits.wordLength) long ??= match;
    }
    if (long || words > limits.lineWords) {
      findings.error('LINE_TOO_LONG', at(long?.index ?? 0), {
        found: long ? `a word of ${counted(long[0].length, 'character')}` : counted(words, 'word'),
        expected: long ? `at most ${counted(limits.wordLength, 'character')}` : `at most ${counted(limits.lineWords, 'word')}`,
        remedy: 'Break it up, or leave it out with --skip-invalid.',
      });
      return false;
    }
  }
  return true;
}
