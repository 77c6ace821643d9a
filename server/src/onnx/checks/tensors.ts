/** Whether constants have as many bytes as their shapes promise. Decided by arithmetic; nothing is allocated or read. */
import { problem } from '../../protocol/errors';
import type { Problem } from '../../protocol/errors';
import { bitsOf, dataType, dataTypeName } from '../model';
import type { ModelProto, TensorProto } from '../model';
import { isExternal } from '../tensor';
import { everyTensor, nodeName } from '../walk';

const most = 2n ** 63n - 1n;

/** MODEL_TENSOR: negative or overflowing shapes, unknown types, too few or too many bytes. One finding a tensor. */
export function checkTensors(model: ModelProto, file: string): Problem[] {
  const findings: Problem[] = [];
  for (const { tensor, node } of everyTensor(model)) {
    const fault = faultOf(tensor);
    if (!fault) continue;
    const place = { file, tensor: tensor.name || '(without a name)', ...(node && { node: nodeName(node) }) };
    findings.push(problem('MODEL_TENSOR', place, { ...fault, remedy: 'the file is damaged: fetch or export it again' }));
  }
  return findings;
}

function faultOf(tensor: TensorProto): { found: string; expected: string } | undefined {
  const dims = tensor.dims.map(BigInt);
  const shape = `shape [${dims.join(', ')}]`;
  const negative = dims.find((dim) => dim < 0n);
  if (negative !== undefined) return { found: shape, expected: 'sizes of at least 0' };
  if (tensor.dataType === dataType.string) return undefined;
  const bits = bitsOf(tensor.dataType);
  if (bits === undefined) return { found: `a constant of ${dataTypeName(tensor.dataType)}`, expected: 'an element type of ONNX' };
  const count = dims.reduce((product, dim) => product * dim, 1n);
  const bytes = (count * BigInt(bits) + 7n) / 8n;
  if (bytes > most)
    return { found: `${shape}, which is ${bytes} bytes; the file brings ${broughtBytes(tensor)}`, expected: 'a size below 2^63 bytes' };
  if (isExternal(tensor)) return undefined;
  return lengthFault(tensor, count, bytes, shape);
}

function lengthFault(tensor: TensorProto, count: bigint, bytes: bigint, shape: string): { found: string; expected: string } | undefined {
  const { rawData, floatData, doubleData } = tensor;
  const packed = tensor.int32Data ?? tensor.int64Data ?? tensor.uint64Data;
  if (rawData || floatData || doubleData || !packed) {
    const found = broughtBytes(tensor);
    if (BigInt(found) === bytes) return undefined;
    return { found: `${found} bytes for ${shape} of ${dataTypeName(tensor.dataType)}`, expected: `${bytes} bytes` };
  }
  // Each value is a varint of 1 to 10 bytes; 4-bit types put two values into one.
  const values = (bitsOf(tensor.dataType) ?? 8) < 8 ? 0n : count;
  if (BigInt(packed.length) >= values && BigInt(packed.length) <= count * 10n) return undefined;
  return { found: `${packed.length} bytes of packed values for ${shape}`, expected: `${count} values` };
}

function broughtBytes({ rawData, floatData, doubleData, int32Data, int64Data, uint64Data }: TensorProto): number {
  return (rawData ?? floatData ?? doubleData ?? int32Data ?? int64Data ?? uint64Data)?.length ?? 0;
}
