/** Our own requests on a connection: how they are answered, and how failures cross it. */
import { LSPErrorCodes, ResponseError } from 'vscode-languageserver';
import type { CancellationToken, Connection } from 'vscode-languageserver';
import { failureOf } from '../protocol/failure';
import type { Failure } from '../protocol/jobs';
import type { Request } from '../protocol/messages';

/** JSON-RPC codes of ours, outside the range that JSON-RPC and LSP keep for themselves. */
const wireCodes = { input: 1, cancelled: LSPErrorCodes.RequestCancelled, defect: 2 } as const;

/** Anything thrown, as the error of a response; its `data` is the `Failure`, from which `errorOf` makes the error again. */
export function responseError(error: unknown): ResponseError<Failure> {
  const failure = failureOf(error);
  const message = failure.kind === 'input' ? failure.problems.map(({ found }) => found).join('; ') : failure.message;
  return new ResponseError(wireCodes[failure.kind], message, failure);
}

/**
 * Answers a request. What the handler throws becomes the answer, and a defect is logged besides: one broken request never
 * takes the server with it.
 */
export function answer<P, R, S>(
  connection: Connection,
  { method }: Request<P, R, S>,
  handler: (params: P, token: CancellationToken) => R | Promise<R>,
): void {
  connection.onRequest(method, async (params: P, token: CancellationToken) => {
    try {
      return await handler(params, token);
    } catch (error) {
      const response = responseError(error);
      if (response.code === wireCodes.defect) connection.console.error(`${method}: ${(error as Error).stack ?? String(error)}`);
      return response;
    }
  });
}
