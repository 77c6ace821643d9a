/** Tiny models saved, opened and run. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from 'vitest';
import { encodeModelBytes } from '../../server/src/onnx/codec';
import type { GraphProto, ModelProto } from '../../server/src/onnx/model';
import { openModelFolder } from '../../server/src/onnx/modelFolder';
import type { ModelFolder } from '../../server/src/onnx/modelFolder';
import type { Fetch } from '../../server/src/onnx/outputs';
import { openModelRun } from '../../server/src/runtime/modelRun';
import type { TokenBatch } from '../../server/src/runtime/rows';
import { lookupModel } from './tinyModels';

/** Saves models under their file names as a folder, and opens it. It is removed after the tests of the calling file. */
export function folderOf(files: Readonly<Record<string, ModelProto>>, config = '{}'): ModelFolder {
  const folder = mkdtempSync(join(tmpdir(), 'golgi-runs-'));
  made.push(folder);
  writeFileSync(join(folder, 'config.json'), config);
  for (const [name, model] of Object.entries(files)) writeFileSync(join(folder, name), encodeModelBytes(model));
  return openModelFolder(folder);
}

const made: string[] = [];
afterAll(() => {
  for (const folder of made) rmSync(folder, { recursive: true });
});

/** Rows of ids as a batch; −9 is padding. */
export function batchOf(...rows: number[][]): TokenBatch {
  const cells = rows.flat();
  return {
    size: rows.length,
    length: rows[0]?.length ?? 0,
    ids: Int32Array.from(cells, (id) => (id === -9 ? 0 : id)),
    mask: Uint8Array.from(cells, (id) => Number(id !== -9)),
  };
}

/** Runs a model of one graph once. */
export async function fetchOnce(
  model: ModelProto,
  fetches: readonly Fetch[],
  batch: TokenBatch,
): Promise<{ dims: readonly number[]; data: number[] }[]> {
  const run = await openModelRun(folderOf({ 'model.onnx': model }), fetches.map((each) => ({ stack: '' as const, ...each }))); // prettier-ignore
  try {
    return (await run.run(batch)).map(({ dims, data }) => ({ dims, data: Array.from(data) }));
  } finally {
    await run.release();
  }
}

/** The lookup model with more parts; other inputs or outputs where the change has some. */
export function extended(change: Partial<GraphProto>): ModelProto {
  const { graph, ...rest } = lookupModel();
  return {
    ...rest,
    graph: {
      ...graph,
      ...change,
      nodes: [...graph.nodes, ...(change.nodes ?? [])],
      initializers: [...graph.initializers, ...(change.initializers ?? [])],
    },
  };
}

/** A batch of two texts of two tokens, and the tensor `looked` that the lookup model makes of it. */
export const batch = batchOf([1, 2], [3, 4]);
export const looked = [1, 10, 100, 2, 20, 200, 3, 30, 300, 4, 40, 400];
