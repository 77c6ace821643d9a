import { describe, expect, test } from 'vitest';
import { Brush } from '../../../extension/src/heat/brush';
import { kindOf } from '../../../extension/src/heat/spans';
import type { PaintSpan } from '../../../extension/src/heat/spans';

const span = (line: number, step: number): PaintSpan => ({ line, start: 0, end: 3, value: step / 3, step });

describe('the brush', () => {
  /** A clock that moves on by a millisecond at every look, and pauses that end when the test says so. */
  function desk() {
    const set: [kind: number, places: readonly string[]][] = [];
    const pauses: (() => void)[] = [];
    let now = 0;
    const brush = new Brush<string>({
      placeOf: ({ line, start }) => `${line}:${start}`,
      set: (kind, places) => void set.push([kind, places]),
      pause: () => new Promise((resolve) => pauses.push(resolve)),
      clock: () => now++,
    });
    /** Ends the pauses of one turn after the other, until there is none any more or for so many turns. */
    const goOn = async (turns = Infinity) => {
      for (let turn = 0; turn < turns && pauses.length > 0; turn++) {
        pauses.shift()?.();
        for (let step = 0; step < 200; step++) await Promise.resolve();
      }
    };
    return { brush, set, goOn };
  }

  test('sets each kind once, and not again where nothing has changed', async () => {
    const { brush, set, goOn } = desk();
    const [first, second] = [span(1, 9), span(2, -9)];
    brush.show(() => [[first, second]]);
    await goOn();
    expect(set).toEqual([
      [kindOf(0, 9), ['1:0']],
      [kindOf(0, -9), ['2:0']],
    ]);
    brush.show(() => [[first]]);
    await goOn();
    expect(set.slice(2)).toEqual([[kindOf(0, -9), []]]);
  });

  test('pauses in the middle of many spans, and drops what it was at when something else is wanted meanwhile', async () => {
    const { brush, set, goOn } = desk();
    const many = Array.from({ length: 1_000 }, (_, line) => span(line, 9));
    brush.show(() => [many]);
    await goOn(2);
    expect(set).toEqual([]);
    brush.show(() => [[span(7, 3)]]);
    await goOn();
    expect(set).toEqual([[kindOf(0, 3), ['7:0']]]);
    brush.show(() => [many]);
    await goOn();
    expect(set.at(-1)?.[1]).toHaveLength(1_000);
  });
});
