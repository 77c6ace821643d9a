/**
 * JSON Lines: an object a line with `text`, or `tokens` (strings, or objects whose other keys are their annotation), or
 * both; `labels` beside the tokens; `spans` over the text. A JSON array of such objects is read the same way.
 */
import { InputError, shown } from '../../protocol/errors';
import { splitArray } from './jsonArray';
import type { ArrayElement } from './jsonArray';
import { parseRecord } from './jsonRecord';
import type { TextRecord } from './jsonRecord';
import { hasAstral } from './offsetUnit';
import type { LineReader, Reading } from './reading';
import { recordPlaces } from './recordPlaces';
import type { RecordPlaces } from './recordPlaces';
import type { Token } from './recordTokens';
import { spotsIn, wordPlace } from './sourceMap';
import { placeWords } from './surface';
import { addText, isReadable } from './text';
import type { TextPlace, WordRange } from './text';

export function jsonlReader(reading: Reading): LineReader {
  return {
    line({ number, text, bad }) {
      if (bad) return;
      if (text.trim() !== '') {
        addRecord(reading, { text, line: number, column: 1 });
        return;
      }
      reading.findings.warn(
        'CORPUS_JSON',
        { file: reading.file, line: number },
        { found: 'a blank line', expected: 'an object a line', remedy: 'Passed over.' },
      );
    },
    end: () => undefined,
  };
}

/** For a file that is one JSON array: its elements are found first, so that each has its line. */
export function jsonArrayReader(reading: Reading): LineReader {
  const lines: string[] = [];
  return {
    line: ({ text }) => void lines.push(text),
    end() {
      reading.findings.note('One JSON array: each element is read as a line of JSONL.');
      for (const element of splitArray(lines.join('\n'))) addRecord(reading, element);
    },
  };
}

function addRecord(reading: Reading, { text: json, line, column }: ArrayElement): void {
  try {
    const record = parseRecord(json, { file: reading.file, line });
    const places = recordPlaces(json, spotsIn(json, line, column));
    const place = { line, map: places.text, id: record.id };
    const words = record.tokens
      ? addTokens(reading, record, record.tokens, { ...place, tokens: places.tokens })
      : addText(reading, record.text ?? '', place);
    if (words) coverWithSpans(reading, record, words, line);
  } catch (cause) {
    if (!(cause instanceof InputError)) throw cause;
    reading.findings.errorsOf(cause);
  }
}

/** A record's place, with the places of its tokens. */
type TokensPlace = TextPlace & Pick<RecordPlaces, 'tokens'>;

function addTokens(reading: Reading, record: TextRecord, tokens: readonly Token[], place: TokensPlace): WordRange | undefined {
  if (tokens.length === 0) return undefined;
  const { text, spans, anew } = placeTokens(record.text, tokens);
  if (!isReadable(reading, text, place)) return undefined;
  if (anew !== undefined) {
    reading.findings.warn(
      'CORPUS_SURFACE',
      { file: reading.file, line: place.line },
      {
        found: `'${shown(anew, 80)}' is not where it should be in the text`,
        expected: 'the tokens in their order, with only white space between them',
        remedy: 'Used with a text made of the tokens.',
      },
    );
  }
  // A text made anew is written nowhere.
  const inText = record.text !== undefined && anew === undefined ? place.map : undefined;
  const words = spans.map(([start, end], k) => {
    const token = wordPlace(place.tokens[k], 0, end - start, place.line);
    return inText ? { start, end, ...wordPlace(inText, start, end, place.line), also: token } : { start, end, ...token };
  });
  const from = reading.into.addSentence(text, words, place);
  tokens.forEach(({ values }, k) => {
    for (const [attribute, value] of values) reading.into.set(attribute, from + k, value);
  });
  return { from, to: from + tokens.length, spans };
}

/** Tokens by their own offsets, or found in the text one after the other; `anew`: the token at which that failed. */
function placeTokens(
  text: string | undefined,
  tokens: readonly Token[],
): { text: string; spans: WordRange['spans']; anew: string | undefined } {
  const given = tokens.flatMap(({ span }) => (span ? [span] : []));
  if (text !== undefined && given.length === tokens.length) return { text, spans: given, anew: undefined };
  const units = tokens.map(({ form }) => ({ form, words: [form], spaceAfter: true }));
  const placed = placeWords(text, units);
  return { text: placed.text, spans: placed.spans, anew: placed.missing === undefined ? undefined : units[placed.missing]?.form };
}

/** A word carries the label of the span that touches it; of several, the shortest (the innermost). */
function coverWithSpans(reading: Reading, { text = '', spans, unitIsDeclared }: TextRecord, words: WordRange, line: number): void {
  const { file, findings, into } = reading;
  const starts = new Set(words.spans.map(([start]) => start));
  const ends = new Set(words.spans.map(([, end]) => end));
  for (const { start, end } of unitIsDeclared || !hasAstral(text) ? [] : spans) {
    if (starts.has(start) && ends.has(end)) continue;
    const covered = text.slice(start, end);
    findings.warn(
      'CORPUS_SPAN',
      { file, line },
      {
        found: `span ${start} to ${end} is '${shown(covered, 60)}', which cuts words, in a text with characters outside the basic plane`,
        expected: 'offsets in UTF-16 units, unless "unit" says otherwise',
        remedy: 'Add "unit": "codepoint" to the line if its offsets count code points.',
      },
    );
  }
  // The longest first, so that the innermost is written last.
  const labels = new Map<number, string>();
  for (const { start, end, label } of [...spans].sort((a, b) => b.end - b.start - (a.end - a.start))) {
    for (let k = firstEndingAfter(start, words.spans); (words.spans[k]?.[0] ?? end) < end; k++) labels.set(k, label);
  }
  for (const k of [...labels.keys()].sort((a, b) => a - b)) into.set('span', words.from + k, labels.get(k) ?? '');
}

/** Index of the first word that ends after `offset`: words are in order, so it is found by halving. */
function firstEndingAfter(offset: number, spans: WordRange['spans']): number {
  let [low, high] = [0, spans.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((spans[middle]?.[1] ?? 0) > offset) high = middle;
    else low = middle + 1;
  }
  return low;
}
