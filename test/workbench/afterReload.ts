/** The window that `beforeReload` left, opened again: everything is as it was, and nobody has to ask for it. */
import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { left } from './left';
import { resultsFile, runAll, test } from './harness';
import { editorOf, folder } from './scratch';
import { api, until } from './window';

test('a window that is opened again has its model, corpus, ranking, neuron and pins', async () => {
  const { services } = await api();
  const view = await until(() => services.explorer.view ?? undefined);
  assert.equal(services.study.model?.kind, 'open');
  assert.ok(services.study.openCorpus?.uri.endsWith('notes.txt'));
  assert.equal(services.study.ranking?.rankings[0]?.concept, left.concept);
  assert.equal(services.trees.rankings.rows[0]?.label, left.concept);
  const { focus, concept, pins } = services.selection.now;
  assert.deepEqual({ focus, concept, pins }, left);
  assert.equal(view.neuron, left.focus.neuron);
  assert.equal(view.side, left.focus.side);
});

test('its text is painted again and its table is still open', async () => {
  const { services } = await api();
  const tables = vscode.window.tabGroups.all.flatMap(({ tabs }) => tabs).filter(({ input }) => input instanceof vscode.TabInputCustom);
  assert.equal(tables.length, 1);
  const editor = await editorOf(`${folder()}/notes.txt`);
  await until(() => services.heat.spans(editor.document.uri.toString()).every((spans) => spans.length > 0));
});

/** Called by the editor. */
export async function run(): Promise<void> {
  await runAll(resultsFile('afterReload'));
}
