/** Names that somebody may have meant: by edits (a swap of neighbours counts as one), case ignored, nearest first. */
export function near(name: string, known: readonly string[], most = 3): string[] {
  const asked = name.toLowerCase();
  const limit = Math.max(1, Math.floor(asked.length / 4));
  return known
    .map((one) => ({ one, edits: one.toLowerCase().endsWith(`.${asked}`) ? 0 : edits(asked, one.toLowerCase(), limit) }))
    .filter((candidate) => candidate.edits <= limit)
    .sort((a, b) => a.edits - b.edits)
    .slice(0, most)
    .map(({ one }) => one);
}

/** Optimal string alignment distance, infinite once it must exceed `limit`. */
function edits(a: string, b: string, limit: number): number {
  if (Math.abs(a.length - b.length) > limit) return Infinity;
  let earlier: number[] = [];
  let previous = Array.from({ length: b.length + 1 }, (_, k) => k);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const changed = a[i - 1] === b[j - 1] ? 0 : 1;
      let best = Math.min((previous[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1, (previous[j - 1] ?? 0) + changed);
      const swapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      if (swapped) best = Math.min(best, (earlier[j - 2] ?? 0) + 1);
      row.push(best);
    }
    earlier = previous;
    previous = row;
  }
  return previous[b.length] ?? Infinity;
}
