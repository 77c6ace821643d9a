/** The extension's door: makes the parts, connects them, and starts the server without waiting for it. */
import * as vscode from 'vscode';
import { protocolVersion } from '../../server/src/protocol/messages';
import { launchServer } from './client';
import { commands, runCommand } from './commands';
import type { CommandId, CommandServices } from './commands';
import { Session } from './session';
import { createStatusItem } from './statusItem';

/** Where Golgi has something to say. */
const corpora = [{ scheme: 'file', language: 'conllu' }];

/** For the tests that run inside the editor, and for nobody else. */
export interface TestApi {
  readonly session: Session;
  readonly onState: vscode.Event<void>;
}

let session: Session | undefined;

/** Registers everything and returns at once; the server starts beside it. */
export function activate(context: vscode.ExtensionContext): TestApi {
  const log = vscode.window.createOutputChannel('Golgi', { log: true });
  const { version } = context.extension.packageJSON as { version: string };
  const server = { module: context.asAbsolutePath('dist/server.js'), documentSelector: corpora, log };
  const status = createStatusItem(corpora);
  const changed = new vscode.EventEmitter<void>();
  const made = new Session({
    launch: (onDeath) =>
      launchServer({ ...server, hello: { protocol: protocolVersion, version, trusted: vscode.workspace.isTrusted } }, onDeath),
    onState: (state) => {
      log.info(`Server: ${state.kind}${'reason' in state ? ` (${state.reason})` : ''}`);
      status.show(state);
      changed.fire();
      if (state.kind === 'failed') void offerHelp(state.reason);
    },
    clock: () => performance.now(),
  });
  session = made;
  const services: CommandServices = {
    session: made,
    showLog: () => log.show(),
    tell: (text) => void vscode.window.showInformationMessage(text),
  };
  context.subscriptions.push(
    log,
    status,
    changed,
    ...(Object.keys(commands) as CommandId[]).map((id) => vscode.commands.registerCommand(id, () => runCommand(id, services))),
    // Trust is part of the handshake, so a new one tells the server.
    vscode.workspace.onDidGrantWorkspaceTrust(() => made.restart()),
  );
  void made.start();
  return { session: made, onState: changed.event };
}

/** Stops the server; the editor waits for it a few seconds. */
export function deactivate(): Promise<void> | undefined {
  return session?.stop();
}

async function offerHelp(reason: string): Promise<void> {
  const help = { 'Show Log': 'golgi.showLog', Restart: 'golgi.restart' } satisfies Record<string, CommandId>;
  const choice = await vscode.window.showErrorMessage(`Golgi's analysis server does not run: ${reason}`, ...Object.keys(help));
  if (choice) await vscode.commands.executeCommand(help[choice as keyof typeof help]);
}
