/** From token rows to the tensors that a graph takes. */
import { Tensor } from './onnxruntime';
import { Defect } from '../protocol/errors';
import { dataType } from '../onnx/model';
import type { InputPlan, PlannedInput } from './inputRoles';
import type { Fetched } from './session';

/** Token rows of equal length, padded. `mask` is 1 on real tokens. Both have size × length cells, row by row. */
export interface TokenRows {
  readonly size: number;
  readonly length: number;
  readonly ids: Int32Array;
  readonly mask: Uint8Array;
}

/** What a decoder reads of the encoder: its states as float32 [size, length, width] and the mask of its rows. */
export interface EncoderSide extends TokenRows {
  readonly states?: { readonly data: Float32Array; readonly width: number };
}

/** Tokens that a decoder has seen in runs before this one: their mask, and what it remembers of them by the input that takes it. */
export interface Past {
  readonly length: number;
  /** size × length cells. */
  readonly mask: Uint8Array;
  readonly values: ReadonlyMap<string, Pick<Fetched, 'dims' | 'data'>>;
}

/**
 * Fills every input of a plan for one batch. `other` is the encoder's side, where the graph has such inputs; `past` what came
 * before the own rows, where they go on a text.
 */
export function makeFeeds(plan: InputPlan, own: TokenRows, other?: EncoderSide, past?: Past): Record<string, Tensor> {
  return Object.fromEntries(plan.inputs.map((input) => [input.name, makeFeed(input, own, other, past)]));
}

function makeFeed(input: PlannedInput, own: TokenRows, other: EncoderSide | undefined, past: Past | undefined): Tensor {
  const { role, type } = input;
  switch (role.kind) {
    case 'ids':
    case 'mask':
    case 'positions':
    case 'types': {
      const rows = role.side === 'own' ? own : other;
      if (!rows) throw new Defect(`nothing to fill the input "${input.name}" with: the encoder's side is missing`);
      const before = role.side === 'own' ? past : undefined;
      if (before && role.kind === 'mask') return tensorOf(type, wholeMask(rows, before), [rows.size, before.length + rows.length]);
      return tensorOf(type, cellsOf(role.kind, rows, before), [rows.size, rows.length]);
    }
    case 'encoder states': {
      if (!other?.states) throw new Defect(`nothing to fill the input "${input.name}" with: the encoder has not run`);
      const { data, width } = other.states;
      return new Tensor('float32', data, [other.size, other.length, width]);
    }
    case 'cache position':
      return tensorOf(
        type,
        Int32Array.from({ length: own.length }, (_, i) => (past?.length ?? 0) + i),
        [own.length],
      );
    case 'no cache':
      return tensorOf(type, [past ? 1 : 0], input.rank === 0 ? [] : [1]);
    case 'all logits':
      return tensorOf(type, [0], input.rank === 0 ? [] : [1]);
    case 'empty cache': {
      const known = past?.values.get(input.name);
      if (known) return new Tensor('float32', known.data, known.dims);
      return new Tensor(
        'float32',
        new Float32Array(0),
        role.dims.map((dim) => (dim === 'batch' ? own.size * role.batchFactor : dim)),
      );
    }
  }
}

/** The mask of what came before and of the rows themselves, row by row. */
function wholeMask({ size, length, mask }: TokenRows, past: Past): Uint8Array {
  const whole = new Uint8Array(size * (past.length + length));
  for (let row = 0; row < size; row++) {
    const from = row * (past.length + length);
    whole.set(past.mask.subarray(row * past.length, (row + 1) * past.length), from);
    whole.set(mask.subarray(row * length, (row + 1) * length), from + past.length);
  }
  return whole;
}

function cellsOf(kind: 'ids' | 'mask' | 'positions' | 'types', rows: TokenRows, past?: Past): ArrayLike<number> {
  switch (kind) {
    case 'ids':
      return rows.ids;
    case 'mask':
      return rows.mask;
    case 'positions':
      return positionsOf(rows, past);
    case 'types':
      return new Uint8Array(rows.ids.length);
  }
}

/** Positions count real tokens from 0, so that left padding moves nothing; padding has position 0. */
function positionsOf({ size, length, mask }: TokenRows, past?: Past): Int32Array {
  const positions = new Int32Array(size * length);
  for (let row = 0; row < size; row++) {
    let next = past ? past.mask.subarray(row * past.length, (row + 1) * past.length).reduce((sum, real) => sum + real, 0) : 0;
    for (let cell = row * length; cell < (row + 1) * length; cell++) if (mask[cell]) positions[cell] = next++;
  }
  return positions;
}

function tensorOf(type: number, values: ArrayLike<number>, dims: readonly number[]): Tensor {
  switch (type) {
    case dataType.int64: {
      const wide = new BigInt64Array(values.length);
      for (let i = 0; i < values.length; i++) wide[i] = BigInt(values[i] ?? 0);
      return new Tensor('int64', wide, dims);
    }
    case dataType.int32:
      return new Tensor('int32', Int32Array.from(values), dims);
    case dataType.bool:
      return new Tensor('bool', Uint8Array.from(values), dims);
    default:
      return new Tensor('float32', Float32Array.from(values), dims);
  }
}
