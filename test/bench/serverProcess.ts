/** The analysis server as the editor starts it, for measuring: its own process, its own workers, messages over the IPC channel. */
import { fork } from 'node:child_process';
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { createProtocolConnection, IPCMessageReader, IPCMessageWriter } from 'vscode-languageserver/node';
import type { ProtocolConnection } from 'vscode-languageserver/node';
import { protocolVersion } from '../../server/src/protocol/messages';
import type { Request } from '../../server/src/protocol/messages';

/** The longest time for which the loop did not turn, in milliseconds. */
export interface LoopBlock {
  /** What of it the process computed itself. */
  readonly own: number;
  /** All of that one, in which another process may have had the processor. */
  readonly gap: number;
  /** The longest by Node's own monitor. */
  readonly monitored: number;
}

export interface ServerProcess {
  readonly connection: ProtocolConnection;
  ask<P, R, S>(message: Request<P, R, S>, params: P): Promise<R>;
  /** The longest block since the start. */
  loopBlock(): Promise<LoopBlock>;
  stop(): Promise<void>;
}

/** Starts the built server and shakes hands; what it stores goes into `storage`. */
export async function startServerProcess(storage: string): Promise<ServerProcess> {
  const delays = join(storage, 'loop-delay.json');
  const child = fork(join(process.cwd(), 'dist', 'server.js'), ['--node-ipc', `--clientProcessId=${process.pid}`], {
    execArgv: ['--import', pathToFileURL(join(process.cwd(), 'test', 'bench', 'loopDelay.mjs')).href],
    env: { ...process.env, GOLGI_LOOP_DELAY: delays },
  });
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const connection = createProtocolConnection(new IPCMessageReader(child), new IPCMessageWriter(child));
  connection.listen();
  await connection.sendRequest('initialize', {
    ...{ processId: process.pid, rootUri: null, capabilities: {} },
    initializationOptions: { protocol: protocolVersion, version: 'bench', trusted: true, storage },
  });
  await connection.sendNotification('initialized', {});
  const ask: ServerProcess['ask'] = ({ method }, params) => connection.sendRequest(method, params);
  return {
    connection,
    ask,
    loopBlock: async () => {
      rmSync(delays, { force: true });
      process.kill(child.pid ?? 0, 'SIGUSR2');
      for (;;) {
        const text = await new Promise<string>((resolve) => setImmediate(() => resolve(textOf(delays))));
        if (text.endsWith('}')) return JSON.parse(text) as LoopBlock;
      }
    },
    stop: async () => {
      await connection.sendRequest('shutdown');
      await connection.sendNotification('exit');
      await ended;
    },
  };
}

function textOf(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}
