/** One test for each thing a person does, on the bundled model and corpus, with the real server and its workers. */
import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { hoverLinkCommand, wordsOnLines } from '../../server/src/protocol/messages';
import { namedFormula } from '../../server/src/protocol/analyses';
import type { AnalysisFile } from '../../server/src/protocol/analyses';
import { test } from './harness';
import { api, hoverAt, reached, until } from './window';

const concept = 'wink.xpos=VBD';

/** The corpus in its editor. */
async function corpusEditor(): Promise<vscode.TextEditor> {
  const { services } = await api();
  const corpus = services.study.openCorpus;
  assert.ok(corpus, 'a corpus is open');
  return vscode.window.showTextDocument(vscode.Uri.parse(corpus.uri));
}

async function bestNeuron(): Promise<string> {
  const { services } = await api();
  const [best] = services.study.ranking?.rankings[0]?.neurons ?? [];
  assert.ok(best, 'a neuron is ranked');
  return best.id;
}

test('the sample opens its model and its corpus in one step', async () => {
  await reached('ready');
  const { services } = await api();
  await vscode.commands.executeCommand('golgi.openSample');
  const { model } = services.study;
  assert.equal(model?.kind, 'open');
  assert.equal(services.study.openCorpus?.sentences, 2800);
  assert.equal(vscode.window.activeTextEditor?.document.languageId, 'jsonl');
});

test('a word has its hover before anything was ranked: it is held back until its sentence has run', async () => {
  const { services, session } = await api();
  const editor = await corpusEditor();
  const corpus = services.study.openCorpus?.id ?? '';
  const { words } = await session.ask(wordsOnLines, { corpus, fromLine: 1, toLine: 1 });
  const word = words.at(-2);
  assert.ok(word);
  assert.match(await hoverAt(editor.document, new vscode.Position(word.line, word.start)), /L\d\.(ffn|hidden)\.\d+/);
});

test('a ranking fills the tree and opens the concept table', async () => {
  const { services } = await api();
  await vscode.commands.executeCommand('golgi.rankNeurons', { concepts: [concept, 'rule:digit'] });
  const [group] = services.trees.rankings.rows;
  assert.equal(group?.label, concept);
  assert.ok((group.rows?.length ?? 0) > 1, 'neurons are listed');
  const input = vscode.window.tabGroups.activeTabGroup.activeTab?.input;
  assert.ok(input instanceof vscode.TabInputCustom && input.viewType === 'golgi.conceptTable', 'the table is in front');
  await until(() => services.trees.results.rows.length > 0);
});

test('a neuron that is clicked is shown in the explorer', async () => {
  const { services } = await api();
  const neuron = await bestNeuron();
  await vscode.commands.executeCommand('golgi.goToNeuron', { neuron, side: 'high', concept });
  const view = await until(() => services.explorer.view ?? undefined);
  assert.equal(view.neuron, neuron);
  assert.equal(view.concept, concept);
  assert.ok(view.top.length > 0, 'there are examples');
  const posted = await until(() => services.explorerView.posted.find(({ state }) => state.kind === 'ready'));
  assert.equal(posted.selection.focus?.neuron, neuron);
});

test('the neuron has a page of its own in the editor area, which shows what the view shows', async () => {
  const { services } = await api();
  await vscode.commands.executeCommand('golgi.openNeuronPage');
  const [view, page] = await until(() => services.explorerView.posted.length === 2 && services.explorerView.posted);
  assert.deepEqual(page?.state, view?.state);
  await until(() => vscode.window.tabGroups.activeTabGroup.activeTab?.label === services.selection.now.focus?.neuron);
  await vscode.commands.executeCommand('workbench.action.closeActiveEditor');
});

test('an example is shown at its exact place in the file', async () => {
  const { services } = await api();
  const [first] = services.explorer.examples;
  assert.ok(first);
  await vscode.commands.executeCommand('golgi.nextExample');
  const editor = vscode.window.activeTextEditor;
  assert.equal(editor?.document.uri.toString(), services.study.openCorpus?.uri);
  assert.equal(editor?.document.getText(editor.selection), first.text.slice(first.start, first.end));
  await vscode.commands.executeCommand('golgi.goToNeuron', 'L1.ffn.0');
  await vscode.commands.executeCommand('golgi.back');
  assert.equal(services.selection.now.focus?.neuron, await bestNeuron());
});

