/** What the status item says: a pure function of the session's state and of what is studied. */
import type { CommandId } from './commands';
import { countText } from '../../server/src/protocol/counted';
import { providerText } from '../../server/src/protocol/providers';
import { baseName } from './said';
import type { SessionState } from './state';
import type { Study } from './study';

export interface StatusSource {
  readonly state: SessionState;
  readonly study: Pick<Study, 'model' | 'corpus' | 'stale'>;
}

export interface StatusView {
  readonly text: string;
  readonly detail: string;
  readonly severity: 'information' | 'warning' | 'error';
  readonly busy: boolean;
  readonly command?: { readonly id: CommandId | typeof manageTrust.id; readonly title: string };
}

const restart = { id: 'golgi.restart', title: 'Restart' } as const;
const chooseModel = { id: 'golgi.chooseModel', title: 'Choose model' } as const;
const chooseCorpus = { id: 'golgi.chooseCorpus', title: 'Choose corpus' } as const;
const readAgain = { id: 'golgi.readAgain', title: 'Read again' } as const;
const showLog = { id: 'golgi.showLog', title: 'Show log' } as const;

/** The editor's own command. */
const manageTrust = { id: 'workbench.trust.manage', title: 'Manage trust' } as const;

/** Text, detail, severity and the one command that helps most. */
export function statusView(state: SessionState, study: StatusSource['study'] = nothing): StatusView {
  switch (state.kind) {
    case 'stopped':
      return { text: 'Golgi: stopped', detail: 'The analysis server is not running.', severity: 'warning', busy: false, command: restart };
    case 'starting':
      return { text: 'Golgi: starting', detail: 'Starting the analysis server', severity: 'information', busy: true, command: showLog };
    case 'waiting':
      return {
        text: 'Golgi: restarting',
        detail: `${state.reason} Starting again in ${state.delayMs / 1000} s (attempt ${state.attempt}).`,
        severity: 'warning',
        busy: true,
        command: showLog,
      };
    case 'failed':
      return { text: 'Golgi: server failed', detail: state.reason, severity: 'error', busy: false, command: restart };
    case 'ready': {
      const { runtime, version } = state.server;
      const ready = { text: `Golgi ${version}`, busy: false, command: showLog };
      if (runtime.state === 'restricted') return { ...ready, detail: runtime.reason, severity: 'warning', command: manageTrust };
      if (runtime.state === 'unsupported') return { ...ready, detail: runtime.reason, severity: 'warning' };
      return { ...ready, ...studyView(study) };
    }
  }
}

const nothing: StatusSource['study'] = { model: null, corpus: null, stale: null };

/** Of a corpus whose text the editor keeps to itself. */
export const unshared = 'The file is too large for the editor to share its text: it can be ranked, but has no hovers and is not painted.';

function studyView({ model, corpus, stale }: StatusSource['study']): Partial<StatusView> & Pick<StatusView, 'detail' | 'severity'> {
  if (!model) return { detail: 'No model yet', severity: 'information', command: chooseModel };
  const name = baseName(model.from);
  if (model.kind === 'opening') return { text: `Golgi: opening ${name}`, detail: model.from, severity: 'information', busy: true };
  if (model.kind === 'failed') {
    return { text: `Golgi: ${name} does not open`, detail: model.failure.message, severity: 'error', command: chooseModel };
  }
  const { layers, ffn, hidden, provider } = model.what;
  const text = `Golgi: ${name}`;
  const size = `${layers} layers, width ${countText(hidden)}, FFN ${countText(ffn)}, ${providerText(provider)}`;
  if (!corpus) return { text, detail: size, severity: 'information' };
  if (corpus.kind === 'opening') return { text, detail: `Reading ${baseName(corpus.from.path)}`, severity: 'information', busy: true };
  if (corpus.kind === 'failed') return { text, detail: corpus.failure.message, severity: 'error', command: chooseCorpus };
  const words = `${countText(corpus.what.words)} words`;
  if (stale) return { text, detail: `${stale} Changed lines show nothing.`, severity: 'warning', command: readAgain };
  return { text, detail: `${size}; ${words}${corpus.what.isShared ? '' : `. ${unshared}`}`, severity: 'information' };
}
