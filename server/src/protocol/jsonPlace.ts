/** Where a JSON text goes wrong. `JSON.parse` says so only sometimes, and differently from version to version. */

/** The first place that is no JSON: line and column from 1, columns in UTF-16 units. */
export interface JsonFault {
  readonly line: number;
  readonly column: number;
  readonly found: string;
  /** The text may be JSON, but is nested deeper than allowed. */
  readonly tooDeep: boolean;
}

const token =
  /[\t\n\r ]*(?:([{}[\],:])|("(?:[^"\\\u0000-\u001f]|\\(?:["\\/bfnrt]|u[\da-fA-F]{4}))*")|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null)/y;

/** The first fault of a text, or undefined where it is JSON nested at most `depth` deep. Works without recursion. */
export function jsonFault(text: string, depth = 64): JsonFault | undefined {
  const open: string[] = [];
  // What may come next: a value, a value or the end, a key or the end, a key, a colon, a comma or the end.
  let want: 'value' | 'first value' | 'first key' | 'key' | 'colon' | 'comma' = 'value';
  token.lastIndex = 0;
  for (;;) {
    const from = token.lastIndex;
    if (want === 'comma' && open.length === 0)
      return /^[\t\n\r ]*$/.test(text.slice(from)) ? undefined : at(text, from, 'text after the end');
    const match = token.exec(text);
    if (!match) return at(text, from, undefined);
    const mark = match[1];
    const closes = mark === '}' ? '{' : mark === ']' ? '[' : undefined;
    const fault = () => at(text, from, undefined);
    if (closes) {
      const allowed = want === 'comma' || (want === 'first value' && mark === ']') || (want === 'first key' && mark === '}');
      if (!allowed || open.pop() !== closes) return fault();
      want = 'comma';
    } else if (want === 'comma') {
      if (mark !== ',') return fault();
      want = open.at(-1) === '{' ? 'key' : 'value';
    } else if (want === 'colon') {
      if (mark !== ':') return fault();
      want = 'value';
    } else if (want === 'key' || want === 'first key') {
      if (match[2] === undefined) return fault();
      want = 'colon';
    } else if (mark === '{' || mark === '[') {
      if (open.push(mark) > depth) return { ...at(text, from, `more than ${depth} levels`), tooDeep: true };
      want = mark === '{' ? 'first key' : 'first value';
    } else {
      if (mark !== undefined) return fault();
      want = 'comma';
    }
  }
}

function at(text: string, from: number, found: string | undefined): JsonFault {
  const blank = /[\t\n\r ]*/y;
  blank.lastIndex = from;
  blank.exec(text);
  const offset = blank.lastIndex;
  const before = text.slice(0, offset).split('\n');
  const next = text.slice(offset, offset + 20).split('\n')[0] ?? '';
  return {
    line: before.length,
    column: (before.at(-1) ?? '').length + 1,
    tooDeep: false,
    found: found ?? (offset >= text.length ? 'the end of the file' : `"${next}"`),
  };
}
