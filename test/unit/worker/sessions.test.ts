import { describe, expect, test } from 'vitest';
import { openModel } from '../../../server/src/worker/openModel';
import { runnableModel } from '../../../server/src/worker/runnableModel';
import { SessionCache } from '../../../server/src/worker/sessions';
import type { ModelRun } from '../../../server/src/runtime/modelRun';
import { media } from '../../helpers/media';

const model = openModel({ folder: media('models/demo-gpt2') });
const specs = model.taps.map((tap) => ({ wanted: [{ ...tap, stack: tap.point.stack }], sites: [] }));
const [first, second, third] = specs;
if (!first || !second || !third) throw new Error('a model with too few taps');

/** Sessions that count how often they are opened and closed. */
function counting(limit: number) {
  const counts = { opened: 0, closed: 0 };
  const run: ModelRun = {
    fixedLength: undefined,
    run: () => Promise.resolve([]),
    release: () => {
      counts.closed += 1;
      return Promise.resolve();
    },
  };
  const open = () => {
    counts.opened += 1;
    return Promise.resolve(run);
  };
  const gradient = () => Promise.reject(new Error('no derivatives'));
  return { counts, cache: new SessionCache(limit, { run: open, gradient }) };
}

const nothing = () => Promise.resolve();

describe('sessions', () => {
  test('are opened once for the same outputs and sites, and anew for others', async () => {
    const { counts, cache } = counting(4);
    await cache.use(model, first, nothing);
    await cache.use(model, first, nothing);
    expect(counts.opened).toBe(1);
    await cache.use(model, { ...first, sites: [{ tap: first.wanted[0] as never, form: 'dense' }] }, nothing);
    expect(counts.opened).toBe(2);
  });

  test('used longest ago are closed first, those in use never', async () => {
    const { counts, cache } = counting(2);
    await cache.use(model, first, async () => {
      await cache.use(model, second, nothing);
      await cache.use(model, third, nothing);
      expect([cache.keys.length, counts.closed]).toEqual([2, 1]);
    });
    await cache.use(model, first, nothing);
    // The first was in use while the second had to go.
    expect(counts).toEqual({ opened: 3, closed: 1 });
  });

  test('are closed when their model gives way to another, and kept as long as it is the same', async () => {
    const { counts, cache } = counting(4);
    for (const spec of [first, second]) await cache.use(model, spec, nothing);
    await cache.unload(model);
    expect([cache.keys.length, counts.closed]).toEqual([2, 0]);
    await cache.unload(openModel({ folder: media('models/demo-bert') }));
    expect([cache.keys.length, counts.closed]).toEqual([0, 2]);
  });

  test('unloaded while they run are closed when they are done', async () => {
    const { counts, cache } = counting(4);
    await cache.use(model, first, async () => {
      await cache.unload();
      expect([cache.keys.length, counts.closed]).toEqual([0, 0]);
    });
    expect(counts.closed).toBe(1);
  });

  test('for derivatives are kept beside the others; what cannot be opened is not', async () => {
    const { cache } = counting(4);
    await cache.use(model, first, nothing);
    const of = { tensor: 'logits', stack: '', perToken: true, kind: 'logit', width: undefined } as const;
    await expect(cache.useGradient(model, { of, taps: model.taps, sites: [] }, nothing)).rejects.toThrow('no derivatives');
    expect(cache.keys).toHaveLength(1);
  });

  test('whose run fails are not kept', async () => {
    const { counts, cache } = counting(4);
    await expect(cache.use(model, first, () => Promise.reject(new Error('broken')))).rejects.toThrow('broken');
    expect([cache.keys.length, counts.closed]).toEqual([0, 1]);
  });
});

describe('a model as causal methods see it', () => {
  const ids = Int32Array.of(5, 6, 7);
  const batch = { size: 1, length: 3, ids, mask: new Uint8Array(3).fill(1) };
  const point = { stack: '', layer: 2, tap: 'ffn' } as const;

  test('hands over an edited tap as it became, and what follows changes', async () => {
    const sessions = new SessionCache(4);
    const runnable = runnableModel(model, { sessions });
    const edit = { point, units: [3], operation: 'set', values: [7], places: [{ row: 0, position: 1 }] } as const;
    const [plain, logits] = await runnable.run(batch, [], [point, 'logits']);
    const [edited, changed] = await runnable.run(batch, [edit], [point, 'logits']);
    const width = runnable.taps.find((tap) => tap.point.layer === 2 && tap.point.tap === 'ffn')?.width ?? 0;
    expect(edited?.data[width + 3]).toBe(7);
    // Another session fuses other operators, so equal values differ in their last bits.
    const same = (a: number | undefined, b: number | undefined) => Math.abs((a ?? NaN) - (b ?? NaN)) < 1e-4;
    expect(edited?.data.filter((value, i) => i !== width + 3 && !same(value, plain?.data[i]))).toHaveLength(0);
    // A causal model: what stands before the edited token is scored as before, the token itself is not.
    const vocabulary = runnable.logits?.width ?? 0;
    const moved = [0, 1, 2].map((token) =>
      changed?.data
        .slice(token * vocabulary, (token + 1) * vocabulary)
        .some((score, i) => !same(score, logits?.data[token * vocabulary + i])),
    );
    expect(moved).toEqual([false, true, true]);
    await sessions.unload();
  });
});
