import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, expect, test, vi } from 'vitest';
import { Supervisor } from '../../../server/src/jobs/supervisor';
import { CancelledError, Defect, InputError } from '../../../server/src/protocol/errors';
import type { Progress } from '../../../server/src/protocol/workerMessages';

const entry = fileURLToPath(new URL('../../fixtures/workers/scripted.cjs', import.meta.url));
const open: Supervisor[] = [];

function supervisor(options: { graceMs?: number; silenceMs?: number } = {}): Supervisor {
  const made = new Supervisor({ entry, ...options });
  open.push(made);
  return made;
}

const script = (behaviour: string, count?: string): { model: { folder: string }; texts: string[] } => ({
  model: { folder: '/' },
  texts: count ? [behaviour, count] : [behaviour],
});
const counter = (): string => join(mkdtempSync(join(tmpdir(), 'golgi-supervisor-')), 'starts');

afterEach(() => {
  for (const one of open.splice(0)) one.dispose();
});

test('a job comes back with its result, and the same worker serves the next one', async () => {
  const one = supervisor();
  const [first] = (await one.run('tokens', script('answer'))) as unknown as { pid: number }[];
  const [second] = (await one.run('tokens', script('answer'))) as unknown as { pid: number }[];
  expect(first?.pid).toBe(second?.pid);
});

test('bad input arrives as the error it was, with all its fields', async () => {
  const failure = await supervisor()
    .run('tokens', script('refuse'))
    .catch((error: unknown) => error);
  expect(failure).toBeInstanceOf(InputError);
  expect((failure as InputError).problems[0]).toMatchObject({ code: 'MODEL_EMPTY', place: { file: 'm.onnx' }, remedy: 'r' });
});

test('a mistake of ours arrives as a defect with the stack of its own process', async () => {
  const failure = await supervisor()
    .run('tokens', script('throw'))
    .catch((error: unknown) => error);
  expect(failure).toBeInstanceOf(Defect);
  expect((failure as Defect).stack).toBe('at here');
});

test('a killed worker is noticed, replaced, and the job goes on in a second attempt', async () => {
  const notes: string[] = [];
  const [result] = (await supervisor().run('tokens', script('die once', counter()), { onNote: (note) => notes.push(note) })) as unknown as {
    attempt: number;
    starts: number;
  }[];
  expect(result).toMatchObject({ attempt: 1, starts: 2 });
  expect(notes).toEqual([expect.stringContaining('SIGKILL at working, 3 of 10 steps')]);
});

test('a job that kills its worker twice at one place is given up and the place is named', async () => {
  const starts = counter();
  const failure = await supervisor()
    .run('tokens', script('die always', starts))
    .catch((error: unknown) => error);
  expect((failure as InputError).code).toBe('WORKER_CRASHED');
  expect((failure as InputError).problems[0].found).toContain('working, 3 of 10 steps');
  expect(readFileSync(starts, 'utf8')).toBe('xx');
});

test('a job that gets further in every life is carried to its end, however often its worker dies', async () => {
  const [result] = (await supervisor().run('tokens', script('die at every step', counter()))) as unknown as { starts: number }[];
  expect(result?.starts).toBe(6);
});

test('text that a second worker writes again is told once', async () => {
  const told: string[] = [];
  await supervisor().run('tokens', script('write and die once', counter()), { onText: (text) => told.push(text) });
  expect(told.join('')).toBe('The old man');
});

test('cancel is asked for first, and says what is kept', async () => {
  const one = supervisor();
  const cancel = new AbortController();
  const failure = await one
    .run('tokens', script('until cancelled'), { signal: cancel.signal, onProgress: () => cancel.abort() })
    .catch((error: unknown) => error);
  expect(failure).toBeInstanceOf(CancelledError);
  expect((failure as Error).message).toContain('4 of 10 steps');
  expect(one.pid).toBeDefined();
});

test('a worker that does not hear the cancel is killed after the grace time, and the next job gets a new one', async () => {
  const one = supervisor({ graceMs: 50 });
  const cancel = new AbortController();
  const failure = await one
    .run('tokens', script('deaf'), { signal: cancel.signal, onProgress: () => cancel.abort() })
    .catch((error: unknown) => error);
  expect(failure).toBeInstanceOf(CancelledError);
  await expect(one.run('tokens', script('answer'))).resolves.toHaveLength(1);
});

test('a worker that shows no sign of life is ended, and the job fails with the place it hung at', async () => {
  const failure = await supervisor({ silenceMs: 200 })
    .run('tokens', script('deaf'))
    .catch((error: unknown) => error);
  expect((failure as InputError).code).toBe('MODEL_TIMEOUT');
});

test('time in which the whole program was stopped is not silence of the worker', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  try {
    const answer = supervisor().run('tokens', script('answer'));
    // A program that goes on finds the next timer due, however long ago that was.
    vi.advanceTimersToNextTimer();
    await expect(answer).resolves.toHaveLength(1);
  } finally {
    vi.useRealTimers();
  }
});

test('jobs wait for each other, and a job cancelled while it waits never starts', async () => {
  const one = supervisor();
  const starts = counter();
  const cancel = new AbortController();
  let began: () => void = () => undefined;
  const running = new Promise<void>((resolve) => (began = resolve));
  const long = one
    .run('tokens', script('until cancelled'), { signal: cancel.signal, onProgress: () => began() })
    .catch((error: unknown) => error);
  await running;
  const never = new AbortController();
  const waiting = one.run('tokens', script('answer', starts), { signal: never.signal }).catch((error: unknown) => error);
  never.abort();
  cancel.abort();
  expect(await long).toBeInstanceOf(CancelledError);
  expect(await waiting).toBeInstanceOf(CancelledError);
  expect(() => readFileSync(starts)).toThrow();
});

test('a job that was cancelled while it waited does not leave the one behind it waiting for ever', async () => {
  const one = supervisor();
  const stop = new AbortController();
  const first = one.run('tokens', script('answer'));
  const second = one.run('tokens', script('answer'), { signal: stop.signal });
  const third = one.run('tokens', script('answer'));
  stop.abort();
  await first;
  await expect(second).rejects.toThrow(CancelledError);
  expect(await third).toHaveLength(1);
});

test('progress is passed on as it comes', async () => {
  const seen: Progress[] = [];
  await supervisor().run('tokens', script('die at every step', counter()), { onProgress: (progress) => seen.push(progress) });
  expect(seen.map(({ done }) => done)).toEqual([1, 2, 3, 4, 5, 6]);
});
