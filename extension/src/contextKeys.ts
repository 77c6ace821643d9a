/** Every context key that menus, welcome texts and walkthrough ask for, from the state of the window. */
import type { SessionState } from './state';
import type { Study } from './study';
import type { Selection } from '../../server/src/protocol/views';

export interface ContextSource {
  readonly state: SessionState;
  readonly study: Pick<Study, 'model' | 'corpus' | 'ranking' | 'stale'>;
  readonly selection: Selection;
  readonly canGoBack: boolean;
  readonly canGoForward: boolean;
  readonly isRunning: boolean;
  readonly hasExamples: boolean;
  /** A formula is painted. */
  readonly hasFormula: boolean;
  /** The active editor shows the corpus. */
  readonly isCorpusActive: boolean;
  /** A hover has shown something since the window opened. */
  readonly hasHovered: boolean;
}

/** The keys with their values. */
export function contextKeys(source: ContextSource) {
  const { state, study, selection } = source;
  return {
    'golgi.ready': state.kind === 'ready',
    'golgi.failed': state.kind === 'failed',
    'golgi.restricted': state.kind === 'ready' && state.server.runtime.state === 'restricted',
    'golgi.hasModel': study.model?.kind === 'open',
    'golgi.hasCorpus': study.corpus?.kind === 'open',
    'golgi.stale': study.stale !== null,
    'golgi.hasRanking': study.ranking !== null,
    'golgi.hasPins': selection.pins.length > 0,
    'golgi.hasMarks': selection.marks.length > 0,
    'golgi.hasFocus': selection.focus !== null,
    'golgi.isPreview': selection.isPreview,
    'golgi.canGoBack': source.canGoBack,
    'golgi.canGoForward': source.canGoForward,
    'golgi.running': source.isRunning,
    'golgi.hasExamples': source.hasExamples,
    'golgi.hasFormula': source.hasFormula,
    'golgi.corpusActive': source.isCorpusActive,
    'golgi.hovered': source.hasHovered,
  } as const;
}

/** Passes on only what changed since the last time. */
export function contextWriter(set: (key: string, value: boolean) => void): (keys: Readonly<Record<string, boolean>>) => void {
  const known = new Map<string, boolean>();
  return (keys) => {
    for (const [key, value] of Object.entries(keys)) {
      if (known.get(key) === value) continue;
      known.set(key, value);
      set(key, value);
    }
  };
}
