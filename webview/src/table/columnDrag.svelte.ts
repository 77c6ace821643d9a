/** A column carried to another place by its name, or made wider by its edge, with the pointer. */

interface ColumnDragDeps {
  /** Widths of the columns as shown, in pixels. */
  readonly widths: () => readonly number[];
  readonly move: (from: number, before: number) => void;
  readonly resize: (column: number, width: number) => void;
}

interface Held {
  readonly kind: 'name' | 'edge';
  readonly column: number;
  readonly startX: number;
  readonly startWidth: number;
}

// Below it a press is a click.
const leastPixels = 5;

export class ColumnDrag {
  /** The column that is carried, and the one before which it would be put; the number of columns is the end. */
  from = $state<number | null>(null);
  before = $state<number | null>(null);
  #held: Held | null = null;
  #moved = false;
  readonly #deps: ColumnDragDeps;

  constructor(deps: ColumnDragDeps) {
    this.#deps = deps;
  }

  readonly grab = (event: PointerEvent, column: number): void => this.#hold(event, 'name', column);
  readonly grabEdge = (event: PointerEvent, column: number): void => this.#hold(event, 'edge', column);

  readonly carry = (event: PointerEvent): void => {
    if (!this.#held) return;
    const { kind, column, startX, startWidth } = this.#held;
    const by = event.clientX - startX;
    if (!this.#moved && Math.abs(by) < leastPixels) return;
    this.#moved = true;
    if (kind === 'edge') return this.#deps.resize(column, startWidth + by);
    this.from = column;
    this.before = this.#gapAt(column, by);
  };

  readonly drop = (): void => {
    const { from, before } = this;
    this.cancel();
    if (from !== null && before !== null && before !== from && before !== from + 1) this.#deps.move(from, before);
  };

  readonly cancel = (): void => {
    this.#held = null;
    this.from = null;
    this.before = null;
  };

  /** Whether the press that ends in this click was a drag; asked once. */
  wasDragged(): boolean {
    const moved = this.#moved;
    this.#moved = false;
    return moved;
  }

  #hold(event: PointerEvent, kind: Held['kind'], column: number): void {
    if (event.button !== 0) return;
    (event.currentTarget as HTMLElement).setPointerCapture(event.pointerId);
    this.#moved = false;
    this.#held = { kind, column, startX: event.clientX, startWidth: this.#deps.widths()[column] ?? 0 };
  }

  /** The gap that is nearest when a column's middle has been carried so far. */
  #gapAt(column: number, by: number): number {
    const widths = this.#deps.widths();
    const starts = widths.map((_, at) => widths.slice(0, at).reduce((sum, width) => sum + width, 0));
    const middle = (starts[column] ?? 0) + (widths[column] ?? 0) / 2 + by;
    const gap = starts.findIndex((start, at) => middle < start + (widths[at] ?? 0) / 2);
    return gap < 0 ? widths.length : gap;
  }
}
