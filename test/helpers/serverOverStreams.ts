/** A server and a client joined by two streams in memory: real messages, real serialisation, no process. */
import { PassThrough } from 'node:stream';
import {
  createConnection,
  createProtocolConnection,
  ProposedFeatures,
  StreamMessageReader,
  StreamMessageWriter,
} from 'vscode-languageserver/node';
import type { InitializeResult, ProtocolConnection } from 'vscode-languageserver/node';
import type { Connection } from 'vscode-languageserver';
import type { Workers } from '../../server/src/jobs/workers';
import type { ClientHello, Request } from '../../server/src/protocol/messages';
import { protocolVersion } from '../../server/src/protocol/messages';
import { createServer } from '../../server/src/server';
import type { ServerDeps } from '../../server/src/server';

export interface TestClient {
  readonly connection: ProtocolConnection;
  initialize(hello?: Partial<ClientHello>): Promise<InitializeResult>;
  ask<P, R, S>(message: Request<P, R, S>, params: P): Promise<R>;
  close(): void;
}

const noWorkers = (): Workers => {
  throw new Error('this test has no workers');
};

/** Starts a server on streams. `more` may add handlers to the server's side before it listens. */
export function startServer(deps: Partial<ServerDeps> = {}, more: (connection: Connection) => void = () => undefined): TestClient {
  const [toServer, toClient] = [new PassThrough(), new PassThrough()];
  const server = createConnection(ProposedFeatures.all, new StreamMessageReader(toServer), new StreamMessageWriter(toClient));
  createServer(server, {
    version: '1.2.3',
    clock: () => 0,
    unsupported: () => undefined,
    workers: noWorkers,
    now: () => new Date(0),
    ...deps,
  });
  more(server);
  server.listen();
  const connection = createProtocolConnection(new StreamMessageReader(toClient), new StreamMessageWriter(toServer));
  connection.listen();
  return {
    connection,
    initialize: (hello) =>
      connection.sendRequest('initialize', {
        processId: null,
        rootUri: null,
        capabilities: {},
        initializationOptions: { protocol: protocolVersion, version: '1.2.3', trusted: true, storage: '/nowhere', ...hello },
      }),
    ask: ({ method }, params) => connection.sendRequest(method, params),
    close: () => {
      connection.dispose();
      server.dispose();
    },
  };
}
