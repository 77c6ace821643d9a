/**
 * Reads annotated and plain text into a corpus. Every format has a reader of its own in this folder; all of them get
 * lines that are strict UTF-8 and put what they cannot use among the findings, with its place. Nothing here knows models.
 */
import { access } from 'node:fs/promises';
import { basename } from 'node:path';
import { InputError, shown } from '../../protocol/errors';
import { corpusFormats } from '../corpus';
import type { Corpus, CorpusFormat } from '../corpus';
import { bioReader } from './bio';
import { CorpusBuilder } from './build';
import { conlluReader } from './conllu';
import { counted } from '../../protocol/counted';
import { csvReader } from './csv';
import { Findings } from './findings';
import { guessFormat } from './guess';
import { jsonArrayReader, jsonlReader } from './jsonl';
import { labelFilesOf, wordFileOf } from './labelFiles';
import { limits } from './limits';
import { lineBlocks } from './lines';
import type { OnBlock } from './lines';
import type { LineReader, Reading } from './reading';
import { headBytes, openText } from './sniff';
import { textReader } from './text';
import { tsvReader } from './tsv';
import { readWordLabel } from './wordLabel';

export interface ReadOptions {
  /** Guessed from the content if absent. */
  readonly format?: CorpusFormat | undefined;
  /** Label files to one word file (`x.upos.label` to `x.word`); found beside it if absent. */
  readonly labels?: readonly string[] | undefined;
  /** Names of the columns of a table, `_` for one that is left out. */
  readonly columns?: readonly string[] | undefined;
  /** Leaves out what does not parse and counts it, instead of refusing the corpus. */
  readonly skipInvalid?: boolean | undefined;
  readonly onBlock?: OnBlock | undefined;
}

/** Formats as messages call them. */
const formatTitles: Readonly<Record<CorpusFormat, string>> = {
  conllu: 'CoNLL-U',
  bio: 'BIO columns',
  tsv: 'TSV',
  csv: 'CSV',
  'word-label': '.word and .label files',
  jsonl: 'JSONL',
  text: 'plain text',
};

/** Words of a sentence from which on a model's positions may not suffice, so that the person is told what happens. */
const longSentence = 512;

/**
 * Reads files of one format as one corpus.
 * @throws InputError with everything that is wrong in all of them; with `skipInvalid` only for what cannot be read at all.
 */
export async function readCorpus(files: readonly string[], options: ReadOptions = {}): Promise<Corpus> {
  const findings = new Findings();
  const into = new CorpusBuilder();
  const refused = new Findings();
  let format: CorpusFormat | undefined;
  for (const file of files) {
    try {
      const own = await readFile(file, format, options, into, findings);
      format ??= own;
    } catch (cause) {
      if (!(cause instanceof InputError)) throw cause;
      refused.errorsOf(cause);
    }
  }
  if (!options.skipInvalid || refused.errorCount > 0) throwBoth(refused, findings);
  if (into.sentenceCount === 0 || format === undefined) throw nothingLeft(files, findings);

  const { corpus, folded } = into.finish({ files, format, guessed: options.format === undefined });
  if (format !== 'bio') for (const name of folded) findings.note(`${shown(name, 80)}: B- and I- tags joined into types; O means none.`);
  if (into.longest > longSentence) {
    findings.note(
      `The longest sentence has ${counted(into.longest, 'word')}; what is longer than a model's positions runs in overlapping windows.`,
    );
  }
  if (findings.errorCount > 0) findings.note(`${counted(findings.errorCount, 'finding')}: what they name was left out, the rest is read.`);
  return { ...corpus, notes: findings.notes, warnings: findings.listed('all') };
}

/** Files that cannot be read come first; then all that is wrong in the others. */
function throwBoth(refused: Findings, findings: Findings): void {
  const [first, ...rest] = [...refused.listed('errors'), ...findings.listed('errors')];
  if (first) throw new InputError([first, ...rest]);
}

function nothingLeft(files: readonly string[], findings: Findings): InputError {
  return new InputError([
    {
      code: 'CORPUS_EMPTY',
      place: files[0] === undefined ? {} : { file: files[0] },
      found: 'no sentence left',
      expected: 'at least one',
      remedy: 'Correct the lines named, or choose another file.',
    },
    ...findings.listed('errors'),
  ]);
}

