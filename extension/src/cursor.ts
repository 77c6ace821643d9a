/** The word under the cursor of the corpus becomes the selection's place, once the cursor has been quiet. */
import * as vscode from 'vscode';
import { paintNeuron, wordsOnLines } from '../../server/src/protocol/messages';
import type { Selection } from '../../server/src/protocol/views';
import type { SelectionStore } from './selection';
import type { ServerRun } from './session';
import type { Study } from './study';

const quietMs = 100;

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
      const neuron = selection.now.focus?.neuron;
      const painted = word && neuron !== undefined ? await ask(paintNeuron, { ...lines, neuron }, { signal }) : undefined;
      if (signal.aborted) return;
      const place: Selection['place'] = word
        ? {
            uri: corpus.uri,
            word: word.word,
            line,
            text: editor.document.getText(new vscode.Range(line, word.start, line, word.end)),
            value: painted?.spans.find(isHere)?.value ?? null,
            percentile: null,
          }
        : null;
      selection.send({ type: 'place', place, recorded: false });
    } catch (error) {
      if (!signal.aborted) log.debug(`The word under the cursor is not known: ${String(error)}`);
    }
  };
  const soon = (editor: vscode.TextEditor | undefined): void => {
    clearTimeout(quiet);
    if (editor) quiet = setTimeout(() => void look(editor), quietMs);
  };

  return vscode.Disposable.from(
    vscode.window.onDidChangeTextEditorSelection(({ textEditor }) => soon(textEditor)),
    selection.onChange((now, before) => {
      if (now.focus?.neuron !== before.focus?.neuron) soon(vscode.window.activeTextEditor);
    }),
    { dispose: () => clearTimeout(quiet) },
    { dispose: () => asking?.abort() },
  );
}
