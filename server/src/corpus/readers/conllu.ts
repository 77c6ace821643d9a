/**
 * CoNLL-U and CoNLL-U Plus (universaldependencies.org/format.html, /ext-format.html): one word a line, ten or more
 * columns between tabs, sentences between blank lines. Multiword ranges give the surface text and no word of their own;
 * empty nodes (5.1) are no words.
 */
import { shown } from '../../protocol/errors';
import type { ErrorCode } from '../../protocol/errors';
import { counted } from '../../protocol/counted';
import { addSentence, ConlluColumns } from './conlluSentence';
import type { Range, SurfaceComment, WordRow } from './conlluSentence';
import { limits } from './limits';
import type { Line } from './lines';
import type { LineReader, Reading } from './reading';

/** The sentence between two blank lines, as far as it has been read. */
interface OpenSentence {
  readonly line: number;
  id: string | undefined;
  text: SurfaceComment | undefined;
  readonly words: WordRow[];
  readonly ranges: Range[];
  /** A word line or id was refused, so that ids and ranges after it are wrong for the same reason and not told. */
  countIsLost: boolean;
  /** Something in it was refused: it is left out whole, since a sentence with a hole is not the author's. */
  refused: boolean;
}

/** Attributes: `upos`, `xpos`, `lemma`, `deprel`, one `feats.X` a feature, declared columns beyond the ten under their own name. */
export function conlluReader(reading: Reading): LineReader {
  const { file, findings } = reading;
  const columns = new ConlluColumns();
  let sentence: OpenSentence | undefined;

  function refuse(code: ErrorCode, line: number, [found, expected, remedy]: readonly [string, string, string]): void {
    const name = sentence?.id === undefined ? '' : ` in sentence ${shown(sentence.id, 80)}`;
    findings.error(code, { file, line }, { found: `${found}${name}`, expected, remedy });
    if (sentence) sentence.refused = true;
  }

  function comment(text: string, line: number, open: OpenSentence): void {
    const equals = text.indexOf('=');
    const key = text.slice(1, Math.max(equals, 1)).trim();
    const value = text.slice(equals + 1).trim();
    if (key === 'sent_id') open.id = value;
    else if (key === 'text') open.text = { text: value, line, column: text.length - text.slice(equals + 1).trimStart().length + 1 };
    else if (key === 'global.columns') declare(value.split(/\s+/), line);
  }

  function declare(names: readonly string[], line: number): void {
    if (!names.includes('ID') || !names.includes('FORM')) {
      refuse('CORPUS_COLUMNS', line, [
        `columns ${shown(names.join(' '), 120)}`,
        'ID and FORM among them',
        'Correct the line global.columns.',
      ]);
      return;
    }
    columns.declare(names);
    const more = columns.extra;
    if (more.length > 0) findings.note(`Columns beyond CoNLL-U become attributes of their own: ${shown(more.join(', '), 120)}.`);
  }

  function row(line: Line, open: OpenSentence): void {
    const cells = line.text.split('\t');
    if (columns.settle(cells.length))
      findings.note(`Columns 11 to ${columns.width} have no names (no line global.columns) and are ignored.`);
    if (cells.length !== columns.width) {
      open.countIsLost = true;
      refuseWidth(line, cells.length);
      return;
    }
    const id = columns.cell(cells, 'ID');
    const range = /^(\d+)-(\d+)$/.exec(id);
    if (range) {
      const [first, last] = [Number(range[1]), Number(range[2])];
      addRange({ first, last, form: columns.cell(cells, 'FORM'), spaceAfter: columns.hasSpaceAfter(cells), line: line.number }, open);
    } else if (!/^\d+\.\d+$/.test(id)) {
      addWord(id, cells, line.number, open);
    }
  }

  function refuseWidth({ number, text, ended }: Line, width: number): void {
    const found = counted(width, 'column');
    if (!ended && width < columns.width) {
      const cut = `the file ends in the middle of a line (${found})`;
      refuse('CORPUS_CUT', number, [cut, `${columns.width} columns and a line end`, 'Fetch the whole file.']);
    } else if (width === 1 && text.split(/\s+/).length >= columns.width - 2) {
      refuse('CORPUS_COLUMNS', number, [
        `${found} (tabs seem to have been replaced by spaces)`,
        `${columns.width} columns between tabs`,
        'Restore the tabs.',
      ]);
    } else {
      refuse('CORPUS_COLUMNS', number, [
        found,
        `${columns.width} columns between tabs`,
        'Correct this line; an empty column is written "_".',
      ]);
    }
  }

  function addWord(id: string, cells: readonly string[], line: number, open: OpenSentence): void {
    const form = columns.cell(cells, 'FORM');
    const expected = open.words.length + 1;
    if (id !== String(expected) && !open.countIsLost) {
      open.countIsLost = true;
      refuse('CORPUS_IDS', line, [`id ${shown(id, 40)}`, `id ${expected}`, 'Number the words of a sentence 1, 2, 3 …']);
    }
    if (form === '') refuse('CORPUS_COLUMNS', line, ['an empty form', 'a word', 'Correct this line.']);
    if (form.length > limits.wordLength) {
      const most = `at most ${counted(limits.wordLength, 'character')}`;
      refuse('LINE_TOO_LONG', line, [`a word of ${counted(form.length, 'character')}`, most, 'Break it up.']);
    }
    open.words.push({ cells, line });
  }

  function addRange(range: Range, open: OpenSentence): void {
    const { first, last, line } = range;
    const previous = open.ranges.at(-1);
    const next = open.words.length + 1;
    if (previous && first <= previous.last) {
      const found = `range ${first}-${last} overlaps ${previous.first}-${previous.last}`;
      refuse('CORPUS_RANGE', line, [found, 'ranges apart from each other', 'Correct one of them.']);
      return;
    }
    if (!open.countIsLost && (first !== next || last <= first)) {
      refuse('CORPUS_RANGE', line, [
        `range ${first}-${last} before word ${next}`,
        'a range right before its first word',
        'Correct the range.',
      ]);
    }
    open.ranges.push(range);
  }

  function close(): void {
    const last = sentence?.ranges.at(-1);
    if (sentence && !sentence.refused && last && last.last > sentence.words.length) {
      const found = `range ${last.first}-${last.last} in a sentence of ${counted(sentence.words.length, 'word')}`;
      refuse('CORPUS_RANGE', last.line, [found, 'a range within the sentence', 'Correct the range.']);
    }
    if (sentence && !sentence.refused && sentence.words.length > 0) addSentence(reading, columns, sentence);
    sentence = undefined;
  }

  return {
    line(line) {
      if (!line.bad && line.text.trim() === '') {
        close();
        return;
      }
      sentence ??= { line: line.number, id: undefined, text: undefined, words: [], ranges: [], countIsLost: false, refused: false };
      if (line.bad) {
        sentence.refused = true;
        sentence.countIsLost = true;
      } else if (line.text.startsWith('#') && (sentence.words.length === 0 || !line.text.includes('\t'))) {
        comment(line.text, line.number, sentence);
      } else {
        row(line, sentence);
      }
    },
    end: close,
  };
}
