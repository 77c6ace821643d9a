/**
 * CoNLL-U and CoNLL-U Plus (universaldependencies.org/format.html, /ext-format.html): one word a line, ten or more
 * columns between tabs, sentences between blank lines. Multiword ranges give the surface text and no word of their own;
 * empty nodes (5.1) are no words.
 */
import { shown } from '../../protocol/errors';
import type { ErrorCode } from '../../protocol/errors';
import type { WordIn } from './build';
import { counted } from '../counted';
import { limits } from './limits';
import type { Line } from './lines';
import type { LineReader, Reading } from './reading';
import { placeWords } from './surface';
import type { Unit } from './surface';

const standardColumns = ['ID', 'FORM', 'LEMMA', 'UPOS', 'XPOS', 'FEATS', 'HEAD', 'DEPREL', 'DEPS', 'MISC'];
/** Columns that become an attribute as they are, under their name in lower case. */
const plainAttributes = ['LEMMA', 'UPOS', 'XPOS', 'DEPREL'];

interface WordRow {
  readonly cells: readonly string[];
  readonly line: number;
  readonly column: number;
}

interface Range {
  readonly first: number;
  readonly last: number;
  readonly form: string;
  readonly spaceAfter: boolean;
  readonly line: number;
}

interface OpenSentence {
  readonly line: number;
  id: string | undefined;
  text: string | undefined;
  readonly words: WordRow[];
  readonly ranges: Range[];
  /** A word line or id was refused, so that ids and ranges after it are wrong for the same reason and not told. */
  countIsLost: boolean;
  /** Something in it was refused: it is left out whole, since a sentence with a hole is not the author's. */
  refused: boolean;
}

