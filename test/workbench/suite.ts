/** What holds inside a real workbench. The editor calls `run` in its extension host once the window is up. */
import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import type { TestApi } from '../../extension/src/extension';
import type { SessionState } from '../../extension/src/state';
import { runAll, test } from './harness';

const extension = vscode.extensions.getExtension<TestApi>('golgi.golgi');

async function api(): Promise<TestApi> {
  assert.ok(extension, 'the extension is installed');
  return extension.activate();
}

/** The session's state once it is of the wanted kind; waits for the event, not for time. */
async function reached<K extends SessionState['kind']>(kind: K, unless: () => boolean = () => false): Promise<SessionState & { kind: K }> {
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

async function serverPid(): Promise<number> {
  const { session } = await api();
  const status = await session.status();
  assert.ok(status, 'there is a server');
  return status.pid;
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

test('the extension activates', async () => {
  await api();
  assert.equal(extension?.isActive, true);
});

test('the server answers with the version of the manifest and can run models', async () => {
  const { server } = await reached('ready');
  assert.equal(server.version, (extension?.packageJSON as { version: string }).version);
  assert.deepEqual(server.runtime, { state: 'idle' });
});

test('every command of the manifest exists', async () => {
  await api();
  const contributed = (extension?.packageJSON as { contributes: { commands: { command: string }[] } }).contributes.commands;
  const known = new Set(await vscode.commands.getCommands(true));
  assert.deepEqual(
    contributed.map(({ command }) => command).filter((id) => !known.has(id)),
    [],
  );
});

test('the command to restart ends the server and starts another', async () => {
  await reached('ready');
  const before = await serverPid();
  await vscode.commands.executeCommand('golgi.restart');
  await reached('ready');
  const after = await serverPid();
  assert.notEqual(after, before);
});

test('a server that is killed is started again by itself', async () => {
  await reached('ready');
  const before = await serverPid();
  process.kill(before, 'SIGKILL');
  await reached('ready', () => isAlive(before));
  const after = await serverPid();
  assert.notEqual(after, before);
});

test('a CoNLL-U file opens as a corpus', async () => {
  const [folder] = vscode.workspace.workspaceFolders ?? [];
  assert.ok(folder, 'the sample workspace is open');
  const document = await vscode.workspace.openTextDocument(vscode.Uri.joinPath(folder.uri, 'sample.conllu'));
  await vscode.window.showTextDocument(document);
  assert.equal(document.languageId, 'conllu');
});

test('the status command says something and fails at nothing', async () => {
  await reached('ready');
  await vscode.commands.executeCommand('golgi.showStatus');
});

/** Called by the editor. The runner says by the environment where the results go. */
export async function run(): Promise<void> {
  const results = process.env['GOLGI_WORKBENCH_RESULTS'];
  assert.ok(results, 'GOLGI_WORKBENCH_RESULTS names a file');
  await runAll(results);
}
