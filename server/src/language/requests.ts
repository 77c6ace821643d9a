/** Our own requests on a connection: how they are answered, and how failures cross it. */
import { LSPErrorCodes, ProgressType, ResponseError } from 'vscode-languageserver';
import type { CancellationToken, Connection } from 'vscode-languageserver';
import { CancelledError } from '../protocol/errors';
import { failureOf } from '../protocol/failure';
import type { Failure } from '../protocol/workerMessages';
import type { Observed, Request } from '../protocol/messages';

/** JSON-RPC codes of ours, outside the range that JSON-RPC and LSP keep for themselves. */
const wireCodes = { input: 1, cancelled: LSPErrorCodes.RequestCancelled, defect: 2 } as const;

/** Anything thrown, as the error of a response; its `data` is the `Failure`, from which `errorOf` makes the error again. */
export function responseError(error: unknown): ResponseError<Failure> {
  const failure = failureOf(error);
  const message = failure.kind === 'input' ? failure.problems.map(({ found }) => found).join('; ') : failure.message;
  return new ResponseError(wireCodes[failure.kind], message, failure);
}

/** Snapshots come no faster than this. */
const snapshotMs = 250;

/**
 * Answers a request. What the handler throws becomes the answer, and a defect is logged besides: one broken request never
 * takes the server with it. Snapshots go to callers that gave a token, the first at once, then at most four a second.
 */
export function answer<P, R, S>(
  connection: Connection,
  { method }: Request<P, R, S>,
  handler: (params: P, token: CancellationToken, report: (snapshot: S) => void) => R | Promise<R>,
): void {
  connection.onRequest(method, async (params: P & Observed, token: CancellationToken) => {
    try {
      return await handler(params, token, reporter(connection, params?.partialResultToken));
    } catch (error) {
      const response = responseError(error);
      if (response.code === wireCodes.defect) connection.console.error(`${method}: ${(error as Error).stack ?? String(error)}`);
      return response;
    }
  });
}

/**
 * A handler whose failures are null and a line of the log: for what the editor asks by itself, whenever the pointer rests.
 * The person hears of the failure from the next thing that they ask for.
 */
export function orNull<P, R>(
  connection: Connection,
  name: string,
  handler: (params: P) => Promise<R | null>,
): (params: P) => Promise<R | null> {
  return (params) =>
    handler(params).catch((error: unknown) => {
      if (!(error instanceof CancelledError)) connection.console.warn(`${name}: ${responseError(error).message}`);
      return null;
    });
}

function reporter<S>(connection: Connection, token: number | string | undefined): (snapshot: S) => void {
  if (token === undefined) return () => undefined;
  const type = new ProgressType<unknown>();
  let next = 0;
  return (snapshot) => {
    const now = performance.now();
    if (now < next) return;
    next = now + snapshotMs;
    void connection.sendProgress(type, token, snapshot);
  };
}

/** The same cancel as an `AbortSignal`. */
export function signalOf(token: CancellationToken): AbortSignal {
  const controller = new AbortController();
  if (token.isCancellationRequested) controller.abort();
  else token.onCancellationRequested(() => controller.abort());
  return controller.signal;
}

/** Throws `CancelledError` when nobody waits for the answer any more. */
export function stopIfCancelled(token: CancellationToken): void {
  if (token.isCancellationRequested) throw new CancelledError();
}
