/** A window as somebody leaves it; `afterReload` looks whether it comes back. */
import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { resultsFile, runAll, test } from './harness';
import { left } from './left';
import { study, write } from './scratch';
import { api, until } from './window';

test('a window is left in the middle of things', async () => {
  const { services } = await api();
  await study(write('notes.txt', 'Marta walked to the harbour.\nThe boats leave at six.\nNobody answered when she knocked.\n'));
  await vscode.commands.executeCommand('golgi.rankNeurons', { concepts: [left.concept] });
  await vscode.commands.executeCommand('golgi.goToNeuron', { ...left.focus, concept: left.concept });
  for (const pin of left.pins) await vscode.commands.executeCommand('golgi.pinNeuron', pin);
  await until(() => services.explorer.view ?? undefined);
  assert.deepEqual(services.selection.now.pins, left.pins);
});

/** Called by the editor. */
export async function run(): Promise<void> {
  await runAll(resultsFile('beforeReload'));
}
