/**
 * `.word` and `.label` files (NeuroX, ConceptX): a sentence a line, words between blanks, and in each label file as many
 * labels on the same line. Also the form with one word a line.
 */
import { basename } from 'node:path';
import { InputError, shown } from '../../protocol/errors';
import { isNone } from './bioTags';
import type { CorpusBuilder } from './build';
import { countText, counted } from '../../protocol/counted';
import type { Findings } from './findings';
import { attributeOf } from './labelFiles';
import { limits } from './limits';
import { lineBlocks } from './lines';
import type { Line } from './lines';
import { sentenceEndRule, sentenceEnds } from './sentenceEnds';
import { openText } from './sniff';

interface Piece {
  readonly text: string;
  readonly line: number;
  readonly column: number;
}

/** One word's line in every file: its words, and the labels of each label file, as many. */
interface Sentence {
  readonly words: readonly Piece[];
  readonly labels: readonly (readonly string[])[];
}

interface LabelFile {
  readonly file: string;
  readonly name: string;
  readonly lines: readonly Line[];
}

/**
 * Reads a word file with its label files.
 * @throws InputError for a file that cannot be read at all; lines that do not fit are put among the errors.
 */
export async function readWordLabel(file: string, labelFiles: readonly string[], into: CorpusBuilder, findings: Findings): Promise<void> {
  const words = await allLines(file, findings);
  const labels: LabelFile[] = [];
  for (const one of labelFiles) {
    const name = attributeOf(one, file);
    const same = labels.find((earlier) => earlier.name === name);
    if (same) throw sameAttribute(one, same);
    labels.push({ file: one, name, lines: await allLines(one, findings) });
  }

  let sentences = pairs(file, words, labels, findings);
  const isVertical = words.length > 1 && sentences.every((sentence) => sentence === 'border' || sentence.words.length === 1);
  if (isVertical) sentences = joinVertical(sentences, findings);
  for (const sentence of sentences) if (sentence !== 'border') add(sentence, labels, into);
}

function sameAttribute(file: string, earlier: LabelFile): InputError {
  return new InputError(
    'USAGE',
    { file, flag: '--labels' },
    {
      found: `two label files for the attribute ${shown(earlier.name, 80)} (the other is ${basename(earlier.file)})`,
      expected: 'one file for each attribute',
      remedy: 'Name one of them, or rename the other.',
    },
  );
}

async function allLines(file: string, findings: Findings): Promise<Line[]> {
  const lines: Line[] = [];
  for await (const block of lineBlocks(await openText(file), findings)) for (const line of block) lines.push(line);
  return lines;
}

/** Each line's words with their labels; a blank line in all files is a border; lines that do not fit are left out. */
function pairs(file: string, words: readonly Line[], labels: readonly LabelFile[], findings: Findings): (Sentence | 'border')[] {
  const found: (Sentence | 'border')[] = [];
  const partners = labels.map((one) => partnerCount(file, words, one, findings));
  const count = Math.min(words.length, ...partners);
  for (let k = 0; k < count; k++) {
    const line = words[k];
    if (!line || line.bad || labels.some(({ lines }) => lines[k]?.bad)) continue;
    const own = pieces(line);
    const theirs = labels.map(({ lines }) => pieces(lines[k] ?? line).map(({ text }) => text));
    const unequal = labels.filter((_, l) => theirs[l]?.length !== own.length);
    for (const one of unequal) refuseCount(file, line, one, one.lines[k]?.text ?? '', findings);
    if (unequal.length > 0 || !fits(file, own, line, findings)) continue;
    found.push(own.length === 0 ? 'border' : { words: own, labels: theirs });
  }
  return found;
}

/** Lines of the word file that have a partner; says so when one file has more that is not blank. */
function partnerCount(file: string, words: readonly Line[], { file: labelFile, lines }: LabelFile, findings: Findings): number {
  const shorter = Math.min(words.length, lines.length);
  const rest = [...words.slice(shorter), ...lines.slice(shorter)];
  const lone = rest.find((line) => line.bad || line.text.trim() !== '');
  if (lone) {
    const longer = words.length > lines.length ? file : labelFile;
    findings.error(
      'LABEL_LINES',
      { file: longer, line: lone.number },
      {
        found: `${counted(words.length, 'line')} in ${basename(file)}, ${countText(lines.length)} in ${basename(labelFile)}`,
        expected: 'as many lines of labels as of words',
        remedy: `Line ${lone.number} is the first without a partner: add it or remove it.`,
      },
    );
  }
  return shorter;
}

