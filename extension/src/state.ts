/** Where the analysis server stands, as everything that shows it needs to know. */
import type { ServerStatus } from '../../server/src/protocol/messages';

export type SessionState =
  | { readonly kind: 'stopped' }
  | { readonly kind: 'starting' }
  | { readonly kind: 'ready'; readonly server: ServerStatus }
  /** It died and is started again after a pause; `attempt` counts from 1. */
  | { readonly kind: 'waiting'; readonly attempt: number; readonly delayMs: number; readonly reason: string }
  /** It does not start again by itself. */
  | { readonly kind: 'failed'; readonly reason: string };
