/** Why a score is undefined: part of results, so that every reader of one can say it in words. */

export type Reason =
  | 'constant'
  | 'one-class'
  | 'few-rows'
  | 'no-variance'
  | 'not-finite'
  | 'no-weight'
  | 'not-selected'
  | 'copy'
  | 'no-active'
  | 'no-atom'
  | 'one-context'
  | 'constant-target'
  | 'no-words'
  | 'none-held'
  | 'one-word';

/** The sentence of a reason, for tables and messages. */
export const reasonTexts: Readonly<Record<string, string>> = {
  constant: 'all its values are equal',
  'one-class': 'no row, or every row, carries the concept',
  'few-rows': 'a class has too few rows',
  'no-variance': 'it does not vary within the classes',
  'not-finite': 'it has values that are not finite, or its score is too large',
  'no-weight': 'the probe gives it no weight',
  'not-selected': 'as many neurons as asked for were chosen before it',
  copy: 'it is a linear function of neurons chosen before it',
  'no-active': 'no row lies beyond its threshold',
  'no-atom': 'no concept holds where it is active',
  'one-context': 'all rows have one context, or contexts too rare to count, so there is nothing to tell apart',
  'constant-target': 'the number to predict is the same on all rows to fit',
  'no-words': 'the words of its rows are not known',
  'none-held': 'no row that it is asked about is held out',
  'one-word': 'all rows held out that it is asked about have that word',
} satisfies Record<Reason, string>;