test('a word that the pointer rests on has a hover with neurons and links of ours only', async () => {
  const { services } = await api();
  const editor = await corpusEditor();
  const first = await until(() => services.explorer.view?.top[0]);
  const hover = await hoverAt(editor.document, new vscode.Position(first.line, first.character + 1));
  assert.match(hover, /L\d\.(ffn|hidden)\.\d+/);
  assert.match(hover, new RegExp(`command:${hoverLinkCommand}`));
  const links = [...hover.matchAll(/command:([\w.]+)/g)].map((match) => match[1]);
  assert.deepEqual([...new Set(links)], [hoverLinkCommand]);
});

test('a pinned neuron paints the text, and the paint comes off', async () => {
  const { services } = await api();
  const editor = await corpusEditor();
  const neuron = await bestNeuron();
  await vscode.commands.executeCommand('golgi.pinNeuron', neuron);
  const uri = editor.document.uri.toString();
  const [spans] = await until(() => (services.heat.spans(uri)[0]?.length ?? 0) > 0 && services.heat.spans(uri));
  assert.ok(spans?.every(({ line, end }) => editor.document.lineAt(line).text.length >= end));
  await until(() => services.trees.pins.rows[0]?.label === neuron);
  await vscode.commands.executeCommand('golgi.togglePaint');
  assert.equal(services.heat.on, false);
  assert.deepEqual(services.heat.spans(uri), [[]]);
  await vscode.commands.executeCommand('golgi.togglePaint');
  assert.deepEqual(services.heat.spans(uri), [spans]);
});

test('the next neuron of the ranking is shown as a preview, and Back leads to where the walk began', async () => {
  const { services } = await api();
  const [best, next] = services.study.ranking?.rankings[0]?.neurons ?? [];
  assert.ok(best && next);
  await vscode.commands.executeCommand('golgi.goToNeuron', { neuron: best.id, side: best.direction > 0 ? 'high' : 'low', concept });
  await vscode.commands.executeCommand('golgi.nextNeuron');
  assert.equal(services.selection.now.isPreview, true);
  await until(() => services.explorer.view?.neuron === next.id);
  await vscode.commands.executeCommand('golgi.back');
  assert.equal(services.selection.now.focus?.neuron, best.id);
  await until(() => services.explorer.view?.neuron === best.id);
});

test('rows of the rankings are walked by arrows: each neuron is shown and painted until Escape, and no longer', async () => {
  const { services } = await api();
  const { selection, trees, heat } = services;
  const uri = (await corpusEditor()).document.uri.toString();
  await vscode.commands.executeCommand('golgi.unpinAll');
  const before = selection.now.focus;
  await vscode.commands.executeCommand('golgi.rankings.focus');
  const walked: string[] = [];
  for (const _ of 'walk') {
    await vscode.commands.executeCommand('golgi.nextRow');
    walked.push(trees.rankings.view.selection.map(({ id }) => id).join());
  }
  const [row] = trees.rankings.view.selection;
  assert.ok(row?.neuron, `one neuron is selected: ${walked.join(' → ')}`);
  assert.deepEqual([selection.now.focus?.neuron, selection.now.isPreview, selection.now.pins.length], [row.neuron, true, 0]);
  await until(() => (heat.spans(uri)[0]?.length ?? 0) > 0 && services.explorer.view?.neuron === row.neuron);
  await vscode.commands.executeCommand('golgi.endPreview');
  assert.deepEqual(selection.now.focus, before);
  assert.deepEqual(heat.spans(uri), []);
});

test('ranked neurons are among the symbols of the workspace, at the place where they are strongest', async () => {
  const { services } = await api();
  const neuron = await bestNeuron();
  const found = await vscode.commands.executeCommand<vscode.SymbolInformation[]>('vscode.executeWorkspaceSymbolProvider', neuron);
  const symbol = found.find(({ name }) => name.startsWith(neuron));
  assert.equal(symbol?.location.uri.toString(), services.study.openCorpus?.uri);
});

