/** What the first layers cost by themselves: a skeleton ends at the taps asked for, so a layer costs no more than its share of the model. */
import { openModelRun } from '../../server/src/runtime/modelRun';
import type { Wanted } from '../../server/src/runtime/modelRun';
import { openModel } from '../../server/src/worker/openModel';
import { inTurns, median, timesAsLong } from './cost';
import { report } from './row';
import type { Row } from './row';
import { subjects } from './subjects';
import type { Subject } from './subjects';

const [repeats, runs, size, length] = [7, 4, 8, 64];

async function* measure(): AsyncGenerator<Row> {
  for (const subject of subjects) yield* sharesOf(subject);
}

// Where a model is its layers and nothing behind them, the first costs its very share: medians of turns still differ by so much.
const noise = 1.05;

/** Each layer's hidden state alone against the outputs of the whole model, both less what comes before the first layer. */
async function* sharesOf({ name, folder }: Subject): AsyncGenerator<Row> {
  const model = openModel({ folder });
  const [{ blocks, layers }] = model.stacks;
  const ids = Int32Array.from({ length: size * length }, (_, i) => (7 * i + 1) % (model.embeddingRows ?? 2));
  const batch = { size, length, ids, mask: new Uint8Array(ids.length).fill(1) };
  const [output] = model.folder.parts[0]?.file.model.graph.outputs ?? [];
  const wanted = new Map<string, Wanted>([
    ['whole', { tensor: output?.name ?? '', stack: '' }],
    ...model.taps.filter(({ point }) => point.layer === 0).map((tap) => ['0', { ...tap, stack: '' }] as const),
    ...blocks.slice(0, -1).map(({ layer, hidden }) => [`${layer}`, { ...hidden, stack: '' }] as const),
  ]);
  const opened = await Promise.all([...wanted].map(async ([key, each]) => [key, await openModelRun(model.folder, [each])] as const));
  const works = opened.map(([key, run]): [string, () => Promise<void>] => [
    key,
    async () => {
      for (let i = 0; i < runs; i++) await run.run(batch);
    },
  ]);
  const costs = await inTurns(Object.fromEntries(works), repeats);
  const before = median((costs['0'] ?? []).map(({ all }) => all));
  for (const { layer } of blocks.slice(0, -1)) {
    yield {
      what: `${name}: the first ${layer} of ${layers} layers against the whole model`,
      value: timesAsLong(costs[`${layer}`] ?? [], costs['whole'] ?? [], ({ all }) => all - before),
      unit: '×',
      atMost: Number(((noise * layer) / layers).toFixed(3)),
      note: `processor time for hidden states of ${size} texts of ${length} tokens, less embeddings; the share is ${(layer / layers).toFixed(2)}`,
    };
  }
  for (const [, run] of opened) await run.release();
}

void report(measure());
