/** What the host sends to the explorer, looked at before it is shown. */
import type { ToExplorer } from '../../../server/src/protocol/views';
import { isRecord, isSelection } from '../shared/host';

const kinds: readonly unknown[] = ['empty', 'loading', 'ready', 'failed'];

/** The snapshot in a message; undefined for anything else. */
export function readSnapshot(data: unknown): ToExplorer | undefined {
  if (!isRecord(data) || data.type !== 'snapshot' || !isSelection(data.selection) || !Array.isArray(data.compared)) return undefined;
  if (!isRecord(data.state) || !kinds.includes(data.state.kind)) return undefined;
  if (data.state.kind === 'ready' && !isRecord(data.state.view)) return undefined;
  if (data.hovered !== null && (!isRecord(data.hovered) || typeof data.hovered.value !== 'number')) return undefined;
  return data as unknown as ToExplorer;
}
