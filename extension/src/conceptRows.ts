/** Which rows a pick of concepts has for what is typed into it. Nothing here knows the editor. */
import type { Choice } from './ui';

/** Rows that come before those that match, and the row that Enter takes while none is ticked. */
export interface TypedRows {
  readonly first: readonly Choice<string>[];
  readonly highlighted: Choice<string> | undefined;
}

/** `isComplete` says that all of `rows` are there, so that what is missing can be said. */
export function rowsForTyped(text: string, rows: readonly Choice<string>[], isComplete: boolean): TypedRows {
  const typed = text.trim();
  if (typed === '') return { first: [], highlighted: undefined };
  const matching = rows.filter((row) => contains(row, typed));
  const exact = rows.find(({ value }) => value === typed);
  if (exact) return { first: [], highlighted: exact };
  if (/^[\p{L}\p{N}_.]+=\S|^(word|regex|rule):\S/u.test(typed)) {
    const own: Choice<string> = { label: typed, description: 'as typed', value: typed };
    return { first: [own], highlighted: own };
  }
  if (matching.length > 0 || !isComplete) return { first: [], highlighted: matching[0] };
  const itself = `word:"${typed.replace(/[|"\\]/g, '\\$&')}"`;
  const word: Choice<string> = {
    label: itself,
    description: 'the word itself',
    detail: `No concept is called “${typed}”. Others to type: upos=NOUN, word:"she|he", regex:/ing$/, rule:digit`,
    value: itself,
  };
  return { first: [word], highlighted: undefined };
}

/** As the editor's own filter: anywhere in what the row shows, capitals or not. */
function contains({ label, description = '', detail = '' }: Choice<string>, text: string): boolean {
  const wanted = text.toLowerCase();
  return [label, description, detail].some((part) => part.toLowerCase().includes(wanted));
}
