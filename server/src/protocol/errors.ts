/**
 * The three ways a piece of work can fail: the input was bad (`InputError`), the person stopped it (`CancelledError`),
 * or we did (anything else; `Defect` where we notice it ourselves). One object serves the notification, the Problems
 * entry, the log and the command line's line, so a failure is plain data first (`Problem`) and a class second.
 */

/** Where something was found. Only what is known is set; `line` and `column` count from 1, `byte` from 0, columns in UTF-16 units. */
export interface Place {
  readonly file?: string;
  readonly line?: number;
  readonly column?: number;
  readonly byte?: number;
  /** Graph node, tensor, option or flag, as a person would look it up. */
  readonly node?: string;
  readonly tensor?: string;
  readonly flag?: string;
}

/** One finding about an input: what was found, what was expected, what to do. */
export interface Problem {
  readonly code: ErrorCode;
  readonly place: Place;
  readonly found: string;
  readonly expected: string;
  readonly remedy: string;
}

/** Every code a person can meet, with the exit status of the command line. 2: bad usage, 3: bad input, 4: stopped, 5: ours. */
export const errorCodes = {
  USAGE: 2,
  // model folder and graph
  MODEL_FOLDER: 3,
  MODEL_EMPTY: 3,
  MODEL_LFS_POINTER: 3,
  MODEL_NOT_ONNX: 3,
  MODEL_NO_ONNX: 3,
  MODEL_TRUNCATED: 3,
  MODEL_EXTDATA_ESCAPE: 3,
  MODEL_EXTDATA_BADNAME: 3,
  MODEL_EXTDATA_LINK: 3,
  MODEL_EXTDATA_HARDLINK: 3,
  MODEL_EXTDATA_MISSING: 3,
  MODEL_EXTDATA_NOT_A_FILE: 3,
  MODEL_EXTDATA_RANGE: 3,
  MODEL_EXTDATA_KEY: 3,
  MODEL_TENSOR: 3,
  MODEL_OP: 3,
  MODEL_VERSION: 3,
  MODEL_NO_GRAPH: 3,
  MODEL_DEPTH: 3,
  MODEL_LIMIT: 3,
  MODEL_GRAPH: 3,
  MODEL_INPUTS: 3,
  MODEL_NOT_TRANSFORMER: 3,
  MODEL_TAP: 3,
  MODEL_GRADIENT: 3,
  TARGET_TOKEN: 3,
  TOKEN_POSITION: 3,
  MODEL_RUNTIME: 3,
  MODEL_TIMEOUT: 4,
  MODEL_TOKENIZER_MISMATCH: 3,
  MODEL_TOKEN: 3,
  CONFIG_MISMATCH: 3,
  CONFIG_SCHEMA: 3,
  CONFIG_JSON: 3,
  CONFIG_MISSING: 3,
  // tokenizer
  TOKENIZER_MISSING: 3,
  TOKENIZER_JSON: 3,
  TOKENIZER_REGEX: 3,
  TOKENIZER_UNSUPPORTED: 3,
  TOKENIZER_VOCAB: 3,
  JSON_LIMIT: 3,
  // corpora and labels
  CORPUS_FILE: 3,
  CORPUS_EMPTY: 3,
  CORPUS_FORMAT: 3,
  CORPUS_COLUMNS: 3,
  CORPUS_IDS: 3,
  CORPUS_RANGE: 3,
  CORPUS_HEAD: 3,
  CORPUS_SURFACE: 3,
  CORPUS_CUT: 3,
  CORPUS_QUOTE: 3,
  CORPUS_JSON: 3,
  CORPUS_SPAN: 3,
  TEXT_ENCODING: 3,
  TEXT_BINARY: 3,
  TEXT_SEPARATORS: 3,
  TEXT_SURROGATE: 3,
  LINE_TOO_LONG: 3,
  BIO_TAG: 3,
  LABEL_COUNT: 3,
  LABEL_LINES: 3,
  LABEL_NUMBER: 3,
  // concepts and analyses
  CONCEPT_SYNTAX: 2,
  CONCEPT_UNKNOWN: 3,
  CONCEPT_REGEX: 3,
  CONCEPT_CASE: 3,
  NEURON_SYNTAX: 2,
  NEURON_UNKNOWN: 3,
  EDIT_SYNTAX: 2,
  EDIT_POSITION: 3,
  EDIT_VALUES: 3,
  MATRIX_FORMAT: 3,
  MATRIX_SHAPE: 3,
  METHOD_UNKNOWN: 2,
  METHOD_PARAMETER: 2,
  ACT_NONFINITE: 3,
  OUT_OF_MEMORY: 3,
  // store
  CACHE_CORRUPT: 3,
  CACHE_VERSION: 3,
  CACHE_MANIFEST: 3,
  FILE_CHANGED: 3,
  DISK_FULL: 3,
  OUTPUT_FILE: 3,
  RESULT_FILE: 3,
  SHARDS: 3,
  // the run itself
  RESTRICTED: 3,
  CANCELLED: 4,
  WORKER_CRASHED: 5,
  VERSION_MISMATCH: 5,
  DEFECT: 5,
} as const;

