/** The small exports in test/fixtures/families (made by test/tools/families.py), unpacked, with the values they must give. */
import { copyFileSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import type { TokenBatch } from '../../server/src/runtime/rows';

const root = fileURLToPath(new URL('../fixtures/families', import.meta.url));

/** Names of all of them. */
export const families: readonly string[] = readdirSync(root, { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map(({ name }) => name);

export interface FamilyReference {
  /** Largest difference that is allowed, relative to the largest value: 1e-4, more where numbers are rounded to few bits. */
  readonly tolerance: number;
  readonly inputs: Readonly<Record<string, number[][]>>;
  /** By tap, such as `dec.L1.ffn`, each [texts, tokens, width]; `output` is the first output of the model. */
  readonly values: Tensors;
  /** What heads attend to, by names such as `dec.L1.xattn.weights`, each [texts, heads, queries, keys]; of some models. */
  readonly weights: Tensors;
}

type Tensors = Readonly<Record<string, { readonly shape: number[]; readonly data: number[] }>>;

interface StoredReference extends Omit<FamilyReference, 'values' | 'weights'> {
  readonly values?: Tensors;
  readonly weights?: Tensors;
  /** The case whose values these are: variants that compute the same. */
  readonly valuesOf?: string;
}

/** What a model must give. */
export function familyReference(name: string): FamilyReference {
  const { valuesOf, ...rest } = stored(name);
  const { values = {}, weights = {} } = valuesOf === undefined ? rest : stored(valuesOf);
  return { ...rest, values, weights };
}

function stored(name: string): StoredReference {
  return JSON.parse(gunzipSync(readFileSync(join(root, name, 'reference.json.gz'))).toString()) as StoredReference;
}

/** Unpacks a model into a folder of its own below `place`; returns the folder. */
export function unpackFamily(name: string, place: string): string {
  const folder = join(place, name);
  mkdirSync(folder, { recursive: true });
  for (const file of readdirSync(join(root, name))) {
    const path = join(root, name, file);
    if (file.endsWith('.onnx.gz')) writeFileSync(join(folder, file.slice(0, -3)), gunzipSync(readFileSync(path)));
    else if (file === 'config.json') copyFileSync(path, join(folder, file));
  }
  return folder;
}

/** The inputs of a reference as a batch. */
export function familyBatch({ inputs }: FamilyReference): TokenBatch {
  const { input_ids: ids = [], attention_mask: mask = [], decoder_input_ids: decoder } = inputs;
  return {
    size: ids.length,
    length: ids[0]?.length ?? 0,
    ids: Int32Array.from(ids.flat()),
    mask: Uint8Array.from(mask.flat()),
    ...(decoder && {
      decoder: {
        length: decoder[0]?.length ?? 0,
        ids: Int32Array.from(decoder.flat()),
        mask: new Uint8Array(decoder.flat().length).fill(1),
      },
    }),
  };
}
