/** One language client for one run of the server: it is thrown away with the process, and the session starts the next. */
import type { LogOutputChannel } from 'vscode';
import type { DocumentSelector, ErrorHandler } from 'vscode-languageclient/node';
import { CloseAction, ErrorAction, LanguageClient, ResponseError, State, TransportKind } from 'vscode-languageclient/node';
import { errorOf } from '../../server/src/protocol/failure';
import type { Failure } from '../../server/src/protocol/jobs';
import type { ClientHello } from '../../server/src/protocol/messages';
import { Refusal } from './session';
import type { ServerRun } from './session';

/** The port that the launch entry "Attach to the analysis server" looks at. */
const inspectPort = 6037;

export interface LaunchOptions {
  /** The server's bundle. */
  readonly module: string;
  readonly hello: ClientHello;
  readonly documentSelector: DocumentSelector;
  readonly log: LogOutputChannel;
  /** A server that has not shaken hands after so many milliseconds is ended. */
  readonly patienceMs?: number;
}

/**
 * Starts the server's process and shakes hands. `onDeath` is called when a server that had answered goes without being
 * asked to. Throws `Refusal` when the server will not talk to this extension.
 */
export async function launchServer(
  { module, hello, documentSelector, log, patienceMs = 30_000 }: LaunchOptions,
  onDeath: (reason: string) => void,
): Promise<ServerRun> {
  const client = new LanguageClient(
    'golgi',
    'Golgi',
    {
      run: { module, transport: TransportKind.ipc },
      debug: { module, transport: TransportKind.ipc, options: { execArgv: [`--inspect=${inspectPort}`] } },
    },
    {
      documentSelector,
      outputChannel: log,
      initializationOptions: hello,
      errorHandler: neverByItself(() => {
        if (client.state === State.Running) onDeath('The analysis server stopped unexpectedly.');
      }),
      initializationFailedHandler: () => false,
    },
  );
  let isLate = false;
  const patience = setTimeout(() => {
    isLate = true;
    client.serverProcess?.kill('SIGKILL');
  }, patienceMs);
  try {
    await client.start();
  } catch (error) {
    throw isLate ? new Error(`The analysis server did not answer within ${patienceMs / 1000} s.`) : understood(error);
  } finally {
    clearTimeout(patience);
  }
  return {
    ask: async ({ method }, params) => {
      try {
        return await client.sendRequest(method, params);
      } catch (error) {
        throw understood(error);
      }
    },
    // A server that does not answer the wish to stop is killed by the client after two seconds, which is all we want.
    stop: () => client.stop().catch((error: unknown) => log.warn(`The server did not stop in time: ${String(error)}`)),
  };
}

/** The library would restart the process by its own count; the session's policy decides instead. */
function neverByItself(onClosed: () => void): ErrorHandler {
  return {
    error: () => ({ action: ErrorAction.Continue, handled: true }),
    closed: () => {
      onClosed();
      return { action: CloseAction.DoNotRestart, handled: true };
    },
  };
}

// Errors are known by their data, never by their class or text: bundling renames classes.
function understood(error: unknown): Error {
  const data = error instanceof ResponseError ? (error.data as Failure | undefined) : undefined;
  if (!data?.kind) return error instanceof Error ? error : new Error(String(error));
  const known = errorOf(data);
  return data.kind === 'input' ? new Refusal(known.message) : known;
}
