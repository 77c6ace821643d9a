/** Columns of text that line up, whatever the script. */

// Combining marks and joiners take no cell, East Asian wide characters and emoji two. Close enough for tables of words.
const zeroWidth = /[\p{Mn}\p{Me}\p{Cf}]/u;
const wide =
  /[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6\u{1f300}-\u{1faff}\u{20000}-\u{3fffd}]/u;

// Colour sequences, which take no room on a terminal.
const colourCode = /\u001b\[[0-9;]*m/g;

/** Terminal cells that a text takes. */
export function cells(text: string): number {
  let count = 0;
  for (const character of text.replace(colourCode, '')) count += zeroWidth.test(character) ? 0 : wide.test(character) ? 2 : 1;
  return count;
}

/** Text filled with blanks to `width` cells. */
export function pad(text: string, width: number, side: 'left' | 'right' = 'left'): string {
  const fill = ' '.repeat(Math.max(0, width - cells(text)));
  return side === 'left' ? text + fill : fill + text;
}

/** Text cut to `width` cells, with a mark where something is missing. */
export function cut(text: string, width: number): string {
  if (cells(text) <= width) return text;
  let kept = '';
  for (const character of text) {
    if (cells(kept) + cells(character) >= width) break;
    kept += character;
  }
  return `${kept}…`;
}

/**
 * A column of texts to the right of a table, cut to what is left of `width` cells, though never below `least`: the table’s lines
 * and the texts stand in the same order.
 */
export function beside(
  left: string,
  texts: readonly string[],
  { width, least }: { readonly width: number; readonly least: number },
): string {
  const lines = left.split('\n');
  const used = Math.max(...lines.map(cells)) + 2;
  return lines.map((line, i) => `${pad(line, used)}${cut(texts[i] ?? '', Math.max(least, width - used))}`.trimEnd()).join('\n');
}

/** Rows as lines, columns as wide as their widest cell. `right` names the columns that hold numbers. */
export function table(
  rows: readonly (readonly string[])[],
  options: { readonly right?: readonly number[]; readonly gap?: string } = {},
): string {
  const widths: number[] = [];
  for (const row of rows) row.forEach((cell, i) => (widths[i] = Math.max(widths[i] ?? 0, cells(cell))));
  return rows
    .map((row) =>
      row
        .map((cell, i) => pad(cell, widths[i] ?? 0, options.right?.includes(i) ? 'right' : 'left'))
        .join(options.gap ?? '  ')
        .trimEnd(),
    )
    .join('\n');
}
