/** A window with no folder open: everything works on the files that are named. */
import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { resultsFile, runAll, test } from './harness';
import { api, reached, until } from './window';

test('the extension activates', async () => {
  const [started, before] = [performance.now(), process.cpuUsage()];
  await api();
  const { user, system } = process.cpuUsage(before);
  return `${Math.round(performance.now() - started)} ms, of which the extension host worked ${Math.round((user + system) / 1000)} ms`;
});

test('without a folder a neuron is found all the same, and its result is kept', async () => {
  assert.equal(vscode.workspace.workspaceFolders, undefined);
  await reached('ready');
  const { services } = await api();
  assert.deepEqual(await services.ui.findFiles('**/*.onnx'), []);
  await vscode.commands.executeCommand('golgi.openSample');
  const document = await vscode.workspace.openTextDocument({ content: 'Text that is no file.' });
  await vscode.window.showTextDocument(document);
  assert.equal(services.ui.activeDocument()?.path, undefined);
  await vscode.commands.executeCommand('golgi.goToNeuron', 'L1.ffn.0');
  await until(() => services.explorer.view?.neuron === 'L1.ffn.0');
});

/** Called by the editor. */
export async function run(): Promise<void> {
  await runAll(resultsFile('noFolder'));
}
