/**
 * What each input of an exported graph is for. Exporters agree on the names of inputs (unlike those of tensors within), so
 * roles go by name; sizes go by the declared shape and, where that says nothing, by config.json.
 */
import { InputError, problem, shown } from '../protocol/errors';
import type { Problem } from '../protocol/errors';
import { configNumber } from '../onnx/config';
import type { ModelConfig } from '../onnx/config';
import { dataType, dataTypeName } from '../onnx/model';
import type { ValueInfoProto } from '../onnx/model';

/** How an input is filled. `own` is the side that this graph computes, `other` the encoder's side seen from a decoder. */
export type Role =
  | { readonly kind: 'ids' | 'mask' | 'positions' | 'types'; readonly side: 'own' | 'other' }
  | { readonly kind: 'encoder states' | 'cache position' | 'no cache' | 'all logits' }
  | { readonly kind: 'empty cache'; readonly dims: readonly ('batch' | number)[]; readonly batchFactor: number };

export interface PlannedInput {
  readonly name: string;
  /** Element type to be fed; floats are always float32 (`withFloatInputs`). */
  readonly type: number;
  readonly rank: number | undefined;
  readonly role: Role;
}

export interface InputPlan {
  readonly inputs: readonly PlannedInput[];
  /** Sizes that the graph was exported for and accepts alone; undefined where they vary. */
  readonly fixedBatch: number | undefined;
  readonly fixedLength: number | undefined;
}

/**
 * Decides how to fill every input. Throws InputError MODEL_INPUTS listing all inputs with type and shape when some are of a
 * kind that no language model needs (`pixel_values`) or that we do not know.
 */
export function planInputs(inputs: readonly ValueInfoProto[], config: ModelConfig, file: string): InputPlan {
  const isDecoder =
    inputs.some(({ name }) => roleName(name) === 'encoder_hidden_states') ||
    inputs.some(({ name }) => roleName(name) === 'decoder_input_ids');
  const planned = inputs.map((input) => ({ input, role: roleOf(input, isDecoder, inputs, config) }));
  const unknown = planned.filter(({ role, input }) => role === undefined || !feedable.has(typeOf(input)));
  const hasIds = planned.some(({ role }) => role?.kind === 'ids');
  if (unknown.length > 0 || !hasIds)
    throw unknownInputs(
      unknown.map(({ input }) => input),
      inputs,
      hasIds,
      file,
    );

  const ids = planned.find(({ role }) => role?.kind === 'ids' && role.side === 'own')?.input;
  const fixed = (axis: number) => {
    const value = dimsOf(ids)?.[axis]?.value;
    return value === undefined || Number(value) <= 0 ? undefined : Number(value);
  };
  return {
    inputs: planned.flatMap(({ input, role }) =>
      role ? [{ name: input.name, type: typeOf(input), rank: dimsOf(input)?.length, role }] : [],
    ),
    fixedBatch: fixed(0),
    fixedLength: fixed(1),
  };
}

const feedable: ReadonlySet<number> = new Set([dataType.float, dataType.int32, dataType.int64, dataType.bool]);

const typeOf = ({ type }: ValueInfoProto): number => type?.tensorType?.elemType ?? dataType.int64;
const dimsOf = (input: ValueInfoProto | undefined) => input?.type?.tensorType?.shape?.dims;
const isInteger = (input: ValueInfoProto) => typeOf(input) === dataType.int64 || typeOf(input) === dataType.int32;

/** `model.input_ids:0` and `input_ids` are the same to a person. */
function roleName(name: string): string {
  return name.toLowerCase().replace(/:\d+$/, '');
}

