/** Which words of a sentence stand inside quotation marks or brackets, however deeply they are nested. */

/** Words of one sentence; `spaceAfter[w]` is 0 where the next word follows without a blank. */
export interface SentenceWords {
  readonly forms: readonly string[];
  readonly spaceAfter: ArrayLike<number>;
}

/**
 * 1 for words inside quotes. A mark belongs to the quotation around it, if there is one, and never to its own. A mark
 * that is never closed in its sentence opens nothing. A straight single mark opens only right before a word, since an
 * apostrophe looks the same; in text where blanks are everywhere it therefore never opens.
 */
export function insideQuotes({ forms, spaceAfter }: SentenceWords): Uint8Array {
  const pairs: [number, number][] = [];
  const open: { closes: readonly string[]; at: number }[] = [];
  forms.forEach((form, w) => {
    const opened = open.findLastIndex(({ closes }) => closes.includes(form));
    if (opened >= 0) {
      pairs.push([open[opened]?.at ?? w, w]);
      open.length = opened;
      return;
    }
    const closes = closing.get(form);
    if (closes && (form !== "'" || spaceAfter[w] === 0)) open.push({ closes, at: w });
  });
  return between(pairs, forms.length);
}

/** 1 for words inside ( ), [ ] or { }, also as -LRB- and -RRB-. A bracket that has no partner opens or closes nothing. */
export function insideBrackets({ forms }: SentenceWords): Uint8Array {
  const pairs: [number, number][] = [];
  const open: { closes: string; at: number }[] = [];
  forms.forEach((form, w) => {
    const closes = brackets.get(form);
    if (closes !== undefined) open.push({ closes, at: w });
    const opened = open.findLastIndex((one) => one.closes === form);
    if (opened < 0) return;
    pairs.push([open[opened]?.at ?? w, w]);
    open.length = opened;
  });
  return between(pairs, forms.length);
}

/** Opening marks with the marks that close them. Typists mix styles, so a curly mark may be closed by a straight one. */
const closing: ReadonlyMap<string, readonly string[]> = new Map([
  ['"', ['"', "''", '”']],
  ['“', ['”', '"', "''"]],
  ['„', ['“', '”', '"']],
  ['``', ["''", '"']],
  ["''", ["''"]],
  ['«', ['»']],
  ['»', ['«']],
  ['‘', ['’', "'"]],
  ['`', ["'", '’']],
  ["'", ["'", '’']],
]);

const brackets: ReadonlyMap<string, string> = new Map([
  ['(', ')'],
  ['[', ']'],
  ['{', '}'],
  ['-LRB-', '-RRB-'],
  ['-LSB-', '-RSB-'],
  ['-LCB-', '-RCB-'],
]);

function between(pairs: readonly (readonly [open: number, close: number])[], words: number): Uint8Array {
  const inside = new Uint8Array(words);
  for (const [open, close] of pairs) inside.fill(1, open + 1, close);
  return inside;
}
