/** Every state of the model card, with names as hostile as a model's file may hold. */
import type { ModelCard } from '../../server/src/protocol/modelCard';
import type { CardState, ToCard } from '../../server/src/protocol/views';
import { hostile } from './states';

export const sampleCard: ModelCard = {
  name: 'demo-gpt2',
  files: ['/models/demo-gpt2/onnx/model.onnx'],
  hash: { graph: 'a'.repeat(64), weights: 'b'.repeat(64), tokenizer: 'c'.repeat(64) },
  ...{ layers: 2, hidden: 128, ffn: 512, heads: 4, vocabulary: 4000, maxTokens: 256, parameters: 1_338_112, opset: 17, causal: true },
  family: { norm: 'LayerNorm, pre', activation: 'gelu-tanh', 'gated FFN': false, 'head size': 32, numbers: 'float32' },
  stacks: [{ stack: '', layers: 2, hidden: 128, ffn: 512, heads: 4 }],
  taps: [
    { id: 'L0.hidden', tensor: '/transformer/drop/out', width: 128, shape: ['batch', 'tokens', 128] },
    { id: 'L1.ffn', tensor: hostile, width: 512, shape: ['batch', 'tokens', 512] },
    { id: 'L1.hidden', tensor: '/h.0/Add_1', width: 128, shape: ['batch', 'tokens', 128] },
  ],
  chosen: [],
  candidates: [{ id: 'L1.hidden', tensor: '/h.0/Add', width: 128, reason: 'the stream after addition 1 of 2 in the block' }],
  inputs: [{ name: 'input_ids', type: 'int64', shape: ['batch_size', 'sequence_length'] }],
  outputs: [{ name: 'logits', type: 'float', shape: ['batch_size', 'sequence_length', 4000] }],
  tokenizer: { kind: 'BPE', vocabulary: 4000, lowercases: false },
  checks: {},
  methods: [
    { id: 'ap', title: 'Average precision', supported: true, reason: null },
    { id: 'fill', title: 'Guessing masked words', supported: false, reason: 'a model that does not guess words within a text' },
  ],
  cost: { weightBytes: 5_352_448, multiplicationsPerToken: 1_298_432, measured: null },
  provider: { asked: 'webgpu', used: 'cpu', reason: 'Failed to get a WebGPU adapter: No supported adapters' },
  unsupported: [{ method: 'L2.xattn', reason: 'this model has no cross-attention' }],
  notes: ['Took model.onnx; also there: model_quantized.onnx. Name a file to take it instead.'],
  warnings: [],
};

const checked: ModelCard = {
  ...sampleCard,
  cost: { ...sampleCard.cost, measured: { tokens: 128, tokensPerSecond: 40_153, memoryBytes: 3_000_000 } },
  checks: {
    taps: { held: true, detail: 'fetching all 3 taps leaves the output as it is, bit by bit' },
    finite: { held: true, detail: 'all taps hold finite numbers' },
    identity: { held: true, detail: 'scaling 3 taps by 1 leaves the output as it is, bit by bit' },
    clamp: { held: false, detail: 'the output is 0.3 apart' },
    gradient: { held: null, detail: 'rounding has no derivative' },
  },
};

const chosenCard: ModelCard = { ...sampleCard, chosen: [{ tap: 'L1.hidden', tensor: '/h.0/Add' }] };

const of = (state: CardState, isStudied = false): ToCard => ({ type: 'card', name: 'demo-gpt2', state, isStudied });
const ready = (card: ModelCard, check: Extract<CardState, { kind: 'ready' }>['check']): ToCard => of({ kind: 'ready', card, check });

const problems = [
  { code: 'MODEL_TRUNCATED', message: 'model.onnx: 4,096 bytes; expected 1.2 GB', remedy: 'download the file again' },
  { code: 'MODEL_OP', message: hostile, remedy: '' },
];

/** `opening` and not `loading`: structure is read in less time than a progress bar needs to appear. */
export const cardStates = {
  'no-server': of({ kind: 'none', reason: 'no server' }),
  'server-starts': of({ kind: 'none', reason: 'starting' }),
  restricted: of({ kind: 'none', reason: 'restricted' }),
  opening: of({ kind: 'loading' }),
  ready: ready(sampleCard, { kind: 'not run' }),
  studied: of({ kind: 'ready', card: sampleCard, check: { kind: 'not run' } }, true),
  running: ready(sampleCard, { kind: 'running', progress: { stage: 'self-check', done: 1, total: 3, unit: 'steps' } }),
  checked: ready(checked, { kind: 'done' }),
  'check-failed': ready(sampleCard, { kind: 'failed', problems }),
  chosen: ready(chosenCard, { kind: 'not run' }),
  failed: of({ kind: 'failed', problems, hasChosenTaps: true }),
} satisfies Record<string, ToCard>;
