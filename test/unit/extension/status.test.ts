import { expect, test } from 'vitest';
import { statusView } from '../../../extension/src/status';
import type { ServerStatus } from '../../../server/src/protocol/messages';
import type { ModelCard } from '../../../server/src/protocol/modelCard';

const server: ServerStatus = { version: '1.2.3', protocol: 1, pid: 7, uptimeSeconds: 0, runtime: { state: 'idle' } };

test('a ready server shows its version', () => {
  expect(statusView({ kind: 'ready', server })).toMatchObject({
    text: 'Golgi 1.2.3',
    detail: 'No model yet',
    severity: 'information',
    busy: false,
  });
});

test('a corpus whose text the editor keeps to itself is said to have neither hovers nor paint', () => {
  const from = { uri: 'file:///c.txt', path: '/c.txt' };
  const what = { words: 20_000_000, isShared: false };
  const study = {
    model: { kind: 'open', from: '/m', what: { layers: 4, ffn: 512, hidden: 128, provider: { used: 'cpu', asked: 'cpu', reason: null } } },
    corpus: { kind: 'open', from, what },
    stale: null,
  };
  expect(statusView({ kind: 'ready', server }, study as never).detail).toMatch(/20,000,000 words\. The file is too large .* no hovers/);
});

test('a server that cannot run models is a warning with its reason', () => {
  const restricted = { ...server, runtime: { state: 'restricted', reason: 'not trusted' } } as const;
  expect(statusView({ kind: 'ready', server: restricted })).toMatchObject({ detail: 'not trusted', severity: 'warning' });
});

test('a server that died tells why and when it comes back', () => {
  const view = statusView({ kind: 'waiting', attempt: 2, delayMs: 2_000, reason: 'It crashed.' });
  expect(view).toMatchObject({ detail: 'It crashed. Starting again in 2 s (attempt 2).', severity: 'warning', busy: true });
});

test('a server that is given up offers a restart', () => {
  expect(statusView({ kind: 'failed', reason: 'no memory' })).toMatchObject({
    detail: 'no memory',
    severity: 'error',
    command: { id: 'golgi.restart' },
  });
});

test('what models run on is said, and why it is not what was asked for', () => {
  const provider = { asked: 'webgpu', used: 'cpu', reason: 'no adapter' };
  const what = { layers: 2, ffn: 8, hidden: 4, provider } as ModelCard;
  const model = { kind: 'open', from: '/models/m', what } as const;
  const view = statusView({ kind: 'ready', server }, { model, corpus: null, stale: null });
  expect(view.detail).toBe('2 layers, width 4, FFN 8, on the processor, not on WebGPU: no adapter');
});
