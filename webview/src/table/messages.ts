/** What the host sends to the concept table, looked at before it is used. */
import type { ToTable } from '../../../server/src/protocol/views';
import { isRecord, isSelection } from '../shared/host';

/** The message, with the file's bytes as bytes; undefined for anything else. */
export function readMessage(data: unknown): ToTable | undefined {
  if (!isRecord(data)) return undefined;
  if (data.type === 'failed' && [data.code, data.message, data.remedy].every((text) => typeof text === 'string'))
    return data as unknown as ToTable;
  if (!isSelection(data.selection)) return undefined;
  if (data.type === 'selection') return data as unknown as ToTable;
  const bytes = data.bytes instanceof ArrayBuffer ? new Uint8Array(data.bytes) : data.bytes;
  if (data.type !== 'result' || !(bytes instanceof Uint8Array)) return undefined;
  return { ...(data as unknown as Extract<ToTable, { type: 'result' }>), bytes };
}
