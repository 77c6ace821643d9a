/** The extension's door: makes the parts, registers the commands, and starts the server without waiting for it. */
import * as vscode from 'vscode';
import { commands, runCommand } from './commands';
import type { CommandId } from './commands';
import { createServices } from './services';
import type { Services } from './services';
import type { Session } from './session';

/** For the tests that run inside the editor, and for nobody else. */
export interface TestApi {
  readonly session: Session;
  readonly services: Services;
  readonly onState: vscode.Event<void>;
}

let session: Session | undefined;

/** Registers everything and returns at once; the server starts beside it. */
export function activate(context: vscode.ExtensionContext): TestApi {
  const services = createServices(context, (reason) => void offerHelp(reason));
  session = services.session;
  context.subscriptions.push(
    ...(Object.keys(commands) as CommandId[]).map((id) =>
      vscode.commands.registerCommand(id, (argument: unknown) => runCommand(id, services, argument)),
    ),
  );
  void services.session.start();
  return { session: services.session, services, onState: services.onChange };
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
