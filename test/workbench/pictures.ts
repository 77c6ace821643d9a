/** Walks through the main job as a person would and asks for a picture at each stop; the runner takes it and takes the wish away. */
import { existsSync, writeFileSync } from 'node:fs';
import * as vscode from 'vscode';
import { resultsFile, runAll, test } from './harness';
import { api, hoverAt, reached, until } from './window';

const wish = process.env['GOLGI_PICTURE_WISH'] ?? '';

/** Settles when the picture has been taken. */
async function picture(name: string): Promise<void> {
  writeFileSync(wish, name);
  // The wish is a file, the one thing that the walk shares with the runner's process; nobody tells of its end.
  while (existsSync(wish)) await new Promise((resolve) => setTimeout(resolve, 50));
}

async function theme(name: string): Promise<void> {
  await vscode.workspace.getConfiguration('workbench').update('colorTheme', name, vscode.ConfigurationTarget.Global);
}

/** Characters before an example's word. */
const mostLeft = 16;
const concepts = ['wink.xpos=VBD', 'wink.xpos=MD', 'rule:digit'];

test('an empty window', async () => {
  await reached('ready');
  await vscode.workspace.getConfiguration('editor').update('minimap.enabled', false, vscode.ConfigurationTarget.Global);
  await theme('Default Dark Modern');
  await vscode.commands.executeCommand('golgi.rankings.focus');
  await picture('welcome');
});

test('a ranking', async () => {
  const { services } = await api();
  const [folder] = vscode.workspace.workspaceFolders ?? [];
  if (!folder) throw new Error('no folder is open');
  await vscode.commands.executeCommand('golgi.chooseModel', services.bundled.models[0]?.folder);
  await vscode.commands.executeCommand('golgi.chooseCorpus', vscode.Uri.joinPath(folder.uri, 'sample.txt').fsPath);
  await vscode.commands.executeCommand('golgi.rankNeurons', { concepts });
}, 240_000);

test('the window in a dark theme', async () => {
  const { services } = await api();
  // Those of the FFN are silent on most words, so that a picture shows where they fire.
  const [first, second] = (services.study.ranking?.rankings[0]?.neurons ?? []).filter(({ id }) => id.includes('.ffn.'));
  if (!first || !second) throw new Error('nothing is ranked');
  const side = first.direction > 0 ? 'high' : 'low';
  await vscode.commands.executeCommand('golgi.goToNeuron', { neuron: first.id, side, concept: concepts[0] });
  await vscode.commands.executeCommand('golgi.pinNeuron', first.id);
  await vscode.commands.executeCommand('golgi.pinNeuron', second.id);
  const { top } = await until(() => services.explorer.view ?? undefined);
  // At the beginning of its line, so that the hover leaves the explorer free.
  const isAtBeginning = (): boolean => (vscode.window.activeTextEditor?.selection.start.character ?? Infinity) < mostLeft;
  await vscode.commands.executeCommand('golgi.nextExample');
  for (let step = 1; step < top.length && !isAtBeginning(); step++) await vscode.commands.executeCommand('golgi.nextExample');
  const uri = services.study.openCorpus?.uri ?? '';
  await until(() => services.heat.spans(uri).every((spans) => spans.length > 0));
  const editor = vscode.window.activeTextEditor;
  if (!editor) throw new Error('no editor is open');
  await hoverAt(editor.document, editor.selection.active);
  await vscode.commands.executeCommand('editor.action.showHover');
  await picture('window-dark');
});

test('the concept table in a light theme', async () => {
  const { services } = await api();
  await theme('Default Light Modern');
  await vscode.commands.executeCommand('golgi.openResult', services.study.ranking?.file);
  await picture('table-light');
});

test('the window in high contrast', async () => {
  await theme('Default High Contrast');
  await vscode.commands.executeCommand('golgi.nextExample');
  await picture('window-high-contrast');
});

/** Called by the editor. */
export async function run(): Promise<void> {
  await runAll(resultsFile('pictures'));
}
