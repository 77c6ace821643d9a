/** Concludes the format of a corpus from its first lines, and from its name where they leave a choice. */
import type { CorpusFormat } from '../corpus';
import { spanTag } from './bioTags';

export interface Guess {
  readonly format: CorpusFormat | 'brat';
  /** What the guess rests on, as in "guessed from its tab-separated columns". */
  readonly reason: string;
}

/**
 * @param head the first lines of the file
 * @param hasLabels label files were named, or lie beside it
 */
export function guessFormat(file: string, head: readonly string[], hasLabels: boolean): Guess {
  const ending = /\.([a-z0-9]+)$/i.exec(file)?.[1]?.toLowerCase() ?? '';
  const lines = head.filter((text) => text.trim() !== '');
  return fromContent(lines) ?? fromEnding(ending, hasLabels) ?? fromColumns(lines) ?? { format: 'text', reason: 'having no other form' };
}

/** Signs that leave no doubt. */
function fromContent(lines: readonly string[]): Guess | undefined {
  const first = lines[0]?.trimStart() ?? '';
  if (lines.length > 0 && /^[TREAMN*#]\d*\t\S+ \d+ \d+/.test(first)) return { format: 'brat', reason: 'its text-bound annotations' };
  if (lines.some((text) => /^\d+(-\d+|\.\d+)?(\t[^\t]*){7,}$/.test(text) || /^# global\.columns = /.test(text))) {
    return { format: 'conllu', reason: 'its numbered words' };
  }
  if (/^\{\s*("|\}|$)/.test(first) || /^\[\s*(\{|\[|"|$)/.test(first)) {
    return { format: 'jsonl', reason: 'its JSON' };
  }
  return undefined;
}

const byEnding: Readonly<Record<string, CorpusFormat | 'brat'>> = {
  conllu: 'conllu',
  conllup: 'conllu',
  ann: 'brat',
  jsonl: 'jsonl',
  ndjson: 'jsonl',
  json: 'jsonl',
  csv: 'csv',
  tsv: 'tsv',
  bio: 'bio',
  iob: 'bio',
  iob2: 'bio',
  word: 'word-label',
  words: 'word-label',
  label: 'word-label',
};

function fromEnding(ending: string, hasLabels: boolean): Guess | undefined {
  if (hasLabels) return { format: 'word-label', reason: 'its label files' };
  const format = byEnding[ending];
  return format && { format, reason: `its name (.${ending})` };
}

/** Columns of equal number, between tabs or, with span tags at the end of each line, between blanks. */
function fromColumns(lines: readonly string[]): Guess | undefined {
  const rows = lines.filter((text) => !text.startsWith('-DOCSTART-'));
  if (rows.length === 0) return undefined;
  const most = (matches: (text: string) => boolean) => rows.filter(matches).length >= rows.length * 0.6;
  const endsInTag = (text: string) => {
    const cells = text.trim().split(/[ \t]+/);
    return cells.length > 1 && spanTag(cells.at(-1) ?? '') !== undefined;
  };
  if (most(endsInTag)) return { format: 'bio', reason: 'its span tags' };
  if (most((text) => text.includes('\t'))) return { format: 'tsv', reason: 'its tab-separated columns' };
  return undefined;
}
