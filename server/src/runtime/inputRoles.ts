/**
 * What each input of an exported graph is for. Exporters agree on the names of inputs (unlike those of tensors within), so
 * roles go by name; sizes go by the declared shape and, where that says nothing, by config.json.
 */
import { problem, refuseAll, shown } from '../protocol/errors';
import type { Problem } from '../protocol/errors';
import type { ModelConfig } from '../onnx/config';
import { dataType, dataTypeName } from '../onnx/model';
import type { ValueInfoProto } from '../onnx/model';
import { emptyCache } from './emptyCache';
import type { EmptyCache } from './emptyCache';

/** `own` is the side that a graph computes; `other` the encoder's, as a decoder sees it. */
export type Side = 'own' | 'other';

/** How an input is filled. */
export type Role =
  | { readonly kind: 'ids' | 'mask' | 'positions' | 'types'; readonly side: Side }
  | { readonly kind: 'encoder states'; readonly side: 'other' }
  | { readonly kind: 'cache position' | 'no cache' | 'all logits' }
  | ({ readonly kind: 'empty cache' } & EmptyCache);

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
  readonly fixedLength: Readonly<Record<Side, number | undefined>>;
}

/**
 * Decides how to fill every input. Throws InputError MODEL_INPUTS listing all inputs with type and shape where some are of a
 * kind that no text goes into (`pixel_values`). `goesOn`: caches will be filled from runs before.
 */
export function planInputs(inputs: readonly ValueInfoProto[], config: ModelConfig, file: string, goesOn = false): InputPlan {
  const roles = rolesByName(inputs);
  const planned: PlannedInput[] = [];
  const unknown: ValueInfoProto[] = [];
  for (const input of inputs) {
    const role = roles.get(plainName(input)) ?? roleBesideText(input, inputs, config);
    const fits = !role || !isTable(role) || (dimsOf(input)?.length ?? 2) === 2;
    if (role && fits && feedable.has(typeOf(input)))
      planned.push({ name: input.name, type: typeOf(input), rank: dimsOf(input)?.length, role });
    else unknown.push(input);
  }
  const list = inputs.map(inputText).join(', ');
  if (!goesOn) refuseAll(heardBefore(inputs, file));
  refuseAll(
    unknown.map((input) =>
      problem(
        'MODEL_INPUTS',
        { file, tensor: input.name },
        {
          found: `the input ${inputText(input)}, which text cannot fill; all inputs: ${list}`,
          expected: 'token ids, masks, positions, token types, caches, states of the encoder',
          remedy: 'export the model for a text task (fill-mask, text-generation, feature-extraction)',
        },
      ),
    ),
  );

  const fixed = (axis: number, side: Side): number | undefined => {
    const first = planned.find(({ role }) => (isTable(role) || role.kind === 'encoder states') && role.side === side);
    const size = Number(dimsOf(inputs.find(({ name }) => name === first?.name))?.[axis]?.value ?? 0);
    return size > 0 ? size : undefined;
  };
  return { inputs: planned, fixedBatch: fixed(0, 'own'), fixedLength: { own: fixed(1, 'own'), other: fixed(1, 'other') } };
}

/** The number of tokens that a graph was exported for, where it takes texts of one length alone. */
export function fixedLength(inputs: readonly ValueInfoProto[]): number | undefined {
  const roles = rolesByName(inputs);
  const sizes = inputs
    .filter((input) => roles.get(plainName(input))?.kind === 'ids')
    .map((input) => Number(dimsOf(input)?.[1]?.value ?? 0));
  const fixed = sizes.filter((size) => size > 0);
  return fixed.length > 0 ? Math.min(...fixed) : undefined;
}

/**
 * What keeps a decoder from starting a text: keys and values of the encoder's states that an earlier step made, where the
 * states themselves are no input (`decoder_with_past_model.onnx`).
 */
