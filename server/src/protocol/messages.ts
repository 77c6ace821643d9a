/**
 * Every message of ours between the editor's host and the analysis server, and what the two say when they meet. Both
 * sides import these objects; nothing else spells a method's name. Params and results are readonly plain data that
 * survive JSON: numbers are finite or null, lists come in pages, ids stand for objects.
 */

/** A request with its params, its result, and the snapshots sent while it runs (`never`: none). The types are not there at run time. */
export interface Request<Params, Result, Snapshot = never> {
  readonly method: `golgi/${string}`;
  readonly types?: { readonly params: Params; readonly result: Result; readonly snapshot: Snapshot };
}

function request<Params, Result, Snapshot = never>(method: `golgi/${string}`): Request<Params, Result, Snapshot> {
  return { method };
}

/** Counts up when a message changes its meaning or shape. A server refuses a host of another number (VERSION_MISMATCH). */
export const protocolVersion = 1;

/** Host → server, in `initializationOptions`: who is calling, and whether the person trusts this workspace. */
export interface ClientHello {
  readonly protocol: number;
  readonly version: string;
  readonly trusted: boolean;
}

/** Whether analyses can run here: `idle` until one is asked for, `restricted` in a workspace without trust. */
export type RuntimeState = { readonly state: 'idle' } | { readonly state: 'restricted' | 'unsupported'; readonly reason: string };

export interface ServerStatus {
  readonly version: string;
  readonly protocol: number;
  /** The server's process id, for bug reports and for attaching a debugger. */
  readonly pid: number;
  readonly uptimeSeconds: number;
  readonly runtime: RuntimeState;
}

/** Host → server, answered at once. What the server is and whether it could run a model: for the status item and bug reports. */
export const serverStatus = request<Record<string, never>, ServerStatus>('golgi/status');
