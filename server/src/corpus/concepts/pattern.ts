/** Regular expressions as concepts, run by a linear-time engine (RE2), so that no pattern can hang the program. */
import { RE2JS, RE2JSSyntaxException } from 're2js';
import { InputError, shown } from '../../protocol/errors';

const longestPattern = 1000;
const flagBits: Readonly<Record<string, number>> = {
  i: RE2JS.CASE_INSENSITIVE,
  s: RE2JS.DOTALL,
  m: RE2JS.MULTILINE,
  // Patterns are always Unicode, and one match is enough.
  u: 0,
  g: 0,
};

/**
 * Whether a pattern can be used.
 * @throws InputError CONCEPT_REGEX with the position (column, from 1, of the concept's text) of what is unsupported
 */
export function checkPattern(name: string, source: string, flags: string): void {
  const offset = name.indexOf('/') + 2;
  const refuse = (found: string, expected: string, column: number) =>
    new InputError(
      'CONCEPT_REGEX',
      { flag: '--concept', column },
      {
        found: `${found} in ${shown(name, 200)}`,
        expected,
        remedy: 'Write it with classes, repetition and alternatives (RE2 syntax).',
      },
    );
  if (source.length > longestPattern) throw refuse(`${source.length} characters`, `at most ${longestPattern}`, offset);
  const unknown = [...flags].find((flag) => !Object.hasOwn(flagBits, flag));
  if (unknown !== undefined) throw refuse(`flag '${unknown}'`, 'flags i, m, s', offset + source.length + 1 + flags.indexOf(unknown));
  try {
    compile(source, flags);
  } catch (cause) {
    if (!(cause instanceof RE2JSSyntaxException)) throw cause;
    const part = cause.getPattern() ?? '';
    const at = Math.max(source.indexOf(part), 0);
    throw refuse(`${kindOf(part) ?? cause.getDescription()} at '${shown(part, 60)}'`, 'a pattern that runs in linear time', offset + at);
  }
}

function kindOf(part: string): string | undefined {
  if (/^\(\?<?[=!]/.test(part)) return 'look-around';
  return /^\\[1-9k]/.test(part) ? 'a back-reference' : undefined;
}

/** A test for words: the pattern matches anywhere in the word unless it is anchored. */
export function patternTest(source: string, flags: string): (word: string) => boolean {
  const pattern = compile(source, flags);
  return (word) => pattern.matcher(word).find();
}

function compile(source: string, flags: string): RE2JS {
  return RE2JS.compile(
    source,
    [...flags].reduce((bits, flag) => bits | (flagBits[flag] ?? 0), 0),
  );
}

/** Whether a pattern tells capitals from small letters: it names a capital or a class of case, and does not ignore case. */
export function patternNeedsCase(source: string, flags: string): boolean {
  if (flags.includes('i') || /\(\?[a-z]*i/.test(source)) return false;
  const classes = /\\[pP]\{?\^?(Lu|Ll|Lt|Upper|Lower)|\[:\^?(upper|lower):\]/;
  const literal = source.replace(/\\[pP](\{[^}]*\}|.)|\\x(\{[^}]*\}|..)|\\./gsu, '').replace(/\(\?P?<[^>]*>/gu, '');
  return classes.test(source) || /\p{Lu}/u.test(literal);
}
