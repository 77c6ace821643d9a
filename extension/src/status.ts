/** What the status item says: a pure function of the session's state. */
import type { CommandId } from './commands';
import type { SessionState } from './state';

export interface StatusView {
  readonly text: string;
  readonly detail: string;
  readonly severity: 'information' | 'warning' | 'error';
  readonly busy: boolean;
  readonly command?: { readonly id: CommandId; readonly title: string };
}

const restart = { id: 'golgi.restart', title: 'Restart' } as const;
const showLog = { id: 'golgi.showLog', title: 'Show log' } as const;

/** Text, detail, severity and the one command that helps most. */
export function statusView(state: SessionState): StatusView {
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
      if (runtime.state === 'idle') return { ...ready, detail: 'Ready', severity: 'information' };
      return { ...ready, detail: runtime.reason, severity: 'warning' };
    }
  }
}