function refuseCount(file: string, line: Line, label: LabelFile, text: string, findings: Findings): void {
  const have = pieces({ ...line, text }).length;
  const want = pieces(line).length;
  const invisible = [...new Set(`${line.text}${text}`.match(invisibleSeparator) ?? [])].map(codePoint);
  findings.error(
    'LABEL_COUNT',
    { file: label.file, line: line.number },
    {
      found: `${counted(have, 'label')} '${shown(text, 120)}'`,
      expected: `${counted(want, 'word')} at ${basename(file)}:${line.number} '${shown(line.text, 120)}'`,
      remedy:
        invisible.length > 0
          ? `Replace ${invisible.join(', ')}, which separates nothing here: only blanks and tabs do.`
          : 'Make both lines the same length, or leave them out with --skip-invalid.',
    },
  );
}

/** White space and joiners that look like blanks, or like nothing, and are part of a word here. */
const invisibleSeparator = /[\u00a0\u00ad\u1680\u2000-\u200d\u202f\u205f\u2060\u3000\ufeff]/gu;

function codePoint(character: string): string {
  return `U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`;
}

function fits(file: string, words: readonly Piece[], line: Line, findings: Findings): boolean {
  const long = words.find(({ text }) => text.length > limits.wordLength);
  if (!long && words.length <= limits.lineWords) return true;
  findings.error(
    'LINE_TOO_LONG',
    { file, line: line.number, ...(long && { column: long.column }) },
    {
      found: long ? `a word of ${counted(long.text.length, 'character')}` : counted(words.length, 'word'),
      expected: long ? `at most ${counted(limits.wordLength, 'character')}` : `at most ${counted(limits.lineWords, 'word')}`,
      remedy: 'Break it up, or leave it out with --skip-invalid.',
    },
  );
  return false;
}

/** Words of a line: runs without blank or tab. Other white space is part of a word, as in the tools that write these files. */
function pieces({ text, number }: Line): Piece[] {
  return [...text.matchAll(/[^ \t]+/g)].map((match) => ({ text: match[0], line: number, column: match.index + 1 }));
}

/** One word a line: blank lines are the sentence borders, or end marks where there are none. */
function joinVertical(lines: readonly (Sentence | 'border')[], findings: Findings): Sentence[] {
  const hasBorders = lines.includes('border');
  findings.note(`One word a line. ${hasBorders ? 'Blank lines are sentence borders.' : sentenceEndRule}`);
  const words = lines.filter((line) => line !== 'border');
  const ends = hasBorders ? borderEnds(lines) : sentenceEnds(words.map((one) => one.words[0]?.text ?? ''));
  return ends.flatMap((end, k) => {
    const part = words.slice(ends[k - 1] ?? 0, end);
    const labels = (part[0]?.labels ?? []).map((_, l) => part.flatMap((one) => one.labels[l] ?? []));
    return part.length > 0 ? [{ words: part.flatMap((one) => one.words), labels }] : [];
  });
}

function borderEnds(lines: readonly (Sentence | 'border')[]): number[] {
  const ends: number[] = [];
  let words = 0;
  for (const line of lines) {
    if (line === 'border') ends.push(words);
    else words += 1;
  }
  return [...ends, words];
}

function add({ words, labels }: Sentence, files: readonly LabelFile[], into: CorpusBuilder): void {
  let at = 0;
  const spans = words.map(({ text, line, column }) => {
    const start = at;
    at += text.length + 1;
    return { start, end: start + text.length, line, column, columnEnd: column + text.length };
  });
  const text = words.map((word) => word.text).join(' ');
  const from = into.addSentence(text, spans, { line: words[0]?.line ?? 0 });
  words.forEach((_, w) => {
    files.forEach(({ name }, l) => {
      const value = labels[l]?.[w] ?? '';
      if (!isNone(value)) into.set(name, from + w, value);
    });
  });
}
