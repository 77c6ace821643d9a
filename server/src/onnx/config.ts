/** config.json of a model folder, read leniently: the graph is the truth, the config only says what the graph cannot. */
import { statSync, readFileSync } from 'node:fs';
import { problem, shown } from '../protocol/errors';
import type { Problem } from '../protocol/errors';
import { jsonFault } from '../protocol/jsonPlace';

/** Whatever the file holds, by key. Values are not trusted to have any type. */
export type ModelConfig = ReadonlyMap<string, unknown>;

export interface ReadConfig {
  readonly config: ModelConfig;
  readonly warnings: readonly Problem[];
}

const mostBytes = 4 * 2 ** 20;
const remedy = 'the sizes were taken from the graph; put the config.json of this model into the folder';

/** Reads config.json; whatever is wrong with it is a warning, and the config then empty. */
export function readConfig(path: string): ReadConfig {
  const none = new Map<string, unknown>();
  const warn = (code: Problem['code'], found: string, expected: string, at: { line?: number; column?: number } = {}): ReadConfig => ({
    config: none,
    warnings: [problem(code, { file: path, ...at }, { found, expected, remedy })],
  });
  let text: string;
  try {
    const stat = statSync(path);
    if (!stat.isFile()) return warn('CONFIG_SCHEMA', 'no ordinary file', 'a JSON file');
    if (stat.size > mostBytes) return warn('JSON_LIMIT', `a config.json of ${stat.size} bytes`, `at most ${mostBytes} bytes`);
    text = readFileSync(path, 'utf8').replace(/^\ufeff/, '');
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? 'unknown reason';
    return warn(
      'CONFIG_MISSING',
      code === 'ENOENT' ? 'no config.json' : `a config.json that cannot be read (${code})`,
      'one beside the model',
    );
  }
  const fault = jsonFault(text);
  if (fault?.tooDeep) return warn('JSON_LIMIT', fault.found, 'at most 64 levels', { line: fault.line, column: fault.column });
  if (fault) return warn('CONFIG_JSON', `${fault.found}, which is no JSON`, 'valid JSON', { line: fault.line, column: fault.column });
  const value: unknown = JSON.parse(text);
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    return warn('CONFIG_SCHEMA', Array.isArray(value) ? 'a list' : `a ${typeof value}`, 'an object with the keys of a model');
  }
  const config = new Map(Object.entries(value));
  const wrong = sizeKeys.filter((key) => (config.get(key) ?? null) !== null && configNumber(config, key) === undefined);
  const warnings = wrong.map((key) =>
    problem(
      'CONFIG_SCHEMA',
      { file: path },
      { found: `"${key}" is ${shown(JSON.stringify(config.get(key)), 60)}`, expected: 'a whole number above 0', remedy },
    ),
  );
  return { config, warnings };
}

/** Keys that hold sizes; families call the same thing differently. */
const sizeKeys = [
  'num_hidden_layers', 'n_layer', 'num_layers', 'encoder_layers', 'n_layers', 'hidden_size', 'n_embd', 'd_model', 'dim',
  'num_attention_heads', 'n_head', 'num_heads', 'decoder_attention_heads', 'num_key_value_heads', 'head_dim', 'd_kv',
  'max_position_embeddings', 'n_positions', 'max_seq_len',
] as const; // prettier-ignore

/** A whole number above 0 under one of several names. */
export function configNumber(config: ModelConfig, ...names: readonly (typeof sizeKeys)[number][]): number | undefined {
  for (const name of names) {
    const value = config.get(name);
    if (typeof value === 'number' && Number.isSafeInteger(value) && value > 0) return value;
  }
  return undefined;
}

/** The token with which a decoder's side begins: 0, the padding of T5, is a token like any other. Undefined where none is stated. */
export function decoderStartToken(config: ModelConfig): number | undefined {
  const id = config.get('decoder_start_token_id');
  return typeof id === 'number' && Number.isSafeInteger(id) && id >= 0 ? id : undefined;
}