function roleOf(input: ValueInfoProto, isDecoder: boolean, all: readonly ValueInfoProto[], config: ModelConfig): Role | undefined {
  const separate = all.some(({ name }) => roleName(name) === 'decoder_input_ids');
  // In a graph that holds both halves, plain names belong to the encoder; in a decoder's own file they are the decoder's.
  const plain = separate ? 'other' : 'own';
  switch (roleName(input.name)) {
    case 'input_ids':
      return { kind: 'ids', side: plain };
    case 'decoder_input_ids':
      return { kind: 'ids', side: 'own' };
    case 'attention_mask':
      return { kind: 'mask', side: plain };
    case 'decoder_attention_mask':
      return { kind: 'mask', side: 'own' };
    case 'encoder_attention_mask':
      return { kind: 'mask', side: 'other' };
    case 'position_ids':
    case 'decoder_position_ids':
      return { kind: 'positions', side: 'own' };
    case 'token_type_ids':
    case 'segment_ids':
      return { kind: 'types', side: plain };
    case 'encoder_hidden_states':
    case 'encoder_outputs':
      return { kind: 'encoder states' };
    case 'cache_position':
      return { kind: 'cache position' };
    case 'use_cache_branch':
      return { kind: 'no cache' };
    case 'num_logits_to_keep':
    case 'logits_to_keep':
      return { kind: 'all logits' };
    default:
      if (/(^|[._])past([._]|$)|past_key_values|cache/.test(roleName(input.name))) return emptyCache(input, config);
      return onlyIntegers(input, all, isDecoder) ? { kind: 'ids', side: 'own' } : undefined;
  }
}

/** A graph with a single input of whole numbers takes ids by it, whatever it is called. */
function onlyIntegers(input: ValueInfoProto, all: readonly ValueInfoProto[], isDecoder: boolean): boolean {
  return !isDecoder && all.length === 1 && isInteger(input) && dimsOf(input)?.length === 2;
}

/**
 * A cache of length 0: the axis whose size is named after a length is empty, one named after the batch has its size (times
 * heads where both are one axis), the rest are fixed by the graph or the config.
 */
function emptyCache(input: ValueInfoProto, config: ModelConfig): Role | undefined {
  const heads = configNumber(config, 'num_key_value_heads', 'multi_query_group_num', 'num_attention_heads', 'n_head', 'num_heads');
  const width = configNumber(config, 'hidden_size', 'n_embd', 'd_model');
  const size =
    configNumber(config, 'head_dim', 'd_kv') ??
    (width && heads ? width / (configNumber(config, 'num_attention_heads', 'n_head', 'num_heads') ?? heads) : undefined);
  const declared = dimsOf(input);
  if (!declared) return heads && size ? { kind: 'empty cache', dims: ['batch', heads, 0, size], batchFactor: 1 } : undefined;
  let batchFactor = 1;
  const dims = declared.map(({ value, param }, axis): 'batch' | number | undefined => {
    if (value !== undefined && Number(value) > 0) return Number(value);
    const name = param?.toLowerCase() ?? '';
    if (name.includes('batch')) {
      if (/head/.test(name)) batchFactor = heads ?? 1;
      return 'batch';
    }
    if (/past|seq|length|cache/.test(name)) return 0;
    // Without names: [batch, heads, length, size], as all but a few exporters order it.
    return declared.length === 4 ? (['batch', heads, 0, size] as const)[axis] : undefined;
  });
  if (dims.some((dim) => dim === undefined) || !dims.includes(0)) return undefined;
  return { kind: 'empty cache', dims: dims.filter((dim) => dim !== undefined), batchFactor };
}

function unknownInputs(unknown: readonly ValueInfoProto[], all: readonly ValueInfoProto[], hasIds: boolean, file: string): InputError {
  const list = all.map(inputText).join(', ');
  const remedy = 'export the model for a text task (fill-mask, text-generation, feature-extraction) with input_ids';
  const expected = 'token ids, masks, positions, token types, caches and the encoder’s output';
  const findings: Problem[] = unknown.map((input) =>
    problem(
      'MODEL_INPUTS',
      { file, tensor: input.name },
      { found: `the input ${inputText(input)}, of no known kind; all inputs: ${list}`, expected, remedy },
    ),
  );
  if (!hasIds)
    findings.unshift(
      problem('MODEL_INPUTS', { file }, { found: `no input for token ids; all inputs: ${list || 'none'}`, expected, remedy }),
    );
  const [first, ...rest] = findings;
  return first ? new InputError([first, ...rest]) : new InputError('MODEL_INPUTS', { file }, { found: 'no inputs', expected, remedy });
}

/** `pixel_values: float [batch, 3, 32, 32]`. */
function inputText(input: ValueInfoProto): string {
  const dims = dimsOf(input)?.map(({ value, param }) => (value === undefined ? (param ?? '?') : String(value)));
  return `${shown(input.name, 100)}: ${dataTypeName(input.type?.tensorType?.elemType)} ${dims ? `[${shown(dims.join(', '), 200)}]` : 'of unknown shape'}`;
}
