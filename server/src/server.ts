/** The analysis server: which handler answers which message, and nothing else. */
import type { Connection, InitializeResult } from 'vscode-languageserver';
import { answer, responseError } from './language/requests';
import { InputError } from './protocol/errors';
import { protocolVersion, serverStatus } from './protocol/messages';
import type { ClientHello, RuntimeState } from './protocol/messages';

export interface ServerDeps {
  /** The product's version. */
  readonly version: string;
  /** Milliseconds that only grow. */
  readonly clock: () => number;
  /** Why models cannot run on this machine; undefined when they can. */
  readonly unsupported: () => string | undefined;
}

/** Wires the handlers to the connection; the caller then listens. Refuses a host of another protocol with VERSION_MISMATCH. */
export function createServer(connection: Connection, { version, clock, unsupported }: ServerDeps): void {
  const started = clock();
  let trusted = false;

  connection.onInitialize((params) => {
    const hello = params.initializationOptions as Partial<ClientHello> | undefined;
    if (hello?.protocol !== protocolVersion) throw responseError(mismatch(hello));
    trusted = hello.trusted === true;
    return { capabilities: {}, serverInfo: { name: 'golgi', version } } satisfies InitializeResult;
  });

  answer(connection, serverStatus, () => ({
    version,
    protocol: protocolVersion,
    pid: process.pid,
    uptimeSeconds: (clock() - started) / 1000,
    runtime: runtimeState(trusted, unsupported()),
  }));
}

function runtimeState(trusted: boolean, unsupported: string | undefined): RuntimeState {
  if (unsupported !== undefined) return { state: 'unsupported', reason: unsupported };
  if (!trusted) return { state: 'restricted', reason: 'This workspace is not trusted, so no model is loaded.' };
  return { state: 'idle' };
}

function mismatch(hello: Partial<ClientHello> | undefined): InputError {
  return new InputError(
    'VERSION_MISMATCH',
    {},
    {
      found: `an extension ${hello?.version ?? 'of unknown version'} that speaks protocol ${hello?.protocol ?? 'none'}`,
      expected: `protocol ${protocolVersion}`,
      remedy: 'reload the window; if that does not help, reinstall the extension',
    },
  );
}
