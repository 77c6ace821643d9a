/** From edits of neurons at tokens to the numbers that a site's inputs are fed with. */
import { Defect } from '../../protocol/errors';
import { tapText } from '../../protocol/neurons';
import type { TapPoint } from '../../protocol/neurons';
import { followedBy, identity } from './change';
import type { Change, Operation } from './change';
import type { EditSite } from './site';

/** A token of a batch: `position` counts the real tokens of its row from 0, padding never. */
export interface TokenPlace {
  readonly row: number;
  readonly position: number;
}

/** One edit of neurons of one tap. Several apply in the order given. */
export interface TapEdit {
  readonly point: TapPoint;
  /** From 0, in the order of the values. */
  readonly units: ArrayLike<number>;
  readonly operation: Operation;
  /** One number for all; one a unit; or units after units, place by place. */
  readonly values: ArrayLike<number>;
  /** Undefined: every token of every row, padding too. */
  readonly places?: readonly TokenPlace[];
}

/** The rows that a graph computes; `mask` is 1 on real tokens, and `past` tokens of each row came in runs before. */
export interface EditedRows {
  readonly size: number;
  readonly length: number;
  readonly mask: Uint8Array;
  readonly past?: number;
}

/** What one site is fed with: [rows, neurons] in the dense form, lists as long as `cells` in the sparse one. */
export interface SiteFeed {
  readonly rows: number;
  /** Sparse form only: row × neurons + unit, ascending, each once. */
  readonly cells?: Float64Array;
  readonly scale: Float32Array;
  readonly add: Float32Array;
  readonly low: Float32Array;
  readonly high: Float32Array;
}

/** Which form suits the edits of one tap: sparse where they all name tokens. */
export function formOf(edits: readonly TapEdit[]): EditSite['form'] {
  return edits.every(({ places }) => places !== undefined) ? 'sparse' : 'dense';
}

/** The edits of a site in their order; places outside of the rows (of earlier or later runs) are left out. */
export function siteFeed({ tap, form }: EditSite, edits: readonly TapEdit[], rows: EditedRows): SiteFeed {
  const own = edits.filter(({ point }) => tapText(point) === tapText(tap.point));
  const everywhere = own.every(({ places }) => places === undefined);
  const count = everywhere ? 1 : rows.size * rows.length;
  const cells = new Map<number, Change>();
  for (const edit of own) applyEdit(edit, tap.width, rows, count, cells);
  return form === 'dense' ? denseFeed(cells, everywhere ? 1 : count, tap.width) : sparseFeed(cells, everywhere, rows, tap.width);
}

function applyEdit(edit: TapEdit, width: number, rows: EditedRows, count: number, cells: Map<number, Change>): void {
  const { units, operation, values, places } = edit;
  const change = (line: number, place: number) => {
    for (let u = 0; u < units.length; u++) {
      const value = values[values.length === 1 ? 0 : values.length === units.length ? u : place * units.length + u];
      if (value === undefined) throw new Defect(`${values.length} values for ${units.length} neurons of ${tapText(edit.point)}`);
      const cell = line * width + (units[u] ?? 0);
      cells.set(cell, followedBy(cells.get(cell) ?? identity, operation, value));
    }
  };
  if (places === undefined) {
    for (let line = 0; line < count; line++) change(line, 0);
    return;
  }
  const columns = columnsOf(rows);
  places.forEach(({ row, position }, place) => {
    const column = columns[row]?.[position - (rows.past ?? 0)];
    if (column !== undefined) change(row * rows.length + column, place);
  });
}

/** For each row the columns of its real tokens. */
function columnsOf({ size, length, mask }: EditedRows): number[][] {
  return Array.from({ length: size }, (_, row) => {
    const columns: number[] = [];
    for (let column = 0; column < length; column++) if (mask[row * length + column]) columns.push(column);
    return columns;
  });
}

function denseFeed(cells: ReadonlyMap<number, Change>, rows: number, width: number): SiteFeed {
  const size = rows * width;
  const feed = {
    rows,
    scale: new Float32Array(size).fill(identity.scale),
    add: new Float32Array(size).fill(identity.add),
    low: new Float32Array(size).fill(identity.low),
    high: new Float32Array(size).fill(identity.high),
  };
  for (const [cell, change] of cells) put(feed, cell, change);
  return feed;
}

function sparseFeed(cells: ReadonlyMap<number, Change>, everywhere: boolean, rows: EditedRows, width: number): SiteFeed {
  const all = everywhere ? onEveryRow(cells, rows.size * rows.length, width) : cells;
  const order = Float64Array.from(all.keys()).sort();
  const feed = {
    rows: 1,
    cells: order,
    scale: new Float32Array(order.length),
    add: new Float32Array(order.length),
    low: new Float32Array(order.length),
    high: new Float32Array(order.length),
  };
  order.forEach((cell, i) => put(feed, i, all.get(cell) ?? identity));
  return feed;
}

function onEveryRow(cells: ReadonlyMap<number, Change>, rows: number, width: number): Map<number, Change> {
  const all = new Map<number, Change>();
  for (let row = 0; row < rows; row++) for (const [cell, change] of cells) all.set(row * width + cell, change);
  return all;
}

function put(feed: Omit<SiteFeed, 'cells' | 'rows'>, at: number, change: Change): void {
  feed.scale[at] = change.scale;
  feed.add[at] = change.add;
  feed.low[at] = change.low;
  feed.high[at] = change.high;
}

/** The edits as they concern `count` rows from `from` on, counted from there. */
export function editsOfRows(edits: readonly TapEdit[], from: number, count: number): TapEdit[] {
  return edits.map((edit) => {
    if (!edit.places) return edit;
    const kept = edit.places.map((place, i) => ({ place, i })).filter(({ place: { row } }) => row >= from && row < from + count);
    const width = edit.units.length;
    const byPlace = edit.values.length > 1 && edit.values.length !== width;
    const values = byPlace
      ? Float32Array.from(kept.flatMap(({ i }) => Array.from({ length: width }, (_, u) => edit.values[i * width + u] ?? NaN)))
      : edit.values;
    return { ...edit, values, places: kept.map(({ place: { row, position } }) => ({ row: row - from, position })) };
  });
}
