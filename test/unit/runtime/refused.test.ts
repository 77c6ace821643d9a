import { describe, expect, test } from 'vitest';
import { runtimeError } from '../../../server/src/runtime/runtimeError';
import { findingsOfAsync } from '../../helpers/findings';
import { intTensor, lookupModel, makeNode } from '../../helpers/tinyModels';
import { batch, extended, fetchOnce } from '../../helpers/tinyRuns';

describe('what the runtime refuses', () => {
  test('an operator that it does not know is named with its node', async () => {
    const model = extended({ nodes: [makeNode('Frobnicate', ['looked'], ['x'], {}, { name: 'the odd one' })] });
    const [finding] = await findingsOfAsync(() => fetchOnce(model, [{ tensor: 'x' }], batch));
    expect(finding).toMatchObject({ code: 'MODEL_OP', place: { node: 'the odd one' } });
    expect(finding?.found).toMatch(/^Frobnicate: the runtime says: No Op registered for Frobnicate/);
  });

  test('a node that fails while running is named, in one line', async () => {
    const model = extended({
      nodes: [makeNode('Reshape', ['looked', 'to'], ['x'], {}, { name: 'wrong shape' })],
      initializers: [intTensor('to', [1], [7])],
    });
    const [finding] = await findingsOfAsync(() => fetchOnce(model, [{ tensor: 'x' }], batch));
    expect(finding).toMatchObject({ code: 'MODEL_RUNTIME', place: { node: 'wrong shape' } });
    expect(finding?.found).not.toContain('\n');
  });

  test('and the next model works', async () => {
    expect(await fetchOnce(lookupModel(), [{ tensor: 'looked' }], batch)).toHaveLength(1);
  });
});

describe('what the runtime says', () => {
  test.each([
    ['std::bad_alloc', 'OUT_OF_MEMORY'],
    ["Could not find an implementation for Gelu(20) node with name 'act'", 'MODEL_OP'],
    ['Load model from x failed:Fatal error: com.example:Sauce(-1) is not a registered function/op', 'MODEL_OP'],
    ['anything else', 'MODEL_RUNTIME'],
  ])('"%s" is %s', (text, code) => {
    expect(runtimeError(new Error(text), 'model.onnx').code).toBe(code);
  });

  test('is cut to its first line, controls made visible', () => {
    const [finding] = runtimeError(new Error(`bad \u001b[31mname\nsecond line ${'x'.repeat(9999)}`), 'model.onnx').problems;
    expect(finding.found).toBe('the runtime says: bad ␛[31mname');
  });
});