export type ErrorCode = keyof typeof errorCodes;

/** The input cannot be used, or parts of it cannot. Holds every finding, not the first only. */
export class InputError extends Error {
  override readonly name = 'InputError';
  readonly problems: readonly [Problem, ...Problem[]];

  constructor(code: ErrorCode, place: Place, what: { found: string; expected: string; remedy: string });
  constructor(problems: readonly [Problem, ...Problem[]]);
  constructor(
    codeOrProblems: ErrorCode | readonly [Problem, ...Problem[]],
    place?: Place,
    what?: { found: string; expected: string; remedy: string },
  ) {
    const problems: readonly [Problem, ...Problem[]] =
      typeof codeOrProblems === 'string' ? [problem(codeOrProblems, place ?? {}, what ?? blank)] : codeOrProblems;
    super(problems.map(problemLine).join('\n'));
    this.problems = problems;
  }

  get code(): ErrorCode {
    return this.problems[0].code;
  }
}

/** Somebody asked for the work to stop. `done` says what is kept and how to go on. */
export class CancelledError extends Error {
  override readonly name = 'CancelledError';
  constructor(done = 'cancelled; nothing was lost') {
    super(done);
  }
}

/** A mistake of this program, noticed by itself. */
export class Defect extends Error {
  override readonly name = 'Defect';
}

const blank = { found: '', expected: '', remedy: '' };

/** Makes the plain-data form of a finding. */
export function problem(code: ErrorCode, place: Place, what: { found: string; expected: string; remedy: string }): Problem {
  return { code, place, found: what.found, expected: what.expected, remedy: what.remedy };
}

// A damaged file may have a finding for each of its 100,000 tensors or tokens.
const mostFindings = 100;

/** Throws what was found as one `InputError`, if anything was: the first hundred findings, and a line that counts the rest. */
export function refuseAll(findings: readonly Problem[]): void {
  const [first, ...others] = findings.slice(0, mostFindings);
  if (!first) return;
  const left = findings.length - mostFindings;
  const { file } = first.place;
  const more = { found: `${left} findings more`, expected: '', remedy: '' };
  throw new InputError([first, ...others, ...(left > 0 ? [problem(first.code, file === undefined ? {} : { file }, more)] : [])]);
}

/** What `read` makes of each item. Throws the findings of all items as one `InputError`, so that they can be mended in one go. */
export function readEach<T, R>(items: readonly T[], read: (item: T) => R): R[] {
  const results: R[] = [];
  const findings: Problem[] = [];
  for (const item of items) {
    try {
      results.push(read(item));
    } catch (error) {
      if (!(error instanceof InputError)) throw error;
      findings.push(...error.problems);
    }
  }
  refuseAll(findings);
  return results;
}

/** `file:line:column`, `file@byte`, `file node "x"`: the place as a terminal or log shows it. */
function placeText({ file, line, column, byte, node, tensor, flag }: Place): string {
  const at = line === undefined ? '' : column === undefined ? `:${line}` : `:${line}:${column}`;
  // File names are text from outside too; longer than any path that a system opens they need not be.
  const parts = [`${shown(file ?? '', 4096)}${at}`];
  if (byte !== undefined) parts[0] += `@${byte}`;
  if (node !== undefined) parts.push(`node "${shown(node)}"`);
  if (tensor !== undefined) parts.push(`tensor "${shown(tensor)}"`);
  if (flag !== undefined) parts.push(flag);
  return parts.filter(Boolean).join(' ');
}

/** The one line of a finding: `CODE place — found; expected; what to do`. */
export function problemLine({ code, place, found, expected, remedy }: Problem): string {
  const where = placeText(place);
  return `${code}${where ? ` ${where}` : ''} — ${[found, expected, remedy]
    .filter(Boolean)
    .map((part) => shown(part))
    .join('; ')}`;
}

// Control characters, line breaks and bidirectional controls, which must never reach a terminal or a view raw.
const unsafe = /[\u0000-\u001f\u007f-\u009f\u2028\u2029\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]/gu;

/**
 * Text from a model, corpus or error message made safe for one line: controls become visible pictures (U+2400 block, or
 * `⟨U+202E⟩`), at most `limit` characters.
 */
export function shown(text: string, limit = 400): string {
  const safe = text.replace(unsafe, (c) => {
    const code = c.codePointAt(0) ?? 0;
    if (code < 0x20) return String.fromCodePoint(0x2400 + code);
    return code === 0x7f ? '\u2421' : `⟨U+${code.toString(16).toUpperCase().padStart(4, '0')}⟩`;
  });
  return safe.length > limit ? `${safe.slice(0, limit)}…` : safe;
}
