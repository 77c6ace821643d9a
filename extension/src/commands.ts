/**
 * Every command: what it does while the server is ready, and what it does otherwise. A command without a second form
 * tells why nothing happens, so none of them has to look whether the server is there.
 */
import type { ServerStatus } from '../../server/src/protocol/messages';
import type { Session } from './session';
import type { SessionState } from './state';
import { statusView } from './status';

/** What commands may touch. */
export interface CommandServices {
  readonly session: Session;
  readonly showLog: () => void;
  /** Tells the person something in one sentence. */
  readonly tell: (text: string) => void;
}

interface Command {
  readonly ready: (services: CommandServices) => void | Promise<void>;
  readonly otherwise?: (services: CommandServices) => void | Promise<void>;
}

const restart = ({ session }: CommandServices): Promise<void> => session.restart();
const showLog = ({ showLog }: CommandServices): void => showLog();

export const commands = {
  'golgi.restart': { ready: restart, otherwise: restart },
  'golgi.showLog': { ready: showLog, otherwise: showLog },
  'golgi.showStatus': {
    ready: async ({ session, tell }) => {
      const status = await session.status();
      if (status) tell(statusText(status));
    },
  },
} satisfies Record<string, Command>;

export type CommandId = keyof typeof commands;

/** Runs a command in the form that fits the session's state. */
export async function runCommand(id: CommandId, services: CommandServices): Promise<void> {
  const command: Command = commands[id];
  const { state } = services.session;
  if (state.kind === 'ready') return command.ready(services);
  return command.otherwise ? command.otherwise(services) : services.tell(notNow(state));
}

function notNow(state: SessionState): string {
  const { text, detail } = statusView(state);
  return `${text}. ${detail}`;
}

function statusText({ version, pid, uptimeSeconds, runtime }: ServerStatus): string {
  const models = runtime.state === 'idle' ? 'models can be run' : runtime.reason;
  return `Golgi ${version}, process ${pid}, up for ${Math.round(uptimeSeconds)} s; ${models}`;
}
