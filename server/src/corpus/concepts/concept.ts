/**
 * Concepts by name: `upos=NOUN`, `feats.Tense=*`, `word:"she|he"`, `phrase:"of course"`, `regex:/\d+/`, `rule:capitalised`, and
 * any of these under a name of its own, `pronouns := word:"she|he"`. The same text names them on the command line, in study
 * files, results and hovers. Parsed concepts are plain data and can be sent anywhere.
 */
import { InputError, shown } from '../../protocol/errors';
import { checkPattern, patternNeedsCase } from './pattern';
import { near } from './near';
import { ruleNames, rules } from './rules';
import type { RuleName } from './rules';

interface Named {
  /** The concept as it was asked for. */
  readonly name: string;
  /** Cannot be asked of a model whose tokenizer lower-cases (CONCEPT_CASE, thrown by whoever knows the tokenizer). */
  readonly needsCase: boolean;
}

export interface AttributeConcept extends Named {
  readonly kind: 'attribute';
  readonly attribute: string;
  /** Nothing for all values (`upos=*`). */
  readonly value: string | undefined;
}

export interface WordsConcept extends Named {
  readonly kind: 'words';
  /** Entries without capitals match in any case, entries with capitals exactly. */
  readonly words: readonly string[];
}

/** Words in a row; the last one carries the concept, since a model that reads forwards has seen the others there. */
export interface PhraseConcept extends Named {
  readonly kind: 'phrase';
  /** Each a list of words, which match as those of a list of words do. */
  readonly phrases: readonly (readonly string[])[];
}

export interface PatternConcept extends Named {
  readonly kind: 'pattern';
  readonly source: string;
  readonly flags: string;
}

export interface RuleConcept extends Named {
  readonly kind: 'rule';
  readonly rule: RuleName;
  /** One class of a rule that has several (`rule:length=5`), nothing for all of them. */
  readonly value: string | undefined;
}

export type Concept = AttributeConcept | WordsConcept | PhraseConcept | PatternConcept | RuleConcept;

/**
 * Reads the name of a concept. Says nothing about whether a corpus has it.
 * @throws InputError CONCEPT_SYNTAX, CONCEPT_REGEX, CONCEPT_UNKNOWN (a rule that does not exist)
 */
export function parseConcept(text: string): Concept {
  const name = text.trim();
  if (name.startsWith('word:')) return wordsConcept(name);
  if (name.startsWith('phrase:')) return phraseConcept(name);
  if (name.startsWith('regex:')) return patternConcept(name);
  if (name.startsWith('rule:')) return ruleConcept(name);
  const kept = keptName(name);
  if (kept) return keptConcept(name, kept.definition);
  const equals = name.indexOf('=');
  const attribute = name.slice(0, Math.max(equals, 0)).trim();
  const written = name.slice(equals + 1).trim();
  // Some tag sets have a tag of two quotes and nothing between them.
  const value = unquoted(written) || written;
  if (attribute === '' || value === '') throw syntax(name);
  return { kind: 'attribute', name, needsCase: false, attribute, value: value === '*' ? undefined : value };
}

/** A concept under a name that somebody gave it. What it is stays part of its name, so that every result can be repeated. */
function keptConcept(name: string, definition: string): Concept {
  if (keptName(definition)) throw syntax(name);
  return { ...parseConcept(definition), name };
}

/** `name := definition`; undefined for concepts without a given name. */
function keptName(text: string): { readonly given: string; readonly definition: string } | undefined {
  const mark = text.indexOf(':=');
  const given = text.slice(0, Math.max(mark, 0)).trim();
  // An attribute's value and a quoted word may hold the mark too.
  return given === '' || /[="]|^(word|phrase|regex|rule):/.test(given) ? undefined : { given, definition: text.slice(mark + 2).trim() };
}

/** The name that a person reads: the given one where there is one. */
export function conceptTitle(name: string): string {
  return keptName(name)?.given ?? name;
}

function wordsConcept(name: string): WordsConcept {
  const words = entriesOf(name, 'word:');
  return { kind: 'words', name, needsCase: words.some(hasCapital), words };
}

function phraseConcept(name: string): PhraseConcept {
  const phrases = entriesOf(name, 'phrase:').map((phrase) => phrase.split(/\s+/u));
  return { kind: 'phrase', name, needsCase: phrases.flat().some(hasCapital), phrases };
}

function hasCapital(word: string): boolean {
  return word !== word.toLowerCase();
}

/** A list of words as `parseConcept` reads it: bars and backslashes of words are written with one before. */
export function wordsConceptText(words: readonly string[], kind: 'word' | 'phrase' = 'word'): string {
  return `${kind}:"${words.map((word) => word.replace(/[\\|]/gu, '\\$&')).join('|')}"`;
}

/** What stands between bars. */
function entriesOf(name: string, prefix: string): string[] {
  const list = unquoted(name.slice(prefix.length).trim());
  // A bar that is part of a word is written \|.
  const words = (list.match(/(?:\\.|[^|\\])+/gsu) ?? [])
    .map((word) => word.replace(/\\(.)/gsu, '$1').trim().normalize('NFC'))
    .filter((word) => word !== '');
  if (words.length === 0) throw syntax(name);
  return words;
}

function patternConcept(name: string): PatternConcept {
  const parts = /^regex:\/(.+)\/([a-z]*)$/su.exec(name);
  if (!parts) throw syntax(name);
  const [, source = '', flags = ''] = parts;
  checkPattern(name, source, flags);
  return { kind: 'pattern', name, needsCase: patternNeedsCase(source, flags), source, flags };
}

function ruleConcept(name: string): RuleConcept {
  const [asked = '', value] = name.slice('rule:'.length).split('=', 2);
  const rule = ruleNames.find((one) => one === asked.trim());
  const classes = rule && rules[rule].classes;
  if (!rule || (value !== undefined && !classes?.includes(value))) {
    const known = rule ? (classes?.map((one) => `rule:${rule}=${one}`) ?? [`rule:${rule}`]) : ruleNames.map((one) => `rule:${one}`);
    throw new InputError(
      'CONCEPT_UNKNOWN',
      { flag: '--concept' },
      {
        found: `'${shown(name, 80)}'`,
        expected: `one of ${known.join(', ')}`,
        remedy: nearest(name, known),
      },
    );
  }
  return { kind: 'rule', name, needsCase: rules[rule].needsCase, rule, value };
}

/** The remedy that offers similar names, if there are any. */
export function nearest(name: string, known: readonly string[]): string {
  const names = near(name, known);
  return names.length > 0
    ? `Did you mean ${names.map((one) => shown(one, 80)).join(' or ')}?`
    : 'List them with: golgi concepts --corpus FILE';
}

function unquoted(text: string): string {
  const inside = /^"(.*)"$/su.exec(text) ?? /^'(.*)'$/su.exec(text);
  return inside?.[1] ?? text;
}

function syntax(name: string): InputError {
  return new InputError(
    'CONCEPT_SYNTAX',
    { flag: '--concept' },
    {
      found: `'${shown(name, 120)}'`,
      expected: '<attribute>=<value>, word:"she|he", phrase:"of course", regex:/\\d+/ or rule:<name>',
      remedy: 'List the concepts of a corpus with: golgi concepts --corpus FILE',
    },
  );
}
