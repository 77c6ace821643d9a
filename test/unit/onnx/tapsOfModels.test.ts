import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { FileSource } from '../../../server/src/onnx/bytes';
import { decodeModel } from '../../../server/src/onnx/codec';
import { indexGraph } from '../../../server/src/onnx/graph';
import type { GraphProto } from '../../../server/src/onnx/model';
import { allTaps, findTaps } from '../../../server/src/onnx/taps';
import type { StackTaps } from '../../../server/src/onnx/taps';
import { tapText } from '../../../server/src/protocol/neurons';
import type { Stack } from '../../../server/src/protocol/neurons';
import { findingsOf } from '../../helpers/findings';
import { media } from '../../helpers/media';
import { hasShared, shared } from '../../helpers/shared';

const fixture = (path: string) => new URL(`../../fixtures/models/${path}`, import.meta.url).pathname;

function graphOf(file: string): GraphProto {
  const { graph } = decodeModel(new FileSource(file));
  if (!graph) throw new Error(`${file} has no graph`);
  return graph;
}

function stackOf(file: string, stack: Stack = ''): StackTaps {
  const [found] = findTaps(indexGraph(graphOf(file)), { stack }).stacks;
  if (!found) throw new Error(`${file} has no stack`);
  return found;
}

/** Tap ids whose tensor is none of those that hold the right values, with what was found. */
function wrong(stack: StackTaps, expected: Readonly<Record<string, readonly string[]>>): string[] {
  const found = new Map(allTaps(stack).map(({ point, tensor }) => [tapText(point), tensor]));
  return Object.entries(expected).flatMap(([id, names]) => (names.includes(found.get(id) ?? '') ? [] : [`${id}: ${found.get(id)}`]));
}

interface Expected {
  readonly stack: { readonly layers: number; readonly width: number; readonly ffn: number };
  readonly taps: Readonly<Record<string, readonly string[]>>;
}

describe('exports of known models', () => {
  const all = JSON.parse(readFileSync(fixture('taps.json'), 'utf8')) as Readonly<Record<string, Expected>>;
  test.each(Object.entries(all))('%s: every tap is a tensor that holds the values PyTorch gives', (name, { stack, taps }) => {
    const found = stackOf(fixture(`${name}/model.onnx`));
    expect(wrong(found, taps)).toEqual([]);
    expect(found).toMatchObject({ layers: stack.layers, hiddenWidth: stack.width, ffnWidths: [stack.ffn], heads: 4, headSize: 8 });
  });

  test('BERT looks both ways and norms after each sum; GPT-2 looks back, norms before, and fuses its projections', () => {
    const bert = stackOf(fixture('bert/model.onnx'));
    expect(bert).toMatchObject({
      causal: false,
      norm: { kind: 'layer', place: 'post' },
      activation: 'gelu-erf',
      fusedQkv: false,
      maxTokens: 64,
    });
    expect(bert.final).toBeUndefined();
    const gpt2 = stackOf(fixture('gpt2/model.onnx'));
    expect(gpt2).toMatchObject({
      causal: true,
      norm: { kind: 'layer', place: 'pre' },
      activation: 'gelu-tanh',
      fusedQkv: true,
      maxTokens: 64,
    });
    expect(gpt2.embedding).toEqual({ input: 'input_ids', rows: 330, width: 32 });
  });

  test.each(['demo-bert', 'demo-gpt2'])('the bundled %s has 4 layers × 128 with FFNs of 512', (name) => {
    const found = stackOf(media(`models/${name}/onnx/model.onnx`));
    expect(found).toMatchObject({ layers: 4, hiddenWidth: 128, ffnWidths: [512], heads: 4, maxTokens: 256, missing: [] });
  });
});

interface Manifest {
  readonly files: Readonly<Record<string, string>>;
  readonly taps: Readonly<Record<string, Readonly<Record<string, readonly ManifestTap[]>>>>;
  readonly stacks: Readonly<
    Record<string, { readonly layers: number; readonly width: number; readonly ffn: number; readonly attn: number }>
  >;
}
interface ManifestTap {
  readonly layer: number;
  readonly tensor: string;
  readonly also?: readonly string[];
}

// The reference counts the sublayers of a block from 0, and calls the stream residual.
const ids: Readonly<Record<string, (layer: number) => string>> = {
  residual: (layer) => `L${layer}.hidden`,
  residual_normed: (layer) => `L${layer}.final`,
  ffn: (layer) => `L${layer + 1}.ffn`,
  attn: (layer) => `L${layer + 1}.attn`,
  cross_attn: (layer) => `L${layer + 1}.xattn`,
};
const stackNames: Readonly<Record<string, Stack>> = { encoder: 'enc', decoder: 'dec' };

describe.skipIf(!hasShared)('all reference exports', () => {
  const folder = shared('fixtures/models');
  const names = hasShared ? readdirSync(folder).filter((name) => existsSync(join(folder, name, 'manifest.json'))) : [];
  test.each(names)('%s: every tap is a tensor that holds the right values', (name) => {
    const { files, taps, stacks } = JSON.parse(readFileSync(join(folder, name, 'manifest.json'), 'utf8')) as Manifest;
    for (const [half, byTap] of Object.entries(taps)) {
      const stack = stackNames[half] ?? '';
      const found = stackOf(join(folder, name, files[half] ?? files[''] ?? ''), stack);
      const prefix = stack === '' ? '' : `${stack}.`;
      const expected = Object.entries(byTap).flatMap(([tap, rows]) =>
        rows.map(({ layer, tensor, also = [] }): [string, string[]] => [`${prefix}${ids[tap]?.(layer)}`, [tensor, ...also]]),
      );
      expect(wrong(found, Object.fromEntries(expected))).toEqual([]);
      const { layers, width, ffn, attn } = stacks[half] ?? { layers: 0, width: 0, ffn: 0, attn: 0 };
      expect(found).toMatchObject({ layers, hiddenWidth: width, ffnWidths: [ffn] });
      expect(found.blocks.every((block) => block.attn?.width === attn && block.preact !== undefined)).toBe(true);
    }
  });

  test('layers that share their weights are still layers of their own', () => {
    const albert = stackOf(shared('models/albert-reactions/onnx/model.onnx'));
    expect(albert).toMatchObject({
      layers: 12,
      hiddenWidth: 256,
      ffnWidths: [512],
      sharedWeights: true,
      embedding: { rows: 591, width: 128 },
    });
    expect(new Set(allTaps(albert).map(({ tensor }) => tensor)).size).toBe(allTaps(albert).length);
  });

  test('quantising a model moves none of its taps', () => {
    const plain = allTaps(stackOf(shared('models/minilm/onnx/model.onnx')));
    const quantised = findTaps(indexGraph(graphOf(shared('models/minilm/onnx/model_quantized.onnx'))));
    expect(quantised.precision).toEqual({ quantised: 'dynamic-int8', float16: false });
    const place = ({ point, width }: (typeof plain)[number]) => `${tapText(point)} × ${width}`;
    expect(quantised.stacks.flatMap(allTaps).map(place)).toEqual(plain.map(place));
  });

  test('a convolutional network is refused by what it is fed and made of', () => {
    const [finding] = findingsOf(() => findTaps(indexGraph(graphOf(shared('fixtures/bad/cnn/model.onnx')))));
    expect(finding?.code).toBe('MODEL_NOT_TRANSFORMER');
    expect(finding?.found).toMatch(/"pixel_values".*2 convolutions/);
  });
});
