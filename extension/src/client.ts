/** One language client for one run of the server: it is thrown away with the process, and the session starts the next. */
import type { CancellationToken, LogOutputChannel } from 'vscode';
import type { ErrorHandler } from 'vscode-languageclient/node';
import {
  CancellationTokenSource,
  CloseAction,
  ErrorAction,
  LanguageClient,
  ProgressType,
  ResponseError,
  State,
  TransportKind,
} from 'vscode-languageclient/node';
import { InputError } from '../../server/src/protocol/errors';
import { errorOf } from '../../server/src/protocol/failure';
import type { Failure } from '../../server/src/protocol/workerMessages';
import { corpusChanged, hoverLinkCommand, hoverSettled } from '../../server/src/protocol/messages';
import type { ClientHello, CorpusChanged, Request } from '../../server/src/protocol/messages';
import { CorpusDocuments } from './corpusDocuments';
import { Refusal } from './session';
import type { AskOptions, ServerRun } from './session';

/** The port that the launch entry "Attach to the analysis server" looks at. */
const inspectPort = 6037;

export interface LaunchOptions {
  /** The server's bundle. */
  readonly module: string;
  readonly hello: ClientHello;
  /** Whether a document is a corpus: the server hears of no other, and hovers ask it about no other. */
  readonly isCorpus: (uri: string) => boolean;
  readonly onCorpusChanged: (changed: CorpusChanged) => void;
  /** A hover had something to show of a word. */
  readonly onHover: (uri: string, line: number, character: number) => void;
  readonly log: LogOutputChannel;
  /** A server that has not shaken hands after so many milliseconds is ended. */
  readonly patienceMs?: number;
}

/**
 * Starts the server's process and shakes hands. `onDeath` is called when a server that had answered goes without being
 * asked to. Throws `Refusal` when the server will not talk to this extension.
 */
export async function launchServer(
  { module, hello, isCorpus, onCorpusChanged, onHover, log, patienceMs = 30_000 }: LaunchOptions,
  onDeath: (reason: string) => void,
): Promise<ServerRun> {
  const settled = (token: CancellationToken): Promise<unknown> => client.sendRequest(hoverSettled.method, {}, token);
  const documents = new CorpusDocuments({ isCorpus, onHover, settled });
  const client: LanguageClient = new LanguageClient(
    'golgi',
    'Golgi',
    {
      run: { module, transport: TransportKind.ipc },
      debug: { module, transport: TransportKind.ipc, options: { execArgv: [`--inspect=${inspectPort}`] } },
    },
    {
      // A corpus can be of any language; the middleware leaves out what is none.
      documentSelector: [{ scheme: 'file' }],
      middleware: documents.middleware,
      markdown: { isTrusted: { enabledCommands: [hoverLinkCommand] } },
      outputChannel: log,
      initializationOptions: hello,
      errorHandler: neverByItself(() => {
        if (client.state === State.Running) onDeath('The analysis server stopped unexpectedly.');
      }),
      initializationFailedHandler: () => false,
    },
  );
  client.onNotification(corpusChanged, onCorpusChanged);
  let isLate = false;
  const patience = setTimeout(() => {
    isLate = true;
    client.serverProcess?.kill('SIGKILL');
  }, patienceMs);
  try {
    await client.start();
  } catch (error) {
    throw isLate ? new Error(`The analysis server did not answer within ${patienceMs / 1000} s.`) : refusal(error);
  } finally {
    clearTimeout(patience);
  }
  return {
    ask: (message, params, options) => ask(client, message, params, options),
    showDocument: (uri) => documents.show(client, uri),
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

let requests = 0;

/** One request: its signal cancels it at the server, its snapshots come under a token of its own. */
async function ask<P, R, S>(client: LanguageClient, { method }: Request<P, R, S>, params: P, options: AskOptions<S> = {}): Promise<R> {
  const { signal, onProgress } = options;
  const source = new CancellationTokenSource();
  const cancel = (): void => source.cancel();
  signal?.addEventListener('abort', cancel);
  if (signal?.aborted) cancel();
  const partialResultToken = `golgi-${++requests}`;
  const listening = onProgress && client.onProgress(new ProgressType<S>(), partialResultToken, onProgress);
  try {
    return await client.sendRequest<R>(method, onProgress ? { ...params, partialResultToken } : params, source.token);
  } catch (error) {
    throw understood(error);
  } finally {
    listening?.dispose();
    signal?.removeEventListener('abort', cancel);
    source.dispose();
  }
}

// Errors are known by their data, never by their class or text: bundling renames classes.
function understood(error: unknown): Error {
  const data = error instanceof ResponseError ? (error.data as Failure | undefined) : undefined;
  if (data?.kind) return errorOf(data);
  return error instanceof Error ? error : new Error(String(error));
}

/** Bad input in the handshake is a refusal: trying again would not help. */
function refusal(error: unknown): Error {
  const known = understood(error);
  return known instanceof InputError ? new Refusal(known.message) : known;
}
