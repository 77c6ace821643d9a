/**
 * The main job once, with the host watched: how long the extension works in one go, in which step. Nothing is judged here;
 * `npm run bench workbench` does that. The text has a hundred words a line, so that thousands of words are seen at once.
 */
import assert from 'node:assert/strict';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as vscode from 'vscode';
import { wordsOnLines } from '../../server/src/protocol/messages';
import { resultsFile, runAll, test } from './harness';
import { watchHost } from './hostProfile';
import type { Stretch } from './hostProfile';
import { editorOf, folder, study, write } from './scratch';
import { api, extension, hoverAt, reached, until } from './window';

/** What is written for the benchmark: the steps in their order, and what took longer than `leastMs`, the longest first. */
export interface HostWork {
  readonly steps: readonly string[];
  readonly stretches: readonly (Stretch & { readonly step: string })[];
}

const leastMs = 2;
const wordsOfLine = 100;
const hovers = 60;
const keystrokes = 10;
const looks = 8;
const concept = 'wink.xpos=VBD';

test('the main job', async () => {
  assert.ok(extension);
  const bundles = join(extension.extensionPath, 'dist');
  const watch = await watchHost((url) => url.includes(bundles));
  const steps: { name: string; from: number }[] = [];
  const step = (name: string): unknown => steps.push({ name, from: watch.now() });

  step('activation');
  const { services, session } = await api();
  step('start of the server');
  await reached('ready');

  step('opening model and corpus');
  const path = write('wide.txt', wideText(services.bundled.corpus));
  await study(path);
  const { document } = await editorOf(path);

  step('ranking, and its table');
  await vscode.commands.executeCommand('golgi.rankNeurons', { concepts: [concept, 'rule:digit'] });
  const ranked = services.study.ranking?.rankings[0]?.neurons ?? [];
  const [best] = ranked;
  assert.ok(best);

  step('explorer');
  await vscode.commands.executeCommand('golgi.goToNeuron', { neuron: best.id, side: 'high', concept });
  await until(() => services.explorer.view ?? undefined);

  step('hovers');
  const editor = await vscode.window.showTextDocument(document);
  const corpus = services.study.openCorpus?.id ?? '';
  const { words } = await session.ask(wordsOnLines, { corpus, fromLine: 0, toLine: 20 });
  for (let i = 0; i < hovers; i++) {
    const word = words[Math.floor((i / hovers) * words.length)];
    if (word) await hoverAt(document, new vscode.Position(word.line, word.start));
  }

  step('paint of three pins');
  for (const { id } of ranked.slice(0, 3)) {
    await vscode.commands.executeCommand('golgi.pinNeuron', id);
    await until(() => services.heat.scales.has(id) && services.heat.spans(document.uri.toString()).every((spans) => spans.length > 0));
  }
  step('paint off and on');
  await vscode.commands.executeCommand('golgi.togglePaint');
  await vscode.commands.executeCommand('golgi.togglePaint');

  step('examples and neurons, one after the other');
  for (let i = 0; i < looks; i++) {
    await vscode.commands.executeCommand('golgi.nextExample');
    await vscode.commands.executeCommand('golgi.nextNeuron');
    await until(() => services.explorer.view?.neuron === services.selection.now.focus?.neuron);
  }

  step('typing in the corpus');
  for (let i = 0; i < keystrokes; i++) await editor.edit((edit) => edit.insert(new vscode.Position(i, 0), 'x'));
  await until(() => services.study.stale !== null);
  await vscode.window.showTextDocument(document);
  await vscode.commands.executeCommand('workbench.action.files.revert');
  await until(() => services.study.stale === null);

  const big = join(folder(), 'big.golgi-result.json');
  if (existsSync(big)) {
    step('a result of 40,000 neurons');
    await vscode.commands.executeCommand('golgi.openResult', big);
  }

  step('restart of the server');
  await vscode.commands.executeCommand('golgi.restart');
  await until(() => session.state.kind === 'ready' && services.study.openCorpus && services.explorer.view);

  const stepAt = (at: number): string => steps.findLast(({ from }) => from <= at)?.name ?? '';
  const stretches = (await watch.stop()).filter(({ milliseconds }) => milliseconds >= leastMs);
  const work: HostWork = {
    steps: steps.map(({ name }) => name),
    stretches: stretches.map((stretch) => ({ ...stretch, step: stepAt(stretch.at) })),
  };
  writeFileSync(resultsFile('hostStretches'), JSON.stringify(work));
});

/** The words of the bundled corpus, many a line. */
function wideText(corpus: string): string {
  const lines = readFileSync(corpus, 'utf8').trimEnd().split('\n');
  const words = lines.flatMap((line) => (JSON.parse(line) as { readonly text: string }).text.split(' '));
  const at = Array.from({ length: Math.floor(words.length / wordsOfLine) }, (_, line) => line * wordsOfLine);
  return at.map((from) => `${words.slice(from, from + wordsOfLine).join(' ')}\n`).join('');
}

/** Called by the editor. */
export async function run(): Promise<void> {
  // In a browser the editor saves by itself after a second; here what is typed stays unsaved.
  await vscode.workspace.getConfiguration('files').update('autoSave', 'off', vscode.ConfigurationTarget.Global);
  await runAll(resultsFile('hostWork'));
}
