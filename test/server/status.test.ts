import { afterEach, expect, test } from 'vitest';
import { CancellationTokenSource, LSPErrorCodes } from 'vscode-languageserver/node';
import { CancelledError, InputError } from '../../server/src/protocol/errors';
import { errorOf } from '../../server/src/protocol/failure';
import type { Failure } from '../../server/src/protocol/workerMessages';
import { listMethods, protocolVersion, serverStatus } from '../../server/src/protocol/messages';
import { answer } from '../../server/src/language/requests';
import { startServer } from '../helpers/serverOverStreams';
import type { TestClient } from '../helpers/serverOverStreams';

let client: TestClient;
afterEach(() => client.close());

test('a server says who it is when it is greeted', async () => {
  client = startServer();
  expect(await client.initialize()).toMatchObject({ serverInfo: { name: 'golgi', version: '1.2.3' } });
});

test('a server refuses an extension that speaks another protocol, and says what to do', async () => {
  client = startServer();
  const refusal = await client.initialize({ protocol: protocolVersion + 1, version: '9.9.9' }).catch((error: { data: Failure }) => error);
  const error = errorOf((refusal as { data: Failure }).data);
  expect(error).toBeInstanceOf(InputError);
  expect((error as InputError).problems).toMatchObject([{ code: 'VERSION_MISMATCH', found: expect.stringContaining('9.9.9') }]);
});

test('the status tells version, protocol, process and time since the start', async () => {
  let now = 1_000;
  client = startServer({ clock: () => now });
  await client.initialize();
  now = 3_500;
  expect(await client.ask(serverStatus, {})).toEqual({
    version: '1.2.3',
    protocol: protocolVersion,
    pid: process.pid,
    uptimeSeconds: 2.5,
    runtime: { state: 'idle' },
  });
});

test('methods are told with what a form needs of them', async () => {
  client = startServer();
  await client.initialize({ trusted: false });
  const cards = await client.ask(listMethods, {});
  expect(cards.find(({ id }) => id === 'iou')).toMatchObject({ role: 'ranks', parameters: [{ name: 'quantile', type: 'number' }, {}] });
});

test('models do not run in a workspace without trust', async () => {
  client = startServer();
  await client.initialize({ trusted: false });
  expect((await client.ask(serverStatus, {})).runtime).toMatchObject({ state: 'restricted' });
});

test('a machine without a build of the runtime is told why, trusted or not', async () => {
  client = startServer({ unsupported: () => 'no build for sunos-sparc' });
  await client.initialize({ trusted: false });
  expect((await client.ask(serverStatus, {})).runtime).toEqual({ state: 'unsupported', reason: 'no build for sunos-sparc' });
});

test('a handler that breaks fails its own request and no other', async () => {
  const broken = { method: 'golgi/test/broken' } as const;
  client = startServer({}, (connection) =>
    answer(connection, broken, () => {
      throw new TypeError('x is undefined');
    }),
  );
  await client.initialize();
  await expect(client.ask(broken, {})).rejects.toMatchObject({ data: { kind: 'defect', message: 'x is undefined' } });
  expect(await client.ask(serverStatus, {})).toMatchObject({ version: '1.2.3' });
});

test('every finding about a bad input reaches the other side', async () => {
  const picky = { method: 'golgi/test/picky' } as const;
  const finding = (line: number) =>
    ({ code: 'LABEL_COUNT', place: { file: 'x.label', line }, found: '3 labels', expected: '4 words', remedy: 'add one' }) as const;
  client = startServer({}, (connection) =>
    answer(connection, picky, () => {
      throw new InputError([finding(1), finding(7)]);
    }),
  );
  await client.initialize();
  const failed = await client.ask(picky, {}).catch((error: { data: Failure }) => error);
  expect((errorOf((failed as { data: Failure }).data) as InputError).problems).toEqual([finding(1), finding(7)]);
});

test('a request that is cancelled while it runs hears of it and is answered as cancelled', async () => {
  const slow = { method: 'golgi/test/slow' } as const;
  let started: () => void = () => undefined;
  const running = new Promise<void>((resolve) => (started = resolve));
  client = startServer({}, (connection) =>
    answer(connection, slow, (_params, token) => {
      started();
      return new Promise((_, reject) => token.onCancellationRequested(() => reject(new CancelledError('2 of 7 sentences done'))));
    }),
  );
  await client.initialize();
  const source = new CancellationTokenSource();
  const asked = client.connection.sendRequest(slow.method, {}, source.token);
  await running;
  source.cancel();
  await expect(asked).rejects.toMatchObject({
    code: LSPErrorCodes.RequestCancelled,
    data: { kind: 'cancelled', message: '2 of 7 sentences done' },
  });
});
