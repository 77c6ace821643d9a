/** What the host sends to the model card, looked at before it is shown. */
import type { ToCard } from '../../../server/src/protocol/views';
import { isRecord } from '../shared/host';

/** The snapshot in a message; undefined for anything else. */
export function readCard(data: unknown): ToCard | undefined {
  if (!isRecord(data) || data.type !== 'card' || typeof data.name !== 'string' || !isRecord(data.state)) return undefined;
  const { kind, card, check, problems, reason } = data.state;
  const isWhole =
    kind === 'loading' ||
    (kind === 'none' && typeof reason === 'string') ||
    (kind === 'failed' && Array.isArray(problems)) ||
    (kind === 'ready' && isRecord(card) && Array.isArray(card.taps) && Array.isArray(card.methods) && isRecord(check));
  return isWhole ? (data as unknown as ToCard) : undefined;
}
