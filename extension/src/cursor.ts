/** The word under the cursor of the corpus becomes the selection's place, once the cursor has been quiet. */
import * as vscode from 'vscode';
import { lookAtWord, wordsOnLines } from '../../server/src/protocol/messages';
import type { SelectionStore } from './selection';
import { sameWord } from './selection';
import type { ServerRun } from './session';
import type { Study } from './study';

const quietMs = 100;
const unknown = { value: null, percentile: null } as const;

export interface CursorDeps {
  readonly ask: ServerRun['ask'];
  readonly study: Study;
  readonly selection: SelectionStore;
  readonly log: vscode.LogOutputChannel;
}

/** Follows the cursor until it is disposed of. */
export function followCursor({ ask, study, selection, log }: CursorDeps): vscode.Disposable {
  let quiet: NodeJS.Timeout | undefined;
  let asking: AbortController | undefined;

  const look = async (editor: vscode.TextEditor): Promise<void> => {
    const corpus = study.openCorpus;
    if (corpus?.uri !== editor.document.uri.toString()) return;
    asking?.abort();
    const { signal } = (asking = new AbortController());
    const { line, character } = editor.selection.active;
    const lines = { corpus: corpus.id, fromLine: line, toLine: line + 1 };
    const isHere = (word: { line: number; start: number; end: number }): boolean =>
      word.line === line && word.start <= character && character <= word.end;
    try {
      const { words } = await ask(wordsOnLines, lines, { signal });
      const word = words.find(isHere);
      const neuron = selection.now.focus?.neuron ?? null;
      const place = word && {
        ...{ uri: corpus.uri, word: word.word, line },
        text: editor.document.getText(new vscode.Range(line, word.start, line, word.end)),
      };
      // The word is told at once; what the neuron does there may take a run of the model.
      const known = selection.now.place;
      if (!place) selection.send({ type: 'place', place: null, recorded: false });
      else if (!known || !sameWord(known, place)) selection.send({ type: 'place', place: { ...place, ...unknown }, recorded: false });
      if (!word || !place || neuron === null) return;
      const look = await ask(lookAtWord, { corpus: corpus.id, line, character: word.start, neuron }, { signal });
      const here = look?.neurons.find((at) => at.neuron === neuron);
      if (signal.aborted || !here) return;
      const { value, percentile } = here;
      selection.send({ type: 'place', place: { ...place, value, percentile }, recorded: false });
    } catch (error) {
      if (!signal.aborted) log.debug(`The word under the cursor is not known: ${String(error)}`);
    }
  };
  const soon = (editor: vscode.TextEditor | undefined): void => {
    clearTimeout(quiet);
    if (editor) quiet = setTimeout(() => void look(editor), quietMs);
  };

  return vscode.Disposable.from(
    // A word of another text is none of the corpus that is studied now.
    study.onChange(() => {
      const { place } = selection.now;
      if (place && study.openCorpus && study.openCorpus.uri !== place.uri) {
        selection.send({ type: 'place', place: null, recorded: false });
        soon(vscode.window.activeTextEditor);
      }
    }),
    vscode.window.onDidChangeTextEditorSelection(({ textEditor }) => soon(textEditor)),
    selection.onChange((now, before) => {
      if (now.focus?.neuron !== before.focus?.neuron) soon(vscode.window.activeTextEditor);
    }),
    { dispose: () => clearTimeout(quiet) },
    { dispose: () => asking?.abort() },
  );
}
