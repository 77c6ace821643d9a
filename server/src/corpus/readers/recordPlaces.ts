/** Where a JSON record's text and its tokens are written, character by character, through escapes. */
import { textKeys, tokensKeys } from './jsonRecord';
import { afterBlanks, elementsOf, membersOf, unitsOf } from './jsonStrings';
import { tokenForm } from './recordTokens';
import type { SourceMap } from './sourceMap';

export interface RecordPlaces {
  readonly text: SourceMap | undefined;
  /** One a token. */
  readonly tokens: readonly (SourceMap | undefined)[];
}

/** Places in a record that parses; `spots` gives the places of its own characters. */
export function recordPlaces(json: string, spots: SourceMap): RecordPlaces {
  const members = membersOf(json, afterBlanks(json, 0));
  const stringAt = (at: number | undefined): SourceMap | undefined => {
    if (at === undefined || json[at] !== '"') return undefined;
    const offsetOf = unitsOf(json, at);
    return (unit) => spots(offsetOf(unit));
  };
  const tokens = firstOf(json, members, tokensKeys);
  return {
    text: stringAt(firstOf(json, members, textKeys)),
    tokens: tokens === undefined ? [] : elementsOf(json, tokens).map((at) => stringAt(json[at] === '{' ? formAt(json, at) : at)),
  };
}

function formAt(json: string, token: number): number | undefined {
  const members = membersOf(json, token);
  return tokenForm.map((key) => members.get(key)).find((at) => at !== undefined);
}

function firstOf(json: string, members: ReadonlyMap<string, number>, keys: readonly string[]): number | undefined {
  // `null` is passed over, as when values are read.
  return keys.map((key) => members.get(key)).find((at) => at !== undefined && json[at] !== 'n');
}
