/** A model folder as found on the Hugging Face Hub, or one ONNX file: which files it holds and which of them are taken. */
import { readdirSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { counted } from '../protocol/counted';
import { InputError } from '../protocol/errors';
import type { Problem } from '../protocol/errors';
import type { Stack } from '../protocol/neurons';
import { readConfig } from './config';
import type { ModelConfig } from './config';
import type { ExternalDataOptions } from './externalData';
import { hubName, hubSnapshot, isHubRepository } from './hubCache';
import { openModelFile } from './modelFile';
import type { ModelFile } from './modelFile';

/** One graph of a model. `stack` is '' for models of one graph. */
export interface ModelPart {
  readonly stack: Stack;
  readonly file: ModelFile;
}

export interface ModelFolder {
  /** The folder with config.json and the tokenizer. */
  readonly path: string;
  /** What people call the model: `owner/name` where it lies in the Hugging Face cache, else the name of its folder. */
  readonly name: string;
  /** One graph, or the encoder and then the decoder. */
  readonly parts: readonly ModelPart[];
  /** Empty where config.json is missing or broken. */
  readonly config: ModelConfig;
  /** What was decided for the person, one sentence each. */
  readonly notes: readonly string[];
  readonly warnings: readonly Problem[];
}

/**
 * The tensor in which an encoder hands over its states: the first that it puts out, as every exporter has it; what else it may
 * put out follows. Throws InputError MODEL_INPUTS where it puts out nothing.
 */
export function encoderStates({ file: { model, path } }: ModelPart): string {
  const [first] = model.graph.outputs;
  if (first) return first.name;
  throw new InputError(
    'MODEL_INPUTS',
    { file: path },
    { found: 'an encoder without outputs', expected: 'its states, which the decoder reads', remedy: 'export the encoder again' },
  );
}

/**
 * Opens a model folder (ONNX files at its top or under `onnx/`), one of the Hugging Face cache, or a single `.onnx` file. Only
 * structure is read. Throws
 * InputError: MODEL_FOLDER (nothing there), MODEL_NO_ONNX (other weights, with the command that exports them), and whatever
 * `openModelFile` finds. A missing or broken config.json is a warning.
 */
export function openModelFolder(asked: string, options: ExternalDataOptions = {}): ModelFolder {
  const snapshot = hubSnapshot(asked);
  const path = snapshot ?? asked;
  const stat = statSync(path, { throwIfNoEntry: false });
  if (!stat) {
    throw new InputError(
      'MODEL_FOLDER',
      { file: path },
      { found: 'nothing there', expected: 'a model folder or an .onnx file', remedy: 'check the path' },
    );
  }
  const chosen = stat.isDirectory() ? chooseInFolder(path) : chooseFile(path);
  const folder = homeOf(dirname(chosen.files[0]?.path ?? path));
  const { config, warnings } = readConfig(join(folder, 'config.json'));
  const parts = chosen.files.map(({ stack, path: file }) => ({ stack, file: openModelFile(file, options) }));
  const notes = snapshot === undefined ? [] : [`Took snapshot ${basename(snapshot)} of the Hugging Face cache.`];
  return {
    path: folder,
    name: hubName(folder) ?? basename(folder),
    parts,
    config,
    notes: [...notes, ...chosen.notes],
    warnings: [...warnings, ...parts.flatMap(({ file }) => file.warnings)],
  };
}

interface Choice {
  readonly files: readonly { readonly stack: Stack; readonly path: string }[];
  readonly notes: readonly string[];
}

// Plain float32 exports first: their values are those of the published model, and gradients need them.
const preferred = ['', '_fp32', '_fp16', '_bf16', '_quantized', '_int8', '_uint8', '_q8', '_q4', '_q4f16', '_bnb4'];

function chooseInFolder(folder: string): Choice {
  const found = [folder, join(folder, 'onnx')].map((place) => ({ place, files: onnxFiles(place) }));
  const { place, files } = found.find((each) => each.files.length > 0) ?? { place: folder, files: [] };
  if (files.length === 0) throw noOnnx(folder);
  for (const suffix of preferred) {
    const pair = pairOf(files, suffix);
    const single = `model${suffix}.onnx`;
    if (files.includes(single)) return choice(place, files, [['', single]]);
    if (pair) return choice(place, files, pair);
  }
  // A decoder alone is a causal model of older exports; its merged form holds both branches in one If.
  const name = ['decoder_model.onnx', 'decoder_model_merged.onnx'].find((each) => files.includes(each)) ?? files[0] ?? '';
  return choice(place, files, [['', name]]);
}

/** A file given by name is taken as it is; half of an encoder-decoder model brings its other half. */
function chooseFile(path: string): Choice {
  const folder = dirname(path);
  const name = basename(path);
  const suffix = /^(?:encoder_model|decoder_model(?:_merged)?)(.*)\.onnx$/.exec(name)?.[1];
  const pair = suffix === undefined ? undefined : pairOf(onnxFiles(folder), suffix, name);
  return pair
    ? choice(
        folder,
        pair.map(([, name]) => name),
        pair,
      )
    : { files: [{ stack: '', path }], notes: [] };
}

/** Encoder and decoder of one kind; of two decoders the plain one, unless the merged one was named. */
function pairOf(files: readonly string[], suffix: string, named = ''): [Stack, string][] | undefined {
  const encoder = `encoder_model${suffix}.onnx`;
  const decoders = [`decoder_model${suffix}.onnx`, `decoder_model_merged${suffix}.onnx`];
  const decoder = decoders.find((name) => name === named) ?? decoders.find((name) => files.includes(name));
  return files.includes(encoder) && decoder ? [['enc', encoder], ['dec', decoder]] : undefined; // prettier-ignore
}

function choice(place: string, files: readonly string[], taken: readonly (readonly [Stack, string])[]): Choice {
  const names = taken.map(([, name]) => name);
  const left = files.filter((name) => !names.includes(name));
  const notes = left.length === 0 ? [] : [`Took ${names.join(' and ')}; also there: ${left.join(', ')}. Name a file to take it instead.`];
  return { files: taken.map(([stack, name]) => ({ stack, path: join(place, name) })), notes };
}

function onnxFiles(folder: string): string[] {
  return listing(folder).filter((name) => name.toLowerCase().endsWith('.onnx'));
}

function listing(folder: string): string[] {
  try {
    return readdirSync(folder).sort();
  } catch {
    return [];
  }
}

/** Where config.json and tokenizer.json lie: beside the ONNX files, or one folder up where those are under `onnx/`. */
function homeOf(place: string): string {
  const here = listing(place);
  const above = dirname(place);
  if (here.includes('tokenizer.json') || basename(place) !== 'onnx') return place;
  return above;
}

const otherWeights: readonly [RegExp, string][] = [
  [/\.safetensors$/i, 'PyTorch weights'],
  [/^pytorch_model.*\.bin$|\.(pt|pth|ckpt)$/i, 'PyTorch weights'],
  [/^tf_model\.h5$|\.pb$/i, 'TensorFlow weights'],
  [/\.msgpack$/i, 'Flax weights'],
  [/\.gguf$/i, 'GGUF weights'],
];

function noOnnx(folder: string): InputError {
  const names = listing(folder);
  const repositories = names.filter((name) => isHubRepository(join(folder, name)));
  if (repositories[0] !== undefined) {
    return new InputError(
      'MODEL_NO_ONNX',
      { file: folder },
      {
        found: `a Hugging Face cache with ${counted(repositories.length, 'model')}`,
        expected: 'the folder of one model',
        remedy: `name one: ${join(folder, repositories[0])}`,
      },
    );
  }
  const hub = hubName(folder);
  const [source, target] = hub === undefined ? [folder, join(folder, 'onnx')] : [hub, `${basename(hub)}-onnx`];
  const found = otherWeights.flatMap(([pattern, kind]) => names.filter((name) => pattern.test(name)).map((name) => `${kind} (${name})`));
  return new InputError(
    'MODEL_NO_ONNX',
    { file: folder },
    {
      found: found[0] ? `${found[0]} and no ONNX graph` : 'no .onnx file, neither at the top nor under onnx/',
      expected: 'model.onnx, or encoder_model.onnx with decoder_model.onnx',
      remedy: `export it once: pip install optimum-onnx && optimum-cli export onnx --model ${JSON.stringify(source)} ${JSON.stringify(target)}`,
    },
  );
}
