/** Which lines of a document to ask for first: what is seen and one screen around it, then the lines further away. */

/** Lines from 0; `to` is not one of them. */
export interface LineRange {
  readonly from: number;
  readonly to: number;
}

/** Lines around the seen ones that are painted in idle time: enough for the ruler beside a usual file, not for a file of 100 MB. */
const reach = 5_000;
/** Lines of one request for what is not seen. */
const chunk = 500;
/** Lines that get their paint together. */
const block = 32;

/** The seen ranges and as much again above and below each, sorted, without overlap. */
export function nearLines(visible: readonly LineRange[], lineCount: number): LineRange[] {
  const wider = visible.map(({ from, to }) => ({ from: Math.max(0, 2 * from - to), to: Math.min(lineCount, 2 * to - from) }));
  return union(wider);
}

/** The near lines in whole blocks: paint is laid there, and laid anew only when scrolling leaves them. */
export function shownLines(visible: readonly LineRange[], lineCount: number): LineRange[] {
  return union(nearLines(visible, lineCount).map(({ from, to }) => ({ from: from - (from % block), to: Math.ceil(to / block) * block })));
}

/** Lines further away, in the order in which they are asked for: the closest first. */
export function farLines(visible: readonly LineRange[], lineCount: number): LineRange[] {
  const middle = visible[0]?.from ?? 0;
  const from = Math.max(0, Math.min(middle, lineCount) - reach);
  const to = Math.min(lineCount, middle + reach);
  const chunks: LineRange[] = [];
  for (let at = from - (from % chunk); at < to; at += chunk) chunks.push({ from: at, to: Math.min(at + chunk, lineCount) });
  const distance = (range: LineRange) => Math.abs(range.from + chunk / 2 - middle);
  return chunks.sort((a, b) => distance(a) - distance(b));
}

/** Sorted ranges without overlap that cover the same lines. */
export function union(ranges: readonly LineRange[]): LineRange[] {
  const merged: LineRange[] = [];
  for (const range of [...ranges].sort((a, b) => a.from - b.from)) {
    const last = merged.at(-1);
    if (range.to <= range.from) continue;
    if (last && range.from <= last.to) merged[merged.length - 1] = { from: last.from, to: Math.max(last.to, range.to) };
    else merged.push(range);
  }
  return merged;
}

/** What of `range` is not in `known` (sorted, without overlap). */
export function missing(range: LineRange, known: readonly LineRange[]): LineRange[] {
  const gaps: LineRange[] = [];
  let { from } = range;
  for (const { from: start, to: end } of known) {
    if (end <= from) continue;
    if (start >= range.to) break;
    if (start > from) gaps.push({ from, to: start });
    from = Math.max(from, end);
  }
  if (from < range.to) gaps.push({ from, to: range.to });
  return gaps;
}
