/**
 * What becomes of the corpus's file. While an editor shows it the server compares the text itself; otherwise nobody else would
 * notice that it was replaced or removed. A file that is renamed in the editor stays the corpus.
 */
import * as vscode from 'vscode';
import type { Study } from './study';
import { watchFile } from './watchFile';

/** Watches until it is disposed of; `onFailed` takes what a corpus that was moved cannot be read for. */
export function watchCorpusFile(study: Study, onFailed: (error: unknown) => void): vscode.Disposable {
  let watched: { readonly opened: object; readonly listening: vscode.Disposable } | undefined;

  const follow = (): void => {
    const corpus = study.openCorpus;
    if (corpus === (watched?.opened ?? null)) return;
    watched?.listening.dispose();
    watched = corpus ? { opened: corpus, listening: watch(study, vscode.Uri.parse(corpus.uri)) } : undefined;
  };
  const moved = ({ files }: vscode.FileRenameEvent): void => {
    const from = study.corpus?.from;
    const to = from && files.map((file) => destination(vscode.Uri.parse(from.uri), file)).find((uri) => uri !== undefined);
    if (to) study.chooseCorpus({ ...from, uri: to.toString(), path: to.fsPath }).catch(onFailed);
  };

  return vscode.Disposable.from(study.onChange(follow), vscode.workspace.onDidRenameFiles(moved), {
    dispose: () => watched?.listening.dispose(),
  });
}

function watch(study: Study, uri: vscode.Uri): vscode.Disposable {
  const opened = stateOf(uri);
  const isUri = (other: vscode.Uri): boolean => other.toString() === uri.toString();
  const look = async (): Promise<void> => {
    const [before, now] = await Promise.all([opened, stateOf(uri)]);
    const isShown = vscode.workspace.textDocuments.some((document) => isUri(document.uri));
    if (now === null) study.corpusFileChanged('The file has been removed since it was read.');
    else study.corpusFileChanged(isShown || now === before ? null : 'The file has changed since it was read.');
  };
  const again = (): void => void look();
  return vscode.Disposable.from(
    watchFile(uri, again),
    vscode.workspace.onDidOpenTextDocument((document) => isUri(document.uri) && again()),
  );
}

/** By which a file is known to be as it was; null when it is not there. */
async function stateOf(uri: vscode.Uri): Promise<string | null> {
  try {
    const { mtime, size } = await vscode.workspace.fs.stat(uri);
    return `${mtime} ${size}`;
  } catch {
    return null;
  }
}

/** Where a file is after a file or folder was renamed; undefined when that has not moved it. */
function destination(
  uri: vscode.Uri,
  { oldUri, newUri }: { readonly oldUri: vscode.Uri; readonly newUri: vscode.Uri },
): vscode.Uri | undefined {
  if (uri.toString() === oldUri.toString()) return newUri;
  if (!uri.path.startsWith(`${oldUri.path}/`) || uri.scheme !== oldUri.scheme) return undefined;
  return vscode.Uri.joinPath(newUri, uri.path.slice(oldUri.path.length));
}
