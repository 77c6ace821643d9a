/** Lines over steps that are no quantity (numbers of neurons, layers, steps of a search): ordinal, with direct labels. */
export interface ChartData {
  readonly title: string;
  /** What the picture shows, in a sentence. */
  readonly conclusion: string;
  readonly x: { readonly name: string; readonly steps: readonly string[] };
  /** `to` is null where the scale has no end. */
  readonly y: { readonly name: string; readonly from: number; readonly to: number | null };
  readonly lines: readonly ChartLine[];
  /** What is reached without knowing anything. */
  readonly chance: { readonly name: string; readonly value: number } | null;
}

export interface ChartLine {
  readonly name: string;
  readonly values: readonly (number | null)[];
  /** Drawn back: a control, or what was fitted. */
  readonly quiet?: boolean;
}

/** The values that the vertical scale must have room for, and its ends. */
export function chartEnds({ y, lines, chance }: ChartData): { readonly from: number; readonly to: number } {
  const values = [...lines.flatMap((line) => line.values), chance?.value ?? null].filter((value) => value !== null);
  const from = Math.min(y.from, ...values);
  const most = y.to ?? Math.max(...values, from);
  return { from, to: most > from ? most : from + 1 };
}

/** Which steps are written below the axis: all of a few, else about `most` of them, evenly. */
export function labelledSteps(count: number, most = 12): number[] {
  const every = Math.max(1, Math.ceil(count / most));
  return Array.from({ length: count }, (_, i) => i).filter((i) => i % every === 0 || (i === count - 1 && i % every > every / 2));
}