function heardBefore(inputs: readonly ValueInfoProto[], file: string): Problem[] {
  const needed = inputs.find((input) => isCache(input) && plainName(input).includes('encoder'));
  const states = inputs.some((input) => rolesByName(inputs).get(plainName(input))?.kind === 'encoder states');
  if (!needed || states) return [];
  return [
    problem(
      'MODEL_INPUTS',
      { file, tensor: needed.name },
      {
        found: `a decoder that continues a text: the input ${inputText(needed)} holds what an earlier step made of the encoder's states`,
        expected: 'a decoder that reads the states of the encoder itself',
        remedy: 'choose decoder_model.onnx or decoder_model_merged.onnx, which lie beside this file in an export',
      },
    ),
  ];
}

/** Roles with one number a token, [batch, tokens]. */
function isTable(role: Role): role is Extract<Role, { kind: 'ids' | 'mask' | 'positions' | 'types' }> {
  return role.kind === 'ids' || role.kind === 'mask' || role.kind === 'positions' || role.kind === 'types';
}

const feedable: ReadonlySet<number> = new Set([dataType.float, dataType.int32, dataType.int64, dataType.bool]);

const typeOf = ({ type }: ValueInfoProto): number => type?.tensorType?.elemType ?? dataType.int64;
const dimsOf = (input: ValueInfoProto | undefined) => input?.type?.tensorType?.shape?.dims;

/** TensorFlow's converters write `input_ids:0`. */
const plainName = ({ name }: ValueInfoProto): string => name.toLowerCase().replace(/:\d+$/, '');

function rolesByName(inputs: readonly ValueInfoProto[]): Map<string, Role> {
  // In a graph that holds both halves, plain names belong to the encoder; in a decoder's own file they are the decoder's.
  const plain: Side = inputs.some((input) => plainName(input) === 'decoder_input_ids') ? 'other' : 'own';
  return new Map<string, Role>([
    ['input_ids', { kind: 'ids', side: plain }],
    ['attention_mask', { kind: 'mask', side: plain }],
    ['token_type_ids', { kind: 'types', side: plain }],
    ['segment_ids', { kind: 'types', side: plain }],
    ['position_ids', { kind: 'positions', side: plain }],
    ['decoder_input_ids', { kind: 'ids', side: 'own' }],
    ['decoder_attention_mask', { kind: 'mask', side: 'own' }],
    ['decoder_position_ids', { kind: 'positions', side: 'own' }],
    ['encoder_attention_mask', { kind: 'mask', side: 'other' }],
    ['encoder_hidden_states', { kind: 'encoder states', side: 'other' }],
    ['encoder_outputs', { kind: 'encoder states', side: 'other' }],
    ['cache_position', { kind: 'cache position' }],
    ['use_cache_branch', { kind: 'no cache' }],
    ['num_logits_to_keep', { kind: 'all logits' }],
    ['logits_to_keep', { kind: 'all logits' }],
  ]);
}

/** Caches; and the single input of a graph that takes whole numbers, which are ids whatever it is called. */
function roleBesideText(input: ValueInfoProto, all: readonly ValueInfoProto[], config: ModelConfig): Role | undefined {
  if (isCache(input)) {
    const cache = emptyCache(dimsOf(input), config);
    return cache && { kind: 'empty cache', ...cache };
  }
  const isInteger = typeOf(input) === dataType.int64 || typeOf(input) === dataType.int32;
  return all.length === 1 && isInteger ? { kind: 'ids', side: 'own' } : undefined;
}

function isCache(input: ValueInfoProto): boolean {
  return /(^|[._])past([._]|$)|past_key|cache/.test(plainName(input));
}

/** `pixel_values: float [batch, 3, 32, 32]`. */
function inputText(input: ValueInfoProto): string {
  const dims = dimsOf(input)?.map(({ value, param }) => (value === undefined ? (param ?? '?') : String(value)));
  const shape = dims ? `[${shown(dims.join(', '), 200)}]` : 'of unknown shape';
  return `${shown(input.name, 100)}: ${dataTypeName(input.type?.tensorType?.elemType)} ${shape}`;
}
