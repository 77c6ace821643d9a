/** What derivatives cost: a run forwards and back to the FFN of every layer against a run forwards. */
import { openModelRun } from '../../server/src/runtime/modelRun';
import { openGradientRun } from '../../server/src/runtime/gradientRun';
import type { TokenBatch } from '../../server/src/runtime/rows';
import { scoresOf } from '../../server/src/worker/gradient/scores';
import { openModel } from '../../server/src/worker/openModel';
import { inTurns, timesAsLong } from './cost';
import { report } from './row';
import type { Row } from './row';
import { subjects } from './subjects';

const [texts, tokens, repeats] = [8, 64, 7];

async function* rows(): AsyncGenerator<Row> {
  for (const { name, folder } of subjects) {
    const model = openModel({ folder });
    const scores = scoresOf(model, { of: 'logit' });
    const taps = model.taps.filter(({ point }) => point.tap === 'ffn');
    const known = model.embeddingRows ?? 2;
    const cells = texts * tokens;
    const batch: TokenBatch = {
      size: texts,
      length: tokens,
      ids: Int32Array.from({ length: cells }, (_, i) => (7 * i + 1) % known),
      mask: new Uint8Array(cells).fill(1),
    };
    const at = Array.from({ length: texts }, () => ({ target: 1, position: tokens - 1, tapPosition: tokens - 1 }));
    const forward = await openModelRun(model.folder, [scores], { prepack: false });
    const back = await openGradientRun(model.folder, scores, taps, { oneToken: true });
    const costs = await inTurns({ forward: () => forward.run(batch), back: () => back.run(batch, at) }, repeats);
    yield {
      what: `gradient for the FFN of all layers, ${name}`,
      value: timesAsLong(costs.back, costs.forward),
      unit: '×',
      atMost: 2.5,
      note: `forwards and back against forwards, ${texts} texts of ${tokens} tokens, ${taps.length} layers, one thread`,
    };
    await Promise.all([forward.release(), back.release()]);
  }
}

void report(rows());
