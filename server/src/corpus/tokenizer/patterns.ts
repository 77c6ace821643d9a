/**
 * Patterns of tokenizer.json: plain strings, or regular expressions in Oniguruma's dialect, which the library
 * `@huggingface/tokenizers` translates to JavaScript's. Patterns that published tokenizers use run as they are; others are tried
 * on texts made to provoke them when the tokenizer is opened, and then run under a time limit.
 */
import { SplitPreTokenizer } from '@huggingface/tokenizers';
import { InputError, shown } from '../../protocol/errors';
import type { Part } from './description';
import { asPatternsSee } from './unicode';
import { budgetPerPiece, withinBudget } from './patternBudget';

/** One match, [start, end) in UTF-16 units. */
export interface Match {
  readonly start: number;
  readonly end: number;
}

/** All matches in a text, in order. May throw `TOKENIZER_REGEX` when the pattern takes too long on it. */
export type Pattern = (text: string) => readonly Match[];

const longestPattern = 10 * 1024;

const contraction = "'s|'t|'re|'ve|'m|'ll|'d";
const anyCase = `(?i:${contraction})`;
const spaceEnd = '\\s+(?!\\S)|\\s+';
const capitals = '[\\p{Lu}\\p{Lt}\\p{Lm}\\p{Lo}\\p{M}]';
const smalls = '[\\p{Ll}\\p{Lm}\\p{Lo}\\p{M}]';
const lead = '[^\\r\\n\\p{L}\\p{N}]?';

/** Patterns of tokenizers that are in wide use, read and known to take time proportional to the text. */
const published: ReadonlySet<string> = new Set([
  // GPT-2, RoBERTa, OPT, …
  `${contraction}| ?\\p{L}+| ?\\p{N}+| ?[^\\s\\p{L}\\p{N}]+|${spaceEnd}`,
  // Llama 3, then Qwen 2, which takes digits one by one
  `${anyCase}|${lead}\\p{L}+|\\p{N}{1,3}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|\\s*[\\r\\n]+|${spaceEnd}`,
  `${anyCase}|${lead}\\p{L}+|\\p{N}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|\\s*[\\r\\n]+|${spaceEnd}`,
  // GPT-4o and its like
  `${lead}${capitals}*${smalls}+${anyCase}?|${lead}${capitals}+${smalls}*${anyCase}?|\\p{N}{1,3}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n/]*|\\s*[\\r\\n]+|${spaceEnd}`,
  // BLOOM, digits of several models, SentencePiece's double blanks
  ' ?[^(\\s|[.,!?…。，、।۔،])]+',
  '\\p{N}{1,3}',
  '\\p{N}',
  '\\d',
  ' {2,}',
  '\\s+',
]);

/** Reads `{ "String": … }` or `{ "Regex": … }`. What cannot be used becomes a finding `TOKENIZER_REGEX`. */
export function readPattern(part: Part): Pattern {
  if (part.has('String')) return literal(part.text('String', ''));
  if (!part.has('Regex')) {
    part.unsupported('a pattern that is neither "String" nor "Regex"', 'one of the two');
    return nothing;
  }
  const source = part.text('Regex', '');
  const refuse = (found: string, expected: string): Pattern => {
    part.findings.add('TOKENIZER_REGEX', part.path, {
      found: `the pattern ${shown(source, 120)}: ${found}`,
      expected,
      remedy: 'Use a tokenizer with a simpler pattern, or fetch tokenizer.json again from where the model comes from.',
    });
    return nothing;
  };
  if (source.length > longestPattern) return refuse(`${source.length} characters`, `at most ${longestPattern}`);
  const regex = translated(source);
  if (typeof regex === 'string') return refuse(regex, 'a pattern that JavaScript can run');
  if (published.has(source)) return (text) => matches(regex, text);
  const slow = provoked(regex, source);
  if (slow !== undefined) return refuse(`it takes too long on ${slow}`, 'a pattern that takes time proportional to the text');
  return limited(regex, source, part);
}

const nothing: Pattern = () => [];

function literal(content: string): Pattern {
  if (content === '') return nothing;
  return (text) => {
    const found: Match[] = [];
    for (let at = text.indexOf(content); at >= 0; at = text.indexOf(content, at + content.length)) {
      found.push({ start: at, end: at + content.length });
    }
    return found;
  };
}

/** All matches of a pattern with the flag `g`, as the tokenizers library finds them. */
export function matches(regex: RegExp, text: string): readonly Match[] {
  const found: Match[] = [];
  for (const { 0: matched, index } of asPatternsSee(text).matchAll(regex)) {
    // Nothing is found right after something: that is where the search went on.
    if (matched === '' && found.at(-1)?.end === index) continue;
    found.push({ start: index, end: index + matched.length });
  }
  return found;
}

// What the translation would drop or JavaScript lacks: \G \K \X \R and others, subexpression calls, conditions, comments, absence.
const untranslatable = /\\(?:\\|[GKXRNOyY]|g<)|\(\?(?![:=!>]|<[=!A-Za-z_]|i[:)])/g;

/** The pattern for JavaScript, or what is wrong with it. */
function translated(source: string): RegExp | string {
  for (const { 0: construct, index } of source.matchAll(untranslatable)) {
    if (construct !== '\\\\') return `unsupported syntax "${shown(construct)}" at position ${index + 1}`;
  }
  try {
    const { pattern } = new SplitPreTokenizer({ type: 'Split', pattern: { Regex: source }, behavior: 'Isolated', invert: false });
    return pattern ?? 'no pattern';
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    const index = /at index (\d+)/.exec(message)?.[1];
    return `unsupported syntax at position ${index === undefined ? source.length : Number(index) + 1} (${shown(message, 160)})`;
  }
}

const everydayCharacters = [...' aA0!\n\tZzé東_'];
const provocationLength = 512;
/** All provocations together may take as long as this much text, half a second. */
const provocationAllowance = 2 * 4096;

/** Tries the pattern on long runs of the characters and words it speaks of; describes the text it cannot get through in time. */
function provoked(regex: RegExp, source: string): string | undefined {
  const words = source.match(/[\p{L}\p{N} ]{2,8}/gu) ?? [];
  const repeated = new Set([...everydayCharacters, ...[...source].slice(0, 200), ...words.slice(0, 50)]);
  let current = '';
  const tryAll = (): void => {
    for (const unit of repeated) {
      current = unit;
      for (const end of ['', '!', '\n']) matches(regex, unit.repeat(provocationLength / unit.length) + end);
    }
  };
  return withinBudget(tryAll, provocationAllowance) ? undefined : `a run of "${shown(current)}"`;
}

function limited(regex: RegExp, source: string, { path, findings }: Part): Pattern {
  return (text) => {
    let found: readonly Match[] = [];
    if (withinBudget(() => (found = matches(regex, text)), text.length)) return found;
    throw new InputError(
      'TOKENIZER_REGEX',
      { file: findings.file, node: path },
      {
        found: `the pattern ${shown(source, 120)} took more than ${budgetPerPiece} ms for 4 KiB of the text "${shown(text, 40)}"`,
        expected: 'a pattern that takes time proportional to the text',
        remedy: 'Leave this text out, or use a tokenizer with a simpler pattern.',
      },
    );
  };
}
