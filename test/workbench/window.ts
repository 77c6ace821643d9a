/** The window under test: the extension's own interface for tests, and waiting for what it says. */
import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import type { TestApi } from '../../extension/src/extension';
import type { SessionState } from '../../extension/src/state';
import { hoverSettled } from '../../server/src/protocol/messages';

export const extension = vscode.extensions.getExtension<TestApi>('golgi.golgi');

/** The extension, activated. */
export async function api(): Promise<TestApi> {
  assert.ok(extension, 'the extension is installed');
  return extension.activate();
}

/** The session's state once it is of the wanted kind; waits for the event, not for time. */
export async function reached<K extends SessionState['kind']>(
  kind: K,
  unless: () => boolean = () => false,
): Promise<SessionState & { kind: K }> {
  const { session, onState } = await api();
  const isIt = (state: SessionState): state is SessionState & { kind: K } => state.kind === kind && !unless();
  if (isIt(session.state)) return session.state;
  return new Promise((resolve, reject) => {
    const listening = onState(() => {
      const { state } = session;
      if (!isIt(state) && state.kind !== 'failed') return;
      listening.dispose();
      if (isIt(state)) resolve(state);
      else reject(new Error(`the server failed: ${state.reason}`));
    });
  });
}

/** Settles when `look` gives something; it is asked after every change in the window, never by the clock. */
export async function until<T>(look: () => T | undefined | false): Promise<T> {
  const { onState } = await api();
  const now = look();
  if (now) return now;
  return new Promise((resolve, reject) => {
    const listening = onState(() => {
      try {
        const found = look();
        if (!found) return;
        listening.dispose();
        resolve(found);
      } catch (error) {
        listening.dispose();
        reject(error instanceof Error ? error : new Error(String(error)));
      }
    });
  });
}

/** What a hover says once it has something to say; waits for the server to say that it has. */
export async function hoverAt({ uri }: vscode.TextDocument, position: vscode.Position): Promise<string> {
  const { session } = await api();
  for (;;) {
    const hovers = await vscode.commands.executeCommand<vscode.Hover[]>('vscode.executeHoverProvider', uri, position);
    const text = hovers.flatMap(({ contents }) => contents.map((content) => (content as vscode.MarkdownString).value)).join('\n');
    if (!text.includes('Computing this sentence')) return text;
    await session.ask(hoverSettled, {});
  }
}
