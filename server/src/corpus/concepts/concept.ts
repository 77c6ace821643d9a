/**
 * Concepts by name: `upos=NOUN`, `feats.Tense=*`, `word:"she|he"`, `regex:/\d+/`, `rule:capitalised`. The same text names
 * them on the command line, in study files, results and hovers. Parsed concepts are plain data and can be sent anywhere.
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

export type Concept = AttributeConcept | WordsConcept | PatternConcept | RuleConcept;

/**
 * Reads the name of a concept. Says nothing about whether a corpus has it.
 * @throws InputError CONCEPT_SYNTAX, CONCEPT_REGEX, CONCEPT_UNKNOWN (a rule that does not exist)
 */
export function parseConcept(text: string): Concept {
  const name = text.trim();
  if (name.startsWith('word:')) return wordsConcept(name);
  if (name.startsWith('regex:')) return patternConcept(name);
  if (name.startsWith('rule:')) return ruleConcept(name);
  const equals = name.indexOf('=');
  const attribute = name.slice(0, Math.max(equals, 0)).trim();
  const value = unquoted(name.slice(equals + 1).trim());
  if (attribute === '' || value === '') throw syntax(name);
  return { kind: 'attribute', name, needsCase: false, attribute, value: value === '*' ? undefined : value };
}

function wordsConcept(name: string): WordsConcept {
  const list = unquoted(name.slice('word:'.length).trim());
  // A bar that is part of a word is written \|.
  const words = (list.match(/(?:\\.|[^|\\])+/gsu) ?? [])
    .map((word) => word.replace(/\\(.)/gsu, '$1').trim().normalize('NFC'))
    .filter((word) => word !== '');
  if (words.length === 0) throw syntax(name);
  return { kind: 'words', name, needsCase: words.some((word) => word !== word.toLowerCase()), words };
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
      expected: '<attribute>=<value>, word:"she|he", regex:/\\d+/ or rule:<name>',
      remedy: 'List the concepts of a corpus with: golgi concepts --corpus FILE',
    },
  );
}
