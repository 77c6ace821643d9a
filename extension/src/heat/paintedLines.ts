/** What is known of one neuron in one document: its spans, sorted, and the lines that were asked for. */
import { missing, union } from './lines';
import type { LineRange } from './lines';
import type { PaintSpan } from './spans';

/** A change of a document: the lines it touched (before it), and how many more lines there are since. */
export interface LineEdit extends LineRange {
  readonly added: number;
}

export class PaintedLines {
  spans: readonly PaintSpan[] = [];
  private known: readonly LineRange[] = [];

  /** Lines of `range` that have not been asked for. */
  gaps(range: LineRange): readonly LineRange[] {
    return missing(range, this.known);
  }

  /** Spans on `ranges` (sorted, without overlap), and of the others those that are wanted all the same. */
  on(ranges: readonly LineRange[], isWanted: (span: PaintSpan) => boolean): PaintSpan[] {
    const parts: PaintSpan[][] = [];
    let rest = 0;
    for (const { from, to } of ranges) {
      const [first, end] = [this.indexOf(from), this.indexOf(to)];
      parts.push(this.spans.slice(rest, first).filter(isWanted), this.spans.slice(first, end));
      rest = end;
    }
    return [...parts, this.spans.slice(rest).filter(isWanted)].flat();
  }

  /** An answer: these spans are all there are on the lines of `range`. */
  add(range: LineRange, spans: readonly PaintSpan[]): void {
    const inside = spans.filter(({ line }) => line >= range.from && line < range.to);
    this.spans = [...this.spans.slice(0, this.indexOf(range.from)), ...inside, ...this.spans.slice(this.indexOf(range.to))];
    this.known = union([...this.known, range]);
  }

  /** Everything has to be asked for again; until then the spans stay. */
  doubt(): void {
    this.known = [];
  }

  /** Touched lines lose their spans, those below move along. */
  edit({ from, to, added }: LineEdit): void {
    const first = this.indexOf(from);
    const rest = this.indexOf(to);
    const below = this.spans.slice(rest);
    this.spans = [...this.spans.slice(0, first), ...(added === 0 ? below : below.map((span) => ({ ...span, line: span.line + added })))];
    this.doubt();
  }

  /** Index of the first span on `line` or below it. */
  private indexOf(line: number): number {
    let [low, high] = [0, this.spans.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.spans[middle]?.line ?? 0) < line) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
