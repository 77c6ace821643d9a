/** A model as the jobs use it: its graphs, what was found in them, its tokenizer, its identity. Nothing of it has been run. */
import { windowTokens } from '../activations/plan';
import { checkTokenizer } from '../corpus/tokenizer/check';
import { openTokenizer } from '../corpus/tokenizer/open';
import type { OpenedTokenizer } from '../corpus/tokenizer/open';
import { configNumber } from '../onnx/config';
import { openModelFolder } from '../onnx/modelFolder';
import { fixedLength } from '../runtime/inputRoles';
import type { ModelFolder } from '../onnx/modelFolder';
import { allTaps, findTaps } from '../onnx/taps';
import type { ChosenTap, Precision, StackTaps, TapTensor } from '../onnx/taps';
import { InputError, problem, shown } from '../protocol/errors';
import type { Problem } from '../protocol/errors';
import type { ModelRef, TapChoice } from '../protocol/sources';
import { compareTaps, parseTap, tapText } from '../protocol/neurons';

export interface OpenModel {
  readonly name: string;
  readonly folder: ModelFolder;
  readonly stacks: readonly [StackTaps, ...StackTaps[]];
  readonly precision: readonly Precision[];
  /** All taps of all stacks, in the order of `compareTaps`. */
  readonly taps: readonly TapTensor[];
  /** Taps that a person put elsewhere than they were found. */
  readonly chosen: readonly ChosenTap[];
  /** Null where it is missing or unusable; `tokenizerFailure` then says why. */
  readonly tokenizer: OpenedTokenizer | null;
  readonly tokenizerFailure: InputError | null;
  readonly embeddingRows: number | undefined;
  /** Set where the identity is not that of the files: controls with shuffled weights. */
  readonly knownIdentity?: { readonly graph: string; readonly weights: string };
  /** Most tokens of one text: by the tables of positions of all stacks, by sizes that were fixed, and where the graph is silent by config.json. */
  readonly maxTokens: number | undefined;
  readonly warnings: readonly Problem[];
  readonly notes: readonly string[];
}

/** Opens a model by its structure. Throws `InputError` for what no analysis could use; the rest becomes warnings. */
export function openModel({ folder: path, chosenTaps = [] }: ModelRef): OpenModel {
  const folder = openModelFolder(path);
  const chosen = chosenTaps.map(chosenTap);
  const maps = folder.parts.map(({ stack, file }) => findTaps(file.index, { file: file.path, stack, chosen }));
  // findTaps throws where a graph has no stack, so there is always a first one.
  const stacks = maps.flatMap((map) => map.stacks) as [StackTaps, ...StackTaps[]];
  const strange = chosen.find(({ point }) => !stacks.some(({ stack }) => stack === point.stack));
  if (strange) throw noSuchTap(tapText(strange.point));
  const { tokenizer, failure } = tokenizerOf(folder.path);
  const embeddingRows = stacks[0].embedding?.rows;
  const mismatch = tokenizer && embeddingRows !== undefined ? checkTokenizer(tokenizer, embeddingRows, { file: folder.path }) : undefined;
  return {
    name: folder.name,
    folder,
    stacks,
    precision: maps.map(({ precision }) => precision),
    taps: stacks.flatMap(allTaps).sort((a, b) => compareTaps(a.point, b.point)),
    tokenizer,
    tokenizerFailure: failure,
    embeddingRows,
    maxTokens: longestText(folder, stacks),
    warnings: [
      ...folder.warnings,
      ...configFindings(folder, stacks[0]),
      ...(tokenizer?.warnings ?? []),
      ...(mismatch ? [mismatch] : []),
      ...(failure?.problems ?? []),
    ],
    chosen,
    notes: [...folder.notes, ...chosen.map(({ point, tensor }) => `${tapText(point)} was chosen by hand: the tensor ${tensor}.`)],
  };
}

function longestText({ parts, config }: ModelFolder, stacks: readonly StackTaps[]): number | undefined {
  const tables = stacks.map(({ maxTokens }) => maxTokens);
  const limits = [...tables, ...parts.map(({ file }) => fixedLength(file.model.graph.inputs))].filter((limit) => limit !== undefined);
  if (limits.length > 0) return Math.min(...limits);
  // Distances between tokens have tables too, of which the graph does not tell that they end somewhere.
  return configNumber(config, 'max_position_embeddings', 'n_positions', 'max_seq_len');
}

function chosenTap({ tap, tensor }: TapChoice): ChosenTap {
  const point = parseTap(tap);
  if (!point) throw noSuchTap(tap);
  return { point, tensor };
}

function noSuchTap(tap: string): InputError {
  return new InputError(
    'MODEL_TAP',
    {},
    {
      found: `a tensor chosen for "${shown(tap)}", which is no tap of this model`,
      expected: 'a tap such as L3.ffn, in encoder-decoder models enc.L3.ffn or dec.L3.ffn',
      remedy: 'golgi model lists the taps',
    },
  );
}

/** The tokenizer, for jobs that need text. Throws what kept it from opening. */
export function tokenizerFor({ tokenizer, tokenizerFailure }: OpenModel): OpenedTokenizer {
  if (tokenizer) return tokenizer;
  throw (
    tokenizerFailure ??
    new InputError('TOKENIZER_MISSING', {}, { found: 'no tokenizer', expected: 'tokenizer.json', remedy: 'put it beside the model' })
  );
}

/** Most tokens of one input of a model. Throws what kept its tokenizer from opening. */
export function windowOf(model: OpenModel): number | undefined {
  return windowTokens({ maxTokens: model.maxTokens, tokenizer: tokenizerFor(model) });
}

/** Whether weights are stored in few bits: values then depend on what else is in a batch. */
export function isQuantised({ precision }: Pick<OpenModel, 'precision'>): boolean {
  return precision.some(({ quantised }) => quantised !== undefined);
}

function tokenizerOf(folder: string): { tokenizer: OpenedTokenizer | null; failure: InputError | null } {
  try {
    return { tokenizer: openTokenizer(folder), failure: null };
  } catch (error) {
    if (error instanceof InputError) return { tokenizer: null, failure: error };
    throw error;
  }
}

/** What config.json says and the graph contradicts. The graph wins; a wrong config usually means mixed-up folders. */
function configFindings({ path, config }: ModelFolder, stack: StackTaps): Problem[] {
  const stated: readonly (readonly [string, number | undefined, number | undefined])[] = [
    ['layers', configNumber(config, 'num_hidden_layers', 'n_layer', 'num_layers', 'encoder_layers', 'n_layers'), stack.layers],
    ['hidden width', configNumber(config, 'hidden_size', 'n_embd', 'd_model', 'dim'), stack.hiddenWidth],
  ];
  return stated
    .filter(([, said, found]) => said !== undefined && found !== undefined && said !== found)
    .map(([what, said, found]) =>
      problem(
        'CONFIG_MISMATCH',
        { file: `${path}/config.json` },
        {
          found: `config.json says ${what} ${said}`,
          expected: `${found}, which the graph has`,
          remedy: 'the graph was taken; put the config.json of this model into the folder',
        },
      ),
    );
}
