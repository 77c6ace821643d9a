/** How a decoder goes on a text: the graph that reads one more token, and what it remembers of those before. */
import { existsSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { neededNames } from './graph';
import type { GraphIndex } from './graph';

import type { ModelFolder, ModelPart } from './modelFolder';
import { openModelFile } from './modelFile';

/** What is remembered: an input of the graph that goes on, and the outputs that fill it. */
export interface Memory {
  readonly input: string;
  /** Output of the graph that starts a text. */
  readonly atStart: string;
  /** Output of the graph that goes on; undefined for what does not grow, such as what a decoder knows of its encoder. */
  readonly after?: string;
}

export interface Continuation {
  readonly part: ModelPart;
  readonly memory: readonly Memory[];
}

/**
 * How the decoder of a model goes on without reading the whole text again; undefined where the export has no such way: the
 * same graph with its cache inputs, the other branch of a merged decoder, or `decoder_with_past_model.onnx` beside. Throws
 * InputError as `openModelFile` does.
 */
export function continuationOf({ parts }: Pick<ModelFolder, 'parts'>): Continuation | undefined {
  const start = parts.at(-1);
  if (!start) return undefined;
  const file = goingOn(start);
  if (!file) return undefined;
  const { index } = file;
  const outputs = new Map(start.file.model.graph.outputs.map(({ name }) => [memoryKey(name), name]));
  const later = new Map(index.graph.outputs.map(({ name }) => [memoryKey(name), name]));
  const memory = index.graph.inputs.filter(({ name }) => isMemory(name) && index.uses(name).length > 0).map(({ name }): Memory | undefined => {
    const atStart = outputs.get(memoryKey(name));
    const after = later.get(memoryKey(name));
    return atStart === undefined ? undefined : { input: name, atStart, ...(after !== undefined && readsTokens(index, after) ? { after } : {}) };
  }); // prettier-ignore
  const known = memory.filter((each) => each !== undefined);
  const grows = known.some(({ after }) => after !== undefined);
  return grows && known.length === memory.length ? { part: { stack: start.stack, file }, memory: known } : undefined;
}

/** Exporters agree on these names of inputs and outputs: `past_key_values.0.key` is filled by `present.0.key`. */
const memoryName = /^(past_key_values|past_key_value|past|present_key_values|present_key_value|present)(?=[._]|\d)/;

function isMemory(name: string): boolean {
  return memoryName.test(name) && name.startsWith('past');
}

function memoryKey(name: string): string {
  return memoryName.test(name) ? name.replace(memoryName, '') : `not remembered: ${name}`;
}

function goingOn({ file }: ModelPart): ModelPart['file'] | undefined {
  const names = file.model.graph.inputs.map(({ name }) => name);
  if (names.includes('use_cache_branch')) return openModelFile(file.path, { goesOn: true });
  if (names.some((name) => isMemory(name) && file.index.uses(name).length > 0)) return file;
  const [name, folder] = [basename(file.path), dirname(file.path)];
  const beside = join(folder, name.replace(/^decoder_model/, 'decoder_with_past_model'));
  if (beside !== file.path && existsSync(beside)) return openModelFile(beside);
  const merged = join(folder, name.replace(/^decoder_model/, 'decoder_model_merged'));
  return merged !== file.path && existsSync(merged) ? openModelFile(merged, { goesOn: true }) : undefined;
}

/** Whether an output depends on the new token; what was known before it is handed on as it is, or as a placeholder. */
function readsTokens(index: GraphIndex, output: string): boolean {
  const seen = new Set<string>();
  const left = [output];
  for (let name = left.pop(); name !== undefined; name = left.pop()) {
    if (seen.has(name)) continue;
    seen.add(name);
    if (index.isInput(name) && /(^|_)input_ids$|inputs_embeds$/.test(name)) return true;
    const node = index.producer(name)?.node;
    if (node) left.push(...neededNames(node));
  }
  return false;
}
