/** Cells become the classes of many labellings by shared steps: nothing is lost on the way, and less is done. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { planJoins } from '../../../server/src/methods/statistics/joins';
import type { CellLabelling, Join } from '../../../server/src/methods/statistics/joins';

/** The cells of every class of every labelling, and how many joins it took. */
function walked(joins: readonly Join[], cells: number): { readonly classes: Map<number, string[][]>; readonly steps: number } {
  const classes = new Map<number, string[][]>();
  let steps = 0;
  const joined = (of: readonly string[][], into: Int32Array): string[][] => {
    const made: string[][] = [];
    into.forEach((k, cell) => {
      if (k < 0) return;
      made[k] = [...(made[k] ?? []), ...of[cell]!].sort();
      steps++;
    });
    return made;
  };
  const walk = (of: readonly string[][], list: readonly Join[]): void => {
    for (const step of list) {
      if ('then' in step) walk(joined(of, step.cellOfCell), step.then);
      else classes.set(step.index, joined(of, step.classOfCell));
    }
  };
  const single = Array.from({ length: cells }, (_, cell) => [String(cell)]);
  walk(single, joins);
  return { classes, steps };
}

test('whatever the labellings, every class gets its own cells, each once, and never by more joins than one labelling at a time', () => {
  const labelling = fc.integer({ min: 1, max: 30 }).chain((cells) =>
    fc
      .array(fc.array(fc.integer({ min: -1, max: 2 }), { minLength: cells, maxLength: cells }), { minLength: 1, maxLength: 9 })
      .map((given): { cells: number; labellings: CellLabelling[] } => ({
        cells,
        labellings: given.map((classes, index) => ({ index, classOfCell: Int32Array.from(classes) })),
      })),
  );
  fc.assert(
    fc.property(labelling, ({ cells, labellings }) => {
      const shared = walked(planJoins(labellings, cells), cells);
      const alone = walked(labellings, cells);
      expect([...shared.classes].sort(([a], [b]) => a - b)).toEqual([...alone.classes]);
      expect(shared.steps).toBeLessThanOrEqual(labellings.length * cells);
    }),
  );
});

test('the values of one attribute, each against the rest, are joined from as many cells as there are values', () => {
  // Twelve cells of four values: each value in three cells that other labellings tell apart.
  const labellings = [0, 1, 2, 3].map((value) => ({ index: value, classOfCell: Int32Array.from({ length: 12 }, (_, cell) => Number(cell % 4 === value)) })); // prettier-ignore
  expect(walked(labellings, 12).steps).toBe(48);
  expect(walked(planJoins(labellings, 12), 12).steps).toBeLessThan(48);
});
