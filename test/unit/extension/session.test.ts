import { beforeEach, describe, expect, test, vi } from 'vitest';
import type { ServerStatus } from '../../../server/src/protocol/messages';
import { Refusal, Session } from '../../../extension/src/session';
import type { ServerRun } from '../../../extension/src/session';

const status: ServerStatus = { version: '1.2.3', protocol: 1, pid: 7, uptimeSeconds: 0, runtime: { state: 'idle' } };

/** Servers that do what the test says. */
class Servers {
  readonly runs: { stopped: boolean; die: (reason: string) => void }[] = [];
  failures: Error[] = [];

  launch = async (onDeath: (reason: string) => void): Promise<ServerRun> => {
    const failure = this.failures.shift();
    if (failure) throw failure;
    const run = { stopped: false, die: onDeath };
    this.runs.push(run);
    return {
      ask: async () => status as never,
      stop: async () => {
        run.stopped = true;
      },
    };
  };
}

let servers: Servers;
let session: Session;
let seen: string[];

beforeEach(() => {
  vi.useFakeTimers();
  servers = new Servers();
  seen = [];
  session = new Session({ launch: servers.launch, onState: ({ kind }) => seen.push(kind), clock: () => Date.now() });
});

test('a server that starts is ready', async () => {
  await session.start();
  expect(session.state).toEqual({ kind: 'ready', server: status });
  expect(seen).toEqual(['starting', 'ready']);
});

test('a second start while one is under way starts nothing', async () => {
  await Promise.all([session.start(), session.start()]);
  await session.start();
  expect(servers.runs).toHaveLength(1);
});

test('a server that dies is started again after a pause', async () => {
  await session.start();
  servers.runs[0]?.die('gone');
  expect(session.state).toEqual({ kind: 'waiting', attempt: 1, delayMs: 500, reason: 'gone' });
  await vi.advanceTimersByTimeAsync(499);
  expect(servers.runs).toHaveLength(1);
  await vi.advanceTimersByTimeAsync(1);
  expect(session.state.kind).toBe('ready');
  expect(servers.runs).toHaveLength(2);
});

test('a server that keeps dying is given up at the fifth time, with its reason', async () => {
  await session.start();
  for (let death = 1; death <= 5; death++) {
    servers.runs.at(-1)?.die(`death ${death}`);
    if (death < 5) await vi.runAllTimersAsync();
  }
  expect(session.state).toEqual({ kind: 'failed', reason: 'death 5' });
  await vi.runAllTimersAsync();
  expect(servers.runs).toHaveLength(5);
});

test('deaths of long ago are forgiven', async () => {
  await session.start();
  for (let death = 1; death <= 8; death++) {
    servers.runs.at(-1)?.die('gone');
    await vi.advanceTimersByTimeAsync(181_000);
  }
  expect(session.state.kind).toBe('ready');
});

test('a person who restarts a server that was given up gets a new one with all its chances', async () => {
  servers.failures = Array.from({ length: 5 }, () => new Error('no memory'));
  await session.start();
  await vi.runAllTimersAsync();
  expect(session.state).toEqual({ kind: 'failed', reason: 'no memory' });
  await session.restart();
  expect(session.state.kind).toBe('ready');
  servers.runs.at(-1)?.die('gone');
  expect(session.state).toMatchObject({ kind: 'waiting', attempt: 1 });
});

test('a server that refuses is not tried again', async () => {
  servers.failures = [new Refusal('another protocol')];
  await session.start();
  await vi.runAllTimersAsync();
  expect(session.state).toEqual({ kind: 'failed', reason: 'another protocol' });
  expect(servers.runs).toHaveLength(0);
});

describe('restart', () => {
  test('stops the old server and starts a new one', async () => {
    await session.start();
    await session.restart();
    expect(servers.runs.map(({ stopped }) => stopped)).toEqual([true, false]);
    expect(seen).toEqual(['starting', 'ready', 'stopped', 'starting', 'ready']);
  });

  test('asked for twice at once happens once', async () => {
    await session.start();
    await Promise.all([session.restart(), session.restart()]);
    expect(servers.runs).toHaveLength(2);
  });

  test('of a server on its way leaves exactly one running', async () => {
    const starting = session.start();
    await session.restart();
    await starting;
    expect(servers.runs.map(({ stopped }) => stopped)).toEqual([true, false]);
    expect(session.state.kind).toBe('ready');
  });
});

test('what an old server still reports after a stop changes nothing', async () => {
  await session.start();
  await session.stop();
  servers.runs[0]?.die('gone');
  await vi.runAllTimersAsync();
  expect(session.state.kind).toBe('stopped');
  expect(servers.runs).toHaveLength(1);
});

test('a stop during the pause before a restart is final', async () => {
  await session.start();
  servers.runs[0]?.die('gone');
  await session.stop();
  await vi.runAllTimersAsync();
  expect(servers.runs).toHaveLength(1);
});
