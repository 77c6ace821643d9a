/** Which concepts are columns, in which order and how wide: what a person arranged, kept by name so that it outlives a reload. */
import { enoughWords } from '../../../server/src/protocol/evidence';
import type { TableRanking } from './tableRanking';

/** Narrower a score does not fit; wider there is nothing to see. In pixels. */
const leastWidth = 30;
const mostWidth = 160;
export const usualWidth = 36;

export interface Layout {
  /** Concepts that were moved, in their order; those that are not named follow in the order of the file. */
  readonly order: readonly string[];
  readonly widths: Readonly<Record<string, number>>;
  /** Families of concepts that are hidden. */
  readonly hiddenFamilies: readonly string[];
  /** Hides concepts that fewer than `enoughWords` words carry. */
  readonly hidesFew: boolean;
}

export const usualLayout: Layout = { order: [], widths: {}, hiddenFamilies: [], hidesFew: false };

/** What kind of concept it is: `wink.xpos` of `wink.xpos=VBD`, `rule` of `rule:quote`; plain names are `named`. */
export function familyOf(concept: string): string {
  return /^([^=:\s]+)[=:]/.exec(concept)?.[1] ?? 'named';
}

/** Indices of the rankings that are shown, in their order. All of them where nothing would be left. */
export function columnOrder(rankings: readonly TableRanking[], { order, hiddenFamilies, hidesFew }: Layout): number[] {
  const all = rankings.map((_, index) => index);
  const place = new Map(order.map((concept, at) => [concept, at]));
  const at = (index: number): number => place.get(rankings[index]?.concept ?? '') ?? order.length + index;
  const shown = all.filter((index) => {
    const ranking = rankings[index];
    if (!ranking || hiddenFamilies.includes(familyOf(ranking.concept))) return false;
    return !hidesFew || ranking.support.positive >= enoughWords;
  });
  return (shown.length > 0 ? shown : all).sort((a, b) => at(a) - at(b));
}

/** The order after a column was moved before another; `before` may be one past the last. */
export function moveColumn(shown: readonly string[], from: number, before: number): string[] {
  const moved = shown[from];
  if (moved === undefined) return [...shown];
  const rest = shown.filter((_, at) => at !== from);
  rest.splice(before > from ? before - 1 : before, 0, moved);
  return rest;
}

/** A width that a column may have. */
export function clampWidth(width: number): number {
  return Math.round(Math.max(leastWidth, Math.min(mostWidth, width)));
}

/** A layout that was kept, as far as it is one. */
export function readLayout(kept: unknown): Layout {
  const { order, widths, hiddenFamilies, hidesFew } = (typeof kept === 'object' && kept !== null ? kept : {}) as Readonly<
    Record<string, unknown>
  >;
  const texts = (value: unknown): string[] => (Array.isArray(value) ? value.filter((each) => typeof each === 'string') : []);
  const sizes = typeof widths === 'object' && widths !== null ? Object.entries(widths) : [];
  return {
    order: texts(order),
    widths: Object.fromEntries(
      sizes.flatMap(([concept, width]) => (typeof width === 'number' && Number.isFinite(width) ? [[concept, clampWidth(width)]] : [])),
    ),
    hiddenFamilies: texts(hiddenFamilies),
    hidesFew: hidesFew === true,
  };
}
