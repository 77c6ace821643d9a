/** The whole of what the explorer's page shows. */
import type { ToExplorer } from '../../../server/src/protocol/views';
import type { SelectionStore } from '../selection';

/** What is to be shown now; the last snapshot itself while nothing of it has changed. Its parts are never changed in place, so they are not looked into. */
export function explorerSnapshot(
  selection: SelectionStore,
  { state, compared, hovered }: Pick<ToExplorer, 'state' | 'compared' | 'hovered'>,
  last: ToExplorer | undefined,
): ToExplorer {
  const { now, canGoBack, canGoForward } = selection;
  const isSame =
    last?.selection === now &&
    last.state === state &&
    last.compared === compared &&
    last.hovered === hovered &&
    last.canGoBack === canGoBack &&
    last.canGoForward === canGoForward;
  return isSame ? last : { type: 'snapshot', selection: now, state, compared, hovered, canGoBack, canGoForward };
}