test('marked neurons are pinned together, as far as there are channels', async () => {
  const { services } = await api();
  const marked = (services.study.ranking?.rankings[0]?.neurons ?? []).slice(0, 3).map(({ id }) => id);
  services.selection.send({ type: 'mark', neurons: marked });
  await vscode.commands.executeCommand('golgi.unpinAll');
  await vscode.commands.executeCommand('golgi.pinMarked');
  assert.deepEqual(services.selection.now.pins, marked);
  const uri = (await corpusEditor()).document.uri.toString();
  await until(() => marked.every((_, pin) => (services.heat.spans(uri)[pin]?.length ?? 0) > 0));
  await until(() => services.compared.now.length === marked.length);
  assert.deepEqual(
    services.compared.now.map(({ neuron }) => neuron),
    marked,
  );
});

test('a neuron is explained by a formula, and the words where the two disagree are painted in place of the pins', async () => {
  const { services } = await api();
  const editor = await corpusEditor();
  const uri = editor.document.uri.toString();
  const neurons = await bestNeuron();
  await vscode.commands.executeCommand('golgi.explainNeurons', { neurons, concepts: [concept, 'rule:digit', 'wink.upos=VERB'] });
  const input = vscode.window.tabGroups.activeTabGroup.activeTab?.input;
  assert.ok(input instanceof vscode.TabInputCustom && input.viewType === 'golgi.analysis', 'its page is in front');
  const { outcomes } = JSON.parse(Buffer.from(await vscode.workspace.fs.readFile(input.uri)).toString()) as AnalysisFile;
  const [outcome] = outcomes;
  assert.ok(outcome?.job === 'explain');
  const [found] = outcome.result.neurons;
  assert.ok(found && found.missed.count + found.unmatched.count > 0);
  const formula = namedFormula(found.tree, outcome.result.atoms);
  assert.ok(formula !== undefined);
  const explained = { neuron: found.id, direction: found.direction, threshold: found.threshold, formula };
  await services.analyses.receive({ type: 'paint', explained }, async () => undefined);
  const [spans] = await until(() => (services.disagreement.spans(uri)[0]?.length ?? 0) > 0 && services.disagreement.spans(uri));
  assert.ok(spans?.every(({ line, end }) => editor.document.lineAt(line).text.length >= end));
  assert.deepEqual(services.heat.spans(uri), []);
  await vscode.commands.executeCommand('golgi.nextDisagreement');
  const { line, character } = vscode.window.activeTextEditor?.selection.start ?? {};
  assert.ok(services.disagreement.spans(uri)[0]?.some((span) => span.line === line && span.start === character));
  await vscode.commands.executeCommand('golgi.stopPaintingFormula');
  assert.deepEqual(services.disagreement.spans(uri), []);
  await vscode.commands.executeCommand('workbench.action.closeEditorsInOtherGroups');
});

test('an analysis that is cancelled leaves the last ranking as it was', async () => {
  const { services } = await api();
  const before = services.study.ranking;
  const running = vscode.commands.executeCommand('golgi.rankNeurons', { concepts: ['wink.upos=NOUN', 'wink.upos=VERB', 'wink.upos=ADJ'] });
  await until(() => services.running.now?.progress ?? undefined);
  await vscode.commands.executeCommand('golgi.cancel');
  await running;
  assert.equal(services.running.now, null);
  assert.equal(services.study.ranking, before);
});

test('a server that is killed comes back with model, corpus and neuron', async () => {
  const { services, session } = await api();
  const before = await session.status();
  assert.ok(before);
  process.kill(before.pid, 'SIGKILL');
  await until(() => session.state.kind === 'waiting');
  await until(() => session.state.kind === 'ready' && services.study.openCorpus && services.explorer.view);
  assert.notEqual((await session.status())?.pid, before.pid);
  assert.equal(services.explorer.view?.neuron, services.selection.now.focus?.neuron);
  // The strip comes from the ranking's file, which the new server has to be told of.
  await until(() => services.explorer.view?.strip?.concept === concept);
});

test('a neuron that the model does not have is said in the explorer', async () => {
  const { services } = await api();
  await vscode.commands.executeCommand('golgi.goToNeuron', 'L99.ffn.1');
  const state = await until(() => services.explorer.state.kind === 'failed' && services.explorer.state);
  assert.equal(state.code, 'NEURON_UNKNOWN');
  await vscode.commands.executeCommand('golgi.back');
});
