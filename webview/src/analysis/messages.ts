/** What the host sends to the page of analyses, looked at before it is used. */
import type { ToAnalysis } from '../../../server/src/protocol/views';
import { isRecord } from '../shared/host';

/** The message, with the file's bytes as bytes; undefined for anything else. */
export function readMessage(data: unknown): ToAnalysis | undefined {
  if (!isRecord(data)) return undefined;
  if (data.type === 'failed' && [data.code, data.message, data.remedy].every((text) => typeof text === 'string'))
    return data as unknown as ToAnalysis;
  if (!isRecord(data.window) || !Array.isArray(data.window.kept)) return undefined;
  if (data.type === 'window') return data as unknown as ToAnalysis;
  const bytes = data.bytes instanceof ArrayBuffer ? new Uint8Array(data.bytes) : data.bytes;
  if (data.type !== 'analysis' || !(bytes instanceof Uint8Array)) return undefined;
  return { ...(data as unknown as Extract<ToAnalysis, { type: 'analysis' }>), bytes };
}
