import { describe, expect, test } from 'vitest';
import { openModelFolder } from '../../../server/src/onnx/modelFolder';
import { findingsOf } from '../../helpers/findings';
import { hasShared, shared } from '../../helpers/shared';

const refused = (path: string) => findingsOf(() => openModelFolder(path));

describe.skipIf(!hasShared)('the broken folders', () => {
  const bad = (name: string) => shared(`fixtures/bad/${name}`);

  test.each<[string, string, RegExp]>([
    ['truncated', 'MODEL_TRUNCATED', /the file ends after 30957 bytes/],
    ['empty-file', 'MODEL_EMPTY', /0 bytes/],
    ['not-protobuf', 'MODEL_NOT_ONNX', /web page/],
    ['git-lfs-pointer', 'MODEL_LFS_POINTER', /438,012,345 bytes.*git lfs pull/],
    ['missing-external-data', 'MODEL_EXTDATA_MISSING', /model\.onnx_data/],
    ['short-external-data', 'MODEL_EXTDATA_RANGE', /17440 bytes.*12400 to 19440/],
    ['escaping-external-data', 'MODEL_EXTDATA_ESCAPE', /\.\.\/outside\.bin/],
    ['absolute-external-data', 'MODEL_EXTDATA_ESCAPE', /\/etc\/hostname.*absolute/],
    ['no-onnx', 'MODEL_NO_ONNX', /model\.safetensors.*optimum-cli export onnx/],
    ['custom-op', 'MODEL_OP', /com\.example::SecretSauce/],
    ['future-opset', 'MODEL_VERSION', /opset 99.*opset 1 to 26/],
    ['huge-dims', 'MODEL_TENSOR', /2147483648, 2147483648.*brings 4/],
    ['cycle', 'MODEL_GRAPH', /a cycle of \d+ nodes/],
    ['missing-input', 'MODEL_GRAPH', /Softmax.*"not_there", which nothing makes/],
  ])('%s is refused with one finding', (name, code, says) => {
    const findings = refused(bad(name));
    expect(findings.map((each) => each.code)).toEqual([code]);
    expect(findings.map(({ found, expected, remedy }) => `${found}; ${expected}; ${remedy}`).join()).toMatch(says);
    expect(findings[0]?.place.file).toContain(bad(name));
  });

  test('the first tensor that does not fit is named', () => {
    expect(refused(bad('short-external-data'))[0]?.place.tensor).toBe('onnx::MatMul_225');
  });

  test.each<[string, string[]]>([
    ['no-config', ['CONFIG_MISSING']],
    ['broken-config', ['CONFIG_JSON']],
    ['config-mismatch', []],
    ['no-tokenizer', []],
    ['wrong-tokenizer', []],
    ['nan-weights', []],
    ['cnn', []],
  ])('%s opens', (name, codes) => {
    expect(openModelFolder(bad(name)).warnings.map(({ code }) => code)).toEqual(codes);
  });

  test('the error in broken-config is found at its line and column', () => {
    expect(openModelFolder(bad('broken-config')).warnings[0]?.place).toMatchObject({ line: 2, column: 1 });
  });
});
