/** What happens to a corpus, a model and their processes under a person's hands: a clear state, never a wrong highlight, nothing lost. */
import assert from 'node:assert/strict';
import { cpSync, mkdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import * as vscode from 'vscode';
import { statusView } from '../../extension/src/status';
import { wordsOnLines } from '../../server/src/protocol/messages';
import { resultsFile, runAll, test } from './harness';
import { editorOf, folder, painted, study, write } from './scratch';
import { api, reached, until } from './window';

const sentences = [
  'Marta walked to the harbour and looked at the boats.',
  'The boats leave at six and return before dark.',
  'Nobody answered when she knocked on the green door.',
  'The captain wrote letters and kept them in a box.',
  'He described storms and complained about the food.',
  'Visitors read the letters slowly behind the glass.',
  'The rain began at noon and flooded the lower street.',
  'We moved the books upstairs and dried them there.',
];
const notes = `${sentences.join('\n')}\n`;
const neuron = 'L4.ffn.96';
const changed = 'The document has changed since it was read.';

/** Replaces a document's text from `at` on, as typing does. */
async function type(editor: vscode.TextEditor, at: vscode.Range, text: string): Promise<void> {
  assert.ok(await editor.edit((edit) => edit.replace(at, text)));
}

async function status(): Promise<ReturnType<typeof statusView>> {
  const { services, session } = await api();
  return statusView(session.state, services.study);
}

/** Words that are painted once the painting has come to rest on `lines` lines. */
async function paintedOn(editor: vscode.TextEditor, lines: number): Promise<string[]> {
  const { services } = await api();
  const uri = editor.document.uri.toString();
  await until(() => new Set(services.heat.spans(uri)[0]?.map(({ line }) => line)).size === lines);
  return painted(editor);
}

test('a corpus that is edited says so, moves its paint with the words and shows none where it was edited', async () => {
  const path = write('notes.txt', notes);
  await study(path);
  const { services } = await api();
  await vscode.commands.executeCommand('golgi.rankNeurons', { concepts: ['wink.xpos=VBD'] });
  const editor = await editorOf(path);
  await vscode.commands.executeCommand('golgi.goToNeuron', neuron);
  await vscode.commands.executeCommand('golgi.pinNeuron', neuron);
  const before = await paintedOn(editor, sentences.length);
  await type(editor, new vscode.Range(0, 0, 0, 0), 'A new first line.\n');
  await until(() => services.study.stale === changed);
  assert.deepEqual(await paintedOn(editor, sentences.length), before);
  assert.equal((await status()).severity, 'warning');
  assert.equal((await status()).command?.id, 'golgi.readAgain');
  assert.match(services.trees.rankings.view.message ?? '', /Scores are of the text that was read/);
  assert.match(services.explorer.state.kind === 'ready' ? (services.explorer.state.stale ?? '') : '', /has changed/);
});

test('an example is shown at its word where edits have moved it, and not at all where its line was edited', async () => {
  const { services } = await api();
  const examples = await until(() => services.explorer.view !== null && services.explorer.examples);
  const example = examples.find(({ line }) => line > 0);
  assert.ok(example);
  const editor = await editorOf(join(folder(), 'notes.txt'));
  const step = async (): Promise<void> => {
    do await vscode.commands.executeCommand('golgi.nextExample');
    while (services.selection.now.place?.word !== example.word && services.explorer.view);
  };
  await step();
  const word = example.text.slice(example.start, example.end);
  assert.equal(editor.document.getText(editor.selection), word);
  const { line } = editor.selection.active;
  await type(editor, editor.document.lineAt(line).range, 'Something else stands here now.');
  editor.selection = new vscode.Selection(0, 0, 0, 0);
  const { showPlace } = await import('../../extension/src/commands/places');
  assert.equal(await showPlace(services, { ...example, uri: editor.document.uri.toString(), text: word, percentile: null }), false);
  assert.ok(editor.selection.isEmpty, 'nothing is highlighted');
});

test('a corpus that is reverted is fresh again', async () => {
  const { services } = await api();
  const editor = await editorOf(join(folder(), 'notes.txt'));
  assert.ok(editor.document.isDirty);
  await vscode.commands.executeCommand('workbench.action.files.revert');
  await until(() => services.study.stale === null);
  assert.equal(editor.document.getText(), notes);
  await paintedOn(editor, sentences.length);
  assert.doesNotMatch(services.trees.rankings.view.message ?? '', /Scores are of the text that was read/);
});

test('a corpus that is renamed in the editor stays the corpus, with its ranking', async () => {
  const { services } = await api();
  const ranking = services.study.ranking;
  assert.ok(ranking);
  const to = vscode.Uri.file(join(folder(), 'harbour notes.txt'));
  const edit = new vscode.WorkspaceEdit();
  edit.renameFile(vscode.Uri.file(join(folder(), 'notes.txt')), to);
  assert.ok(await vscode.workspace.applyEdit(edit));
  await until(() => services.study.openCorpus?.uri === to.toString());
  assert.equal(services.study.ranking, ranking);
  await paintedOn(await editorOf(to.fsPath), sentences.length);
});

test('a corpus that another program replaces while no editor shows it is stale, and fresh when it is read again', async () => {
  const { services } = await api();
  const path = join(folder(), 'harbour notes.txt');
  await vscode.commands.executeCommand('workbench.action.closeAllEditors');
  // Only when the editor has let go of the document is the file all there is.
  await until(() => vscode.workspace.textDocuments.every(({ uri }) => uri.fsPath !== path));
  write('harbour notes.txt', notes.replace('Marta', 'Clara and Anna'));
  await until(() => services.study.stale === 'The file has changed since it was read.');
  await vscode.commands.executeCommand('golgi.readAgain');
  assert.equal(services.study.stale, null);
  assert.equal(services.study.ranking, null, 'the ranking was of another text');
  assert.ok(services.trees.results.rows.length > 0, 'its result is still there');
});

test('a corpus that is deleted says so, and is the corpus again when it comes back', async () => {
  const { services } = await api();
  const path = join(folder(), 'harbour notes.txt');
  const text = readFileSync(path, 'utf8');
  rmSync(path);
  await until(() => services.study.stale === 'The file has been removed since it was read.');
  assert.equal((await status()).severity, 'warning');
  write('harbour notes.txt', text);
  await until(() => services.study.stale !== 'The file has been removed since it was read.');
  await vscode.commands.executeCommand('golgi.readAgain');
  assert.equal(services.study.stale, null);
});

test('what is not saved is no corpus until it is a file', async () => {
  const { services } = await api();
  const untitled = await vscode.workspace.openTextDocument({ content: 'Some text that nobody saved.' });
  await vscode.window.showTextDocument(untitled);
  assert.equal(services.ui.activeDocument()?.path, undefined);
  const virtual = vscode.workspace.registerTextDocumentContentProvider('golgi-test', {
    provideTextDocumentContent: () => 'Not on a disk.',
  });
  await vscode.window.showTextDocument(vscode.Uri.parse('golgi-test:/readme.txt'));
  assert.deepEqual(services.ui.activeDocument(), { name: 'readme.txt', path: undefined });
  virtual.dispose();
});

test('words of right-to-left text, emoji and combining marks are painted whole', async () => {
  const { services } = await api();
  const lines = [
    'הספר היה על השולחן הגדול .',
    'ذهب الولد إلى المدرسة صباحا .',
    'She said 👩‍👩‍👧 hello 👍🏽 to José and Zoë .',
    'naïve café 🇩🇪 flags wave .',
  ];
  const path = write('scripts.txt', `${lines.join('\n')}\n`);
  await study(path);
  const editor = await editorOf(path);
  const corpus = services.study.openCorpus;
  assert.ok(corpus);
  const { words } = await services.session.ask(wordsOnLines, { corpus: corpus.id, fromLine: 0, toLine: lines.length - 1 });
  for (const [line, text] of lines.entries()) {
    const found = words.filter((word) => word.line === line).map(({ start, end }) => text.slice(start, end));
    // Words may be split at punctuation; together they are the line, and none begins or ends inside a character.
    assert.equal(found.join(''), text.replaceAll(' ', ''));
    for (const word of found) assert.doesNotMatch(word, /^[\uDC00-\uDFFF\u0300-\u036F\u200D]|[\uD800-\uDBFF\u200D]$/);
  }
  const whole = new Set(words.map(({ line, start, end }) => lines[line]?.slice(start, end)));
  for (const word of await paintedOn(editor, lines.length)) assert.ok(whole.has(word), word);
});

test('a line of a megabyte is refused with its place, and the rest can be read without it', async () => {
  const { services } = await api();
  await vscode.commands.executeCommand('golgi.chooseCorpus', write('long.txt', `${notes}${'word '.repeat(220_000)}\n${notes}`));
  const { corpus } = services.study;
  assert.equal(corpus?.kind, 'failed');
  assert.match(corpus.failure.message, /^long\.txt, line 9: /);
  assert.doesNotMatch(corpus.failure.remedy, /--/);
  await vscode.commands.executeCommand('golgi.leaveLinesOut');
  assert.equal(services.study.openCorpus?.sentences, 2 * sentences.length);
});

test('a corpus that is too large for the editor to share can be ranked all the same', async () => {
  const { services, session } = await api();
  // Few words, so that reading takes seconds: it is the bytes that the editor counts.
  const path = write('large.txt', `${notes}${`${'. '.repeat(20)}\n${' '.repeat(900_000)}\n`.repeat(60)}`);
  const reading = vscode.commands.executeCommand('golgi.chooseCorpus', path);
  await until(() => services.study.corpus?.kind === 'opening');
  await session.status();
  assert.equal(services.study.corpus?.kind, 'opening', 'the server answers while the file is read');
  await reading;
  assert.ok(services.study.openCorpus?.uri.endsWith('large.txt'));
  await vscode.commands.executeCommand('workbench.action.closeAllEditors');
  rmSync(path);
});

test('a model that is removed is said, and works again when it is back', async () => {
  const { services } = await api();
  const [bundled] = services.bundled.models;
  assert.ok(bundled);
  const model = join(folder(), 'model');
  mkdirSync(model, { recursive: true });
  cpSync(bundled.folder, model, { recursive: true });
  const path = write('notes.txt', notes);
  await study(path, model);
  renameSync(model, `${model}-away`);
  await vscode.commands.executeCommand('golgi.restart');
  await reached('ready');
  const failed = await until(() => services.study.model?.kind === 'failed' && services.study.model);
  assert.match(failed.failure.code, /^MODEL_/);
  assert.equal((await status()).severity, 'error');
  assert.equal((await status()).command?.id, 'golgi.chooseModel');
  assert.deepEqual(services.explorer.state, { kind: 'empty', reason: 'no model' });
  renameSync(`${model}-away`, model);
  await vscode.commands.executeCommand('golgi.chooseModel', model);
  assert.equal(services.study.model?.kind, 'open');
});

test('a worker that is killed in the middle of a ranking is replaced, and the ranking ends as if nothing had been', async () => {
  const { services, session } = await api();
  const [bundled] = services.bundled.models;
  const lines = readFileSync(services.bundled.corpus, 'utf8').split('\n').slice(0, 400);
  await study(write('part.jsonl', lines.join('\n')), bundled?.folder);
  const server = (await session.status())?.pid;
  assert.ok(server);
  const ranking = vscode.commands.executeCommand('golgi.rankNeurons', { concepts: ['wink.upos=NOUN'] });
  await until(() => services.running.now?.progress?.done ?? undefined);
  const workers = readFileSync(`/proc/${server}/task/${server}/children`, 'utf8').split(' ').filter(Boolean).map(Number);
  assert.ok(workers.length > 0);
  for (const pid of workers) process.kill(pid, 'SIGKILL');
  await ranking;
  assert.equal(services.study.ranking?.rankings[0]?.concept, 'wink.upos=NOUN');
  assert.equal(session.state.kind, 'ready');
});

/** Called by the editor. */
export async function run(): Promise<void> {
  // In a browser the editor saves by itself after a second; here what is typed stays unsaved until a test says so.
  await vscode.workspace.getConfiguration('files').update('autoSave', 'off', vscode.ConfigurationTarget.Global);
  await runAll(resultsFile('badInput'));
}
