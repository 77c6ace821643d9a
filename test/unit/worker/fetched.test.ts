import { describe, expect, test } from 'vitest';
import type { Stack } from '../../../server/src/protocol/neurons';
import { fetchOf, writtenForm } from '../../../server/src/worker/fetched';
import type { NamedFetch } from '../../../server/src/worker/fetched';
import { openModel } from '../../../server/src/worker/openModel';
import { runEdited } from '../../../server/src/worker/runnableModel';
import { familyBatch, familyReference, unpackFamily } from '../../helpers/families';
import { tempFolder } from '../../helpers/tempFiles';

const place = tempFolder();

/** Attention weights of a family as `run-model` writes them, and how far they are from what PyTorch gives. */
async function attention(name: string) {
  const reference = familyReference(name);
  const { decoder, ...own } = familyBatch(reference);
  const rowsOf = (stack: Stack) => ({ tables: [], ...own, ...(stack === 'dec' && decoder) });
  const model = openModel({ folder: unpackFamily(name, place.path) });
  const wanted = Object.keys(reference.weights).map((each) => fetchOf(model, each));
  const values = await runEdited(model, { ...own, ...(decoder && { decoder }) }, [], wanted);
  return wanted.map((fetch, i) => {
    const { shape, data } = writtenForm(fetch, values[i] ?? { dims: [], data: new Float32Array(0) }, rowsOf);
    const expected = reference.weights[fetch.name];
    const real = Array.from(data).flatMap((value, at) => (Number.isNaN(value) ? [] : [Math.abs(value - (expected?.data[at] ?? NaN))]));
    return { name: fetch.name, shape, expected: expected?.shape, real: real.length, apart: Math.max(...real) };
  });
}

describe('values that are no numbers are counted where a token is real, and their first place is told', () => {
  const rows = { tables: [], size: 2, length: 2, ids: new Int32Array(4), mask: Uint8Array.of(1, 1, 1, 0) };
  const written = (fetch: Pick<NamedFetch, 'axes'>, dims: number[], data: number[]) =>
    writtenForm({ name: 'x', stack: '', tensor: 'x', ...fetch }, { dims, data: Float32Array.from(data) }, () => rows).notFinite;

  test('[texts, tokens, units]: padding does not count', () => {
    expect(written({ axes: 'tokens' }, [2, 2, 2], [1, 2, 3, 4, 5, 6, NaN, NaN])).toBeNull();
    expect(written({ axes: 'tokens' }, [2, 2, 2], [1, 2, 3, NaN, Infinity, 6, NaN, 8])).toEqual({ count: 2, first: [0, 1, 1] });
  });

  test('[texts, units]', () => {
    expect(written({ axes: 'unknown' }, [2, 3], [1, 2, 3, 4, -Infinity, 6])).toEqual({ count: 1, first: [1, 1] });
  });
});

describe('attention weights are those that PyTorch gives, and NaN where a token is padding', () => {
  // Two texts, of seven and five tokens; the decoder's both have six.
  const seen = { attn: 4 * (7 * 7 + 5 * 5), 'dec.attn': 4 * 2 * 6 * 6, 'dec.xattn': 4 * 6 * (7 + 5) };

  test.each(['bert-mlm', 'bert-mlm-saved', 'deberta-v2-mlm', 'gpt2', 'mistral', 'mistral-fixed'])('%s', async (name) => {
    const found = await attention(name);
    expect(found.map((each) => each.name)).toEqual(['L1.attn.weights', 'L2.attn.weights']);
    for (const { shape, expected, real, apart } of found) {
      expect(shape).toEqual(expected);
      expect(real).toBe(seen.attn);
      expect(apart).toBeLessThan(1e-5);
    }
  });

  test('bart, whose decoder attends to itself and to its encoder', async () => {
    const found = await attention('bart');
    expect(found.map(({ name, real }) => [name.replace(/L\d\./, ''), real])).toEqual([
      ['enc.attn.weights', seen.attn], ['enc.attn.weights', seen.attn], ['dec.attn.weights', seen['dec.attn']],
      ['dec.attn.weights', seen['dec.attn']], ['dec.xattn.weights', seen['dec.xattn']], ['dec.xattn.weights', seen['dec.xattn']],
    ]); // prettier-ignore
    for (const { shape, expected, apart } of found) {
      expect(shape).toEqual(expected);
      expect(apart).toBeLessThan(1e-5);
    }
  });
});
