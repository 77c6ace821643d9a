import { describe, expect, test } from 'vitest';
import { spanOf } from '../../../server/src/onnx/bytes';
import { dataType } from '../../../server/src/onnx/model';
import type { TensorProto } from '../../../server/src/onnx/model';
import { smallValues } from '../../../server/src/onnx/tensor';
import { floatTensor } from '../../helpers/tinyModels';

const raw = (type: number, count: number, ...bytes: number[]): TensorProto => {
  return { ...floatTensor('', [count], []), dataType: type, rawData: spanOf(Uint8Array.from(bytes)) };
};

describe('the numbers of small constants', () => {
  // 1.5, -2, the smallest subnormal, infinity
  const halves = [0x00, 0x3e, 0x00, 0xc0, 0x01, 0x00, 0x00, 0x7c];

  test.each<[string, TensorProto, number[]]>([
    ['float16', raw(dataType.float16, 4, ...halves), [1.5, -2, 2 ** -24, Infinity]],
    ['bfloat16', raw(dataType.bfloat16, 2, 0xc0, 0x3f, 0x00, 0xc0), [1.5, -2]],
    ['int8', raw(dataType.int8, 2, 0xff, 0x7f), [-1, 127]],
    ['uint8', raw(dataType.uint8, 2, 0xff, 0x7f), [255, 127]],
    ['int64', raw(dataType.int64, 1, 0xfe, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff), [-2]],
    ['bool', raw(dataType.bool, 2, 1, 0), [1, 0]],
  ])('raw %s', (_, tensor, values) => {
    expect(smallValues(tensor)).toEqual(values);
  });

  test('float16 in int32_data is given by its bits', () => {
    const { rawData: _, ...tensor } = raw(dataType.float16, 1);
    expect(smallValues({ ...tensor, int32Data: spanOf(Uint8Array.of(0x80, 0x7c)) })).toEqual([1.5]);
  });

  test('are not read where there are many, where they are texts, or where they lie elsewhere', () => {
    const many = floatTensor('', [5000], new Float32Array(5000));
    expect(smallValues(many)).toBeUndefined();
    expect(smallValues(many, 5000)).toHaveLength(5000);
    expect(smallValues({ ...floatTensor('', [1], [1]), dataLocation: 1 })).toBeUndefined();
    expect(smallValues(raw(dataType.string, 1, 65))).toBeUndefined();
  });
});
