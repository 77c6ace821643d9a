/** The identity of a run: what its activations depend on, and nothing else. Equal identities share a folder of the store. */
import { createHash } from 'node:crypto';

/** Version of the store's files. Another version lives in another folder and is left alone. */
export const storeVersion = 2;

/** How sub-words become a word's row; `none` makes every real token a row of its own. */
export type Aggregation = 'first' | 'last' | 'average' | 'none';

export type StoredType = 'f16' | 'f32';

/** What the caller knows of model and corpus beyond what extraction sees itself. */
export interface SourceIdentity {
  /** Hash over graph, weights and tokenizer. */
  readonly model: string;
  /** The model's name, for people; no part of the key. */
  readonly modelName: string;
  /** True for int8 models: a row's values depend on its neighbours in the batch, so batch sizes belong to the identity. */
  readonly batchSensitive: boolean;
}

export interface RunIdentity {
  readonly version: number;
  readonly model: string;
  readonly modelName: string;
  readonly tokenizer: string;
  readonly corpus: string;
  readonly pretokenised: boolean;
  readonly aggregation: Aggregation;
  readonly dtype: StoredType;
  /** Most tokens of one input, special ones included; null without limit. */
  readonly windowTokens: number | null;
  readonly chunkWords: number;
  /** Tokens of one batch, where values depend on it; null where they do not. */
  readonly batchTokens: number | null;
  /** The token that starts the decoder's side; null for models without one. */
  readonly decoderStart: number | null;
}

/** 32 hex digits over everything but the name that is for people. */
export function runKey({ modelName: _, ...identity }: RunIdentity): string {
  return createHash('sha256').update(canonical(identity)).digest('hex').slice(0, 32);
}

/** JSON with sorted keys. */
function canonical(value: unknown): string {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${entries.map(([key, entry]) => `${JSON.stringify(key)}:${canonical(entry)}`).join(',')}}`;
}
