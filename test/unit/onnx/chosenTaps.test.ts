import { describe, expect, test } from 'vitest';
import { indexGraph } from '../../../server/src/onnx/graph';
import { findTaps } from '../../../server/src/onnx/taps';
import type { StackTaps } from '../../../server/src/onnx/taps';
import { tapText } from '../../../server/src/protocol/neurons';
import type { Tap } from '../../../server/src/protocol/neurons';
import { findingsOf } from '../../helpers/findings';
import { tinyTransformer } from './tinyTransformer';

const { graph, taps } = tinyTransformer({ norm: 'post', gated: true });

function stackWith(layer: number, tap: Tap, tensor: string): StackTaps {
  const { stacks } = findTaps(indexGraph(graph), { chosen: [{ point: { stack: '', layer, tap }, tensor }] });
  return stacks[0] as StackTaps;
}

const found = findTaps(indexGraph(graph)).stacks[0] as StackTaps;

describe('taps that a person puts elsewhere', () => {
  test('the sums inside a block are offered for its hidden state', () => {
    const offered = found.candidates.map(({ tap, reason }) => `${tapText(tap.point)}: ${reason}`);
    expect(offered).toEqual([
      'L1.hidden: the stream after addition 1 of 2 in the block',
      'L1.hidden: the last sum of the block, before its norm',
      'L2.hidden: the stream after addition 1 of 2 in the block',
      'L2.hidden: the last sum of the block, before its norm',
    ]);
  });

  test('a chosen candidate takes the place of what was found, which becomes a candidate itself', () => {
    const other = found.candidates[1]?.tap.tensor ?? '';
    const stack = stackWith(1, 'hidden', other);
    expect(stack.blocks[0]?.hidden).toMatchObject({ tensor: other, width: 8, layout: 'BTN' });
    expect(stack.blocks[1]).toEqual(found.blocks[1]);
    expect(stack.candidates.filter(({ tap }) => tap.point.layer === 1).map(({ tap }) => tap.tensor)).toEqual([
      found.candidates[0]?.tap.tensor,
      taps['L1.hidden'],
    ]);
  });

  test('any tensor of texts, tokens and neurons can be chosen, and tells its own width', () => {
    expect(stackWith(2, 'ffn', taps['L2.preact'] ?? '').blocks[1]?.ffn).toMatchObject({ tensor: taps['L2.preact'], width: 12 });
    expect(stackWith(0, 'hidden', taps['L1.attn'] ?? '').input.tensor).toBe(taps['L1.attn']);
    expect(stackWith(2, 'final', taps['L2.hidden'] ?? '').final?.tensor).toBe(taps['L2.hidden']);
  });

  test('tensors that hold no neurons and layers that are not there are refused with what could be chosen', () => {
    const refused = (layer: number, tap: Tap, tensor: string) => findingsOf(() => stackWith(layer, tap, tensor))[0];
    expect(refused(1, 'hidden', 'nowhere')).toMatchObject({ code: 'MODEL_TAP', place: { tensor: 'nowhere' } });
    expect(refused(1, 'hidden', 'nowhere')?.expected).toContain(found.candidates[0]?.tap.tensor);
    expect(refused(1, 'ffn', graph.initializers[0]?.name ?? '')?.code).toBe('MODEL_TAP');
    expect(refused(1, 'ffn', 'input_ids')?.code).toBe('MODEL_TAP');
    expect(refused(3, 'ffn', taps['L1.ffn'] ?? '')?.expected).toBe('layers 0 to 2, final at the last; layer 0 has hidden only');
    expect(refused(0, 'ffn', taps['L1.ffn'] ?? '')?.code).toBe('MODEL_TAP');
    expect(refused(1, 'final', taps['L1.ffn'] ?? '')?.code).toBe('MODEL_TAP');
  });
});