/** Attributes: `upos`, `xpos`, `lemma`, `deprel`, one `feats.X` a feature, declared columns beyond the ten under their own name. */
export function conlluReader({ file, into, findings }: Reading): LineReader {
  let columns = standardColumns;
  let width = 0;
  let sentence: OpenSentence | undefined;

  const index = (name: string) => columns.indexOf(name);
  const cell = (cells: readonly string[], name: string) => cells[index(name)] ?? '_';

  function refuse(code: ErrorCode, line: number, found: string, expected: string, remedy: string): void {
    const name = sentence?.id === undefined ? '' : ` in sentence ${shown(sentence.id, 80)}`;
    findings.error(code, { file, line }, { found: `${found}${name}`, expected, remedy });
    if (sentence) sentence.refused = true;
  }

  function comment(text: string, line: number, open: OpenSentence): void {
    const pair = /^#\s*([^=]+?)\s*=\s*(.*?)\s*$/u.exec(text);
    if (pair?.[1] === 'sent_id') open.id = pair[2];
    else if (pair?.[1] === 'text') open.text = pair[2];
    else if (pair?.[1] === 'global.columns') declareColumns((pair[2] ?? '').split(/\s+/), line);
  }

  function declareColumns(names: readonly string[], line: number): void {
    if (!names.includes('ID') || !names.includes('FORM')) {
      refuse(
        'CORPUS_COLUMNS',
        line,
        `columns ${shown(names.join(' '), 120)}`,
        'ID and FORM among them',
        'Correct the line global.columns.',
      );
      return;
    }
    columns = [...names];
    width = names.length;
    const more = names.filter((name) => !standardColumns.includes(name));
    if (more.length > 0) findings.note(`Columns beyond CoNLL-U become attributes of their own: ${shown(more.join(', '), 120)}.`);
  }

  /** Undeclared columns after the tenth are common in the wild (STREUSLE has 19): as many as the first word has. */
  function settleWidth(found: number): void {
    width = Math.max(found, standardColumns.length);
    if (width > standardColumns.length) {
      findings.note(`Columns 11 to ${width} have no names (no line global.columns) and are ignored.`);
    }
  }

  function word(text: string, line: Line, open: OpenSentence): void {
    const cells = text.split('\t');
    if (width === 0) settleWidth(cells.length);
    if (cells.length !== width) {
      open.countIsLost = true;
      if (!line.ended && cells.length < width) {
        refuse(
          'CORPUS_CUT',
          line.number,
          `the file ends in the middle of a line (${counted(cells.length, 'column')})`,
          `${width} columns and a line end`,
          'Fetch the whole file.',
        );
        return;
      }
      const spaced = cells.length === 1 && text.split(/ {2,}|\s+/).length >= standardColumns.length - 2;
      refuse(
        'CORPUS_COLUMNS',
        line.number,
        `${counted(cells.length, 'column')}${spaced ? ' (tabs seem to have been replaced by spaces)' : ''}`,
        `${width} columns between tabs`,
        spaced ? 'Restore the tabs.' : 'Correct this line; an empty column is written "_".',
      );
      return;
    }
    const id = cell(cells, 'ID');
    const form = cell(cells, 'FORM');
    const range = /^(\d+)-(\d+)$/.exec(id);
    if (range) {
      addRange({ first: Number(range[1]), last: Number(range[2]), form, spaceAfter: hasSpaceAfter(cells), line: line.number }, open);
      return;
    }
    if (/^\d+\.\d+$/.test(id)) return;
    const expected = open.words.length + 1;
    if (id !== String(expected) && !open.countIsLost) {
      open.countIsLost = true;
      refuse('CORPUS_IDS', line.number, `id ${shown(id, 40)}`, `id ${expected}`, 'Number the words of a sentence 1, 2, 3 …');
    }
    if (form === '') refuse('CORPUS_COLUMNS', line.number, 'an empty form', 'a word', 'Correct this line.');
    if (form.length > limits.wordLength) {
      const most = `at most ${counted(limits.wordLength, 'character')}`;
      refuse('LINE_TOO_LONG', line.number, `a word of ${counted(form.length, 'character')}`, most, 'Break it up.');
    }
    const before = cells.slice(0, index('FORM')).reduce((sum, one) => sum + one.length + 1, 0);
    open.words.push({ cells, line: line.number, column: before + 1 });
  }

  function addRange(range: Range, open: OpenSentence): void {
    const { first, last, line } = range;
    const previous = open.ranges.at(-1);
    const overlapped = previous && first <= previous.last;
    if (overlapped) {
      refuse(
        'CORPUS_RANGE',
        line,
        `range ${first}-${last} overlaps ${previous.first}-${previous.last}`,
        'ranges apart from each other',
        'Correct one of them.',
      );
    } else if (!open.countIsLost && (first !== open.words.length + 1 || last <= first)) {
      refuse(
        'CORPUS_RANGE',
        line,
        `range ${first}-${last} before word ${open.words.length + 1}`,
        'a range right before its first word',
        'Correct the range.',
      );
    }
    if (!overlapped) open.ranges.push(range);
  }

  const hasSpaceAfter = (cells: readonly string[]) => !cell(cells, 'MISC').split('|').includes('SpaceAfter=No');

  function close(): void {
    const done = sentence;
    if (!done) return;
    for (const { first, last, line } of done.ranges) {
      if (last > done.words.length && !done.refused) {
        refuse(
          'CORPUS_RANGE',
          line,
          `range ${first}-${last} in a sentence of ${counted(done.words.length, 'word')}`,
          'a range within the sentence',
          'Correct the range.',
        );
      }
    }
    sentence = undefined;
    if (done.refused || done.words.length === 0) return;
    add(done);
  }

  function add({ words, ranges, text, line, id }: OpenSentence): void {
    const units: Unit[] = [];
    const firstWordOf: number[] = [];
    for (let w = 0, r = 0; w < words.length;) {
      const range = ranges[r]?.first === w + 1 ? ranges[r++] : undefined;
      const end = range ? range.last : w + 1;
      const forms = words.slice(w, end).map(({ cells }) => cell(cells, 'FORM'));
      firstWordOf.push(w);
      units.push({
        form: range?.form ?? forms[0] ?? '',
        words: forms,
        spaceAfter: range?.spaceAfter ?? hasSpaceAfter(words[w]?.cells ?? []),
      });
      w = end;
    }
    const placed = placeWords(text, units);
    if (placed.missing !== undefined) {
      const form = units[placed.missing]?.form ?? '';
      const at = words[firstWordOf[placed.missing] ?? 0]?.line ?? line;
      findings.warn(
        'CORPUS_SURFACE',
        { file, line: at },
        {
          found: `'${shown(form, 80)}' is not where it should be in the text comment`,
          expected: 'the words in their order, with only white space between them',
          remedy: 'Used with a text rebuilt from the forms and SpaceAfter.',
        },
      );
    }
    for (const k of placed.taken) {
      findings.warn(
        'CORPUS_SURFACE',
        { file, line: words[firstWordOf[k] ?? 0]?.line ?? line },
        {
          found: `'${shown(units[k]?.form ?? '', 80)}' is not made of its words ${shown((units[k]?.words ?? []).join(', '), 80)}`,
          expected: 'a surface form that holds its words',
          remedy: 'Used as its words, each apart.',
        },
      );
    }
    const rows: WordIn[] = words.map((row, w) => {
      const [start, end] = placed.spans[w] ?? [0, 0];
      return { start, end, line: row.line, column: row.column };
    });
    const from = into.addSentence(placed.text, rows, { line, id });
    words.forEach((row, w) => annotate(row, from + w, words.length));
  }

  function annotate({ cells, line }: WordRow, word: number, words: number): void {
    const head = cell(cells, 'HEAD');
    const headFits = head === '_' || (/^\d+$/.test(head) && Number(head) <= words);
    if (!headFits) {
      findings.warn(
        'CORPUS_HEAD',
        { file, line },
        {
          found: `head ${shown(head, 40)} in a sentence of ${counted(words, 'word')}`,
          expected: `a number from 0 to ${words}`,
          remedy: "Used without this word's deprel; its other tags stay.",
        },
      );
    }
    for (const name of columns) {
      const value = cell(cells, name);
      if (value === '_' || value === '') continue;
      if (name === 'DEPREL' && !headFits) continue;
      if (name === 'FEATS') features(value, word, line);
      else if (plainAttributes.includes(name)) into.set(name.toLowerCase(), word, value);
      else if (!standardColumns.includes(name)) into.set(name, word, value);
    }
  }

  function features(value: string, word: number, line: number): void {
    for (const pair of value.split('|')) {
      const equals = pair.indexOf('=');
      if (equals > 0) into.set(`feats.${pair.slice(0, equals)}`, word, pair.slice(equals + 1));
      else {
        findings.warn(
          'CORPUS_COLUMNS',
          { file, line },
          {
            found: `feature '${shown(pair, 80)}' without a value`,
            expected: 'Name=Value',
            remedy: 'Used without this feature.',
          },
        );
      }
    }
  }

  return {
    line(line) {
      if (!line.bad && line.text.trim() === '') {
        close();
        return;
      }
      sentence ??= { line: line.number, id: undefined, text: undefined, words: [], ranges: [], countIsLost: false, refused: false };
      if (line.bad) sentence.refused = true;
      else if (line.text.startsWith('#') && sentence.words.length === 0) comment(line.text, line.number, sentence);
      else word(line.text, line, sentence);
    },
    end: close,
  };
}
