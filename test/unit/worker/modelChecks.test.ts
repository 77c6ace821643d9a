import { describe, expect, test } from 'vitest';
import { modelChecks } from '../../../server/src/worker/modelChecks';
import { openModel } from '../../../server/src/worker/openModel';
import { families, unpackFamily } from '../../helpers/families';
import { tempFolder } from '../../helpers/tempFiles';

const place = tempFolder();
const context = { signal: new AbortController().signal, onProgress: () => undefined };

describe('edits that must change nothing change nothing', () => {
  test.each(families)('%s', async (name) => {
    const { taps, finite, identity, clamp } = await modelChecks(openModel({ folder: unpackFamily(name, place.path) }), context);
    for (const check of [taps, finite, identity, clamp]) expect(check).toMatchObject({ held: true });
    // Bit by bit, unless the model rounds to float16 or an operator had to be taken apart; the check then says so.
    for (const check of [identity, clamp]) expect(check?.detail).toMatch(/bit by bit|as rounding to float16 does|taken apart/);
  });
});
