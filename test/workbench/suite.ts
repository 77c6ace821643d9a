/** What holds inside a real workbench. The editor calls `run` in its extension host once the window is up. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import * as vscode from 'vscode';
import { launchServer } from '../../extension/src/client';
import type { ServerRun } from '../../extension/src/session';
import { Refusal } from '../../extension/src/session';
import { protocolVersion, serverStatus } from '../../server/src/protocol/messages';
import './gestures';
import { resultsFile, runAll, test } from './harness';
import { api, extension, reached } from './window';

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

/** Settles when the process has ended. Nobody tells of the end of another's child, so this looks again and again. */
async function gone(pid: number): Promise<void> {
  while (isAlive(pid)) await new Promise((resolve) => setImmediate(resolve));
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

const log = vscode.window.createOutputChannel('Golgi tests', { log: true });
const hello = { protocol: protocolVersion, version: '0.0.0', trusted: true, storage: '/nowhere', provider: 'cpu' as const };
const nothing = (): void => undefined;

/** Launches one of the servers that do something wrong. */
function launch(server: string, onDeath: (reason: string) => void = () => undefined, patienceMs = 30_000): Promise<ServerRun> {
  const [folder] = vscode.workspace.workspaceFolders ?? [];
  assert.ok(folder, 'the sample workspace is open');
  const module = vscode.Uri.joinPath(folder.uri, '..', 'servers', server).fsPath;
  return launchServer({ module, hello, isCorpus: () => false, onCorpusChanged: nothing, onHover: nothing, log, patienceMs }, onDeath);
}

test('a server that ends before it has said anything is an error and not a wait', async () => {
  await assert.rejects(launch('diesAtOnce.mjs'));
});

test('a server that refuses the extension is heard, and known as a refusal', async () => {
  await assert.rejects(launch('refuses.mjs'), (error: Error) => error instanceof Refusal && error.message.includes('reload the window'));
});

test('a server that never answers is given up and ended', async () => {
  await assert.rejects(
    launch('neverAnswers.mjs', () => undefined, 500),
    /did not answer within 0.5 s/,
  );
  await gone(Number(readFileSync(resultsFile('neverAnswers'), 'utf8')));
});

test('a server that dies in the middle of a request fails the request and tells of its death once', async () => {
  const deaths: string[] = [];
  const run = await launch('diesWhenAsked.mjs', (reason) => deaths.push(reason));
  await assert.rejects(run.ask(serverStatus, {}));
  assert.equal(deaths.length, 1);
});

test('a server that does not want to stop is ended all the same', async () => {
  const run = await launch('neverStops.mjs');
  const { pid } = await run.ask(serverStatus, {});
  await run.stop();
  await gone(pid);
});

/** Called by the editor. */
export async function run(): Promise<void> {
  await runAll(resultsFile('suite'));
}
