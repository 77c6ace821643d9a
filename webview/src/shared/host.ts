/** The one place where a page talks to the editor: typed messages out, checked messages in, interface state kept over reloads. */

interface VsCodeApi {
  postMessage(message: unknown): void;
  getState(): unknown;
  setState(state: unknown): void;
}

declare function acquireVsCodeApi(): VsCodeApi;

/** What a page may do with its host. */
export interface Host<Out> {
  readonly post: (message: Out) => void;
  /** Interface state of an earlier life of this page (what was open, sorted, typed); whatever was kept, so look before use. */
  readonly recall: () => Readonly<Record<string, unknown>>;
  readonly keep: (state: Readonly<Record<string, unknown>>) => void;
}

// Kept state of another version of the page is dropped.
const version = 1;

/** Connects the page, once. `read` turns what arrived into a message, or undefined when it is none of ours. */
export function connect<In, Out extends { readonly type: string }>(
  read: (data: unknown) => In | undefined,
  receive: (message: In) => void,
): Host<Out> {
  const api = acquireVsCodeApi();
  window.addEventListener('message', (event: MessageEvent<unknown>) => {
    const message = read(event.data);
    if (message !== undefined) receive(message);
  });
  return {
    post: (message) => api.postMessage(message),
    recall: () => {
      const state = api.getState();
      return isRecord(state) && state.version === version ? state : {};
    },
    keep: (state) => api.setState({ ...state, version }),
  };
}

/** Whether a value is an object with named parts. */
export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Whether a value has the parts of a selection that pages rely on. */
export function isSelection(value: unknown): boolean {
  return isRecord(value) && Array.isArray(value.pins) && 'focus' in value && 'place' in value && 'concept' in value;
}
