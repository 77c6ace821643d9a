import { describe, expect, test } from 'vitest';
import { modelChecks } from '../../../server/src/worker/modelChecks';
import { openModel } from '../../../server/src/worker/openModel';
import { families, unpackFamily } from '../../helpers/families';
import { tempFolder } from '../../helpers/tempFiles';

const place = tempFolder();
const context = { signal: new AbortController().signal, onProgress: () => undefined };

describe('edits that must change nothing change nothing, and derivatives are what small changes do', () => {
  test.each(families)('%s', async (name) => {
    const model = openModel({ folder: unpackFamily(name, place.path) });
    const { taps, finite, identity, clamp, gradient } = await modelChecks(model, context);
    for (const check of [taps, finite, identity, clamp]) expect(check).toMatchObject({ held: true });
    // Bit by bit, unless the model rounds to float16 or an operator had to be taken apart; the check then says so.
    for (const check of [identity, clamp]) expect(check?.detail).toMatch(/bit by bit|as rounding to float16 does|taken apart/);
    if (/int8|qdq|qoperator/.test(name))
      expect(gradient).toMatchObject({ held: null, detail: expect.stringContaining('rounding') as string });
    else expect(gradient).toMatchObject({ held: true });
  });
});