/** Reads one file; the format of the corpus is that of its first file. */
async function readFile(
  asked: string,
  earlier: CorpusFormat | undefined,
  options: ReadOptions,
  into: CorpusBuilder,
  findings: Findings,
): Promise<CorpusFormat> {
  const file = await wordFileOf(asked);
  const head = await firstLines(file);
  const labels = await labelFilesOf(file, options.labels);
  const format = options.format ?? guessed(file, head, labels.length > 0, findings);
  if (earlier !== undefined && format !== earlier) throw otherFormat(file, format, earlier);

  if (format === 'text') await sayBrat(file, findings);
  const before = { sentences: into.sentenceCount, errors: findings.errorCount };
  let blank = 0;
  if (format === 'word-label') {
    sayLabels(file, labels, options, findings);
    await readWordLabel(file, labels, into, findings);
  } else {
    const isArray = format === 'jsonl' && (head.find((text) => text.trim() !== '') ?? '').trimStart().startsWith('[');
    const reader = readers[isArray ? 'array' : format]({ file, into, findings, head, columns: options.columns });
    const limit = isArray ? limits.arrayBytes : limits.lineBytes;
    for await (const lines of lineBlocks(await openText(file), findings, { limit, onBlock: options.onBlock })) {
      for (const line of lines) {
        if (!line.bad && line.text.trim() === '') blank += 1;
        reader.line(line);
      }
    }
    reader.end();
  }
  if (into.sentenceCount === before.sentences && findings.errorCount === before.errors) throw noSentence(file, blank);
  return format;
}

const readers: Readonly<Record<Exclude<CorpusFormat, 'word-label'> | 'array', (reading: Reading) => LineReader>> = {
  conllu: conlluReader,
  bio: bioReader,
  tsv: tsvReader,
  csv: csvReader,
  jsonl: jsonlReader,
  array: jsonArrayReader,
  text: textReader,
};

/** Whole lines of the first 8 KiB, however badly encoded: for guesses only. */
async function firstLines(file: string): Promise<string[]> {
  const { handle, head } = await openText(file);
  await handle.close();
  const lines = Buffer.from(head)
    .toString('utf8')
    .replace(/^\ufeff/, '')
    .split('\n');
  // The last one may be cut.
  if (head.length === headBytes && lines.length > 1) lines.pop();
  return lines.map((text) => text.replace(/\r$/, ''));
}

function guessed(file: string, head: readonly string[], hasLabels: boolean, findings: Findings): CorpusFormat {
  const { format, reason } = guessFormat(file, head, hasLabels);
  if (format === 'brat') {
    throw new InputError(
      'CORPUS_FORMAT',
      { file },
      {
        found: 'brat stand-off annotation, which is not read',
        expected: corpusFormats.map((one) => formatTitles[one]).join(', '),
        remedy: 'Convert it to JSONL with "text" and "spans" ("unit": "codepoint").',
      },
    );
  }
  findings.note(`Read as ${formatTitles[format]}, guessed from ${reason}.`);
  return format;
}

function sayLabels(file: string, labels: readonly string[], { labels: asked }: ReadOptions, findings: Findings): void {
  if (labels.length === 0) findings.note(`No label file beside ${shown(basename(file), 120)}: its words have no gold labels.`);
  else if (!asked)
    findings.note(`Labels from ${shown(labels.map((one) => basename(one)).join(', '), 300)}, found beside ${shown(basename(file), 120)}.`);
}

/** brat keeps the text in a plain file, so that it would be easy to think that the annotation was read. */
async function sayBrat(file: string, findings: Findings): Promise<void> {
  const annotation = file.replace(/\.txt$/i, '.ann');
  if (annotation === file) return;
  const isThere = await access(annotation).then(
    () => true,
    () => false,
  );
  if (isThere) findings.note(`${shown(basename(annotation), 120)} beside it is brat annotation and is not read.`);
}

function otherFormat(file: string, format: CorpusFormat, earlier: CorpusFormat): InputError {
  return new InputError(
    'CORPUS_FORMAT',
    { file },
    {
      found: `looks like ${formatTitles[format]}`,
      expected: `${formatTitles[earlier]}, as the first file`,
      remedy: 'Read files of one format at a time, or name the format with --format.',
    },
  );
}

function noSentence(file: string, blank: number): InputError {
  return new InputError(
    'CORPUS_EMPTY',
    { file },
    {
      found: `no sentence (${counted(blank, 'blank line')})`,
      expected: 'at least one',
      remedy: 'Choose another file.',
    },
  );
}
