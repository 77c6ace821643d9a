/** The result files there are: those of the extension's own storage and those of the workspace. */
import { mkdirSync } from 'node:fs';
import * as vscode from 'vscode';

export interface ResultFile {
  readonly path: string;
  /** Milliseconds since 1970. */
  readonly changed: number;
  /** Made here and not saved anywhere else. */
  readonly own: boolean;
}

const pattern = '*.golgi-{result,analysis}.json';
const endings = ['.golgi-result.json', '.golgi-analysis.json'];
const most = 200;

/** Looks for result files, now and whenever one comes or goes. */
export function watchResultFiles(folder: string, onFiles: (files: readonly ResultFile[]) => void): vscode.Disposable {
  // A folder that does not exist cannot be watched.
  mkdirSync(folder, { recursive: true });
  const own = new vscode.RelativePattern(vscode.Uri.file(folder), pattern);
  const watchers = [vscode.workspace.createFileSystemWatcher(own), vscode.workspace.createFileSystemWatcher(`**/${pattern}`)];
  const look = async (): Promise<void> => {
    const [made, kept] = await Promise.all([listed(folder), vscode.workspace.findFiles(`**/${pattern}`, '**/node_modules/**', most)]);
    const paths = [...made.map((uri) => ({ uri, own: true })), ...kept.map((uri) => ({ uri, own: false }))];
    onFiles(await Promise.all(paths.map(async ({ uri, own }) => ({ path: uri.fsPath, own, changed: await changedAt(uri) }))));
  };
  const again = (): void => void look();
  again();
  return vscode.Disposable.from(
    ...watchers.flatMap((watcher) => [watcher, watcher.onDidCreate(again), watcher.onDidDelete(again), watcher.onDidChange(again)]),
  );
}

async function listed(folder: string): Promise<vscode.Uri[]> {
  const entries = await vscode.workspace.fs.readDirectory(vscode.Uri.file(folder));
  return entries
    .filter(([name]) => endings.some((ending) => name.endsWith(ending)))
    .map(([name]) => vscode.Uri.joinPath(vscode.Uri.file(folder), name));
}

/** 0 for a file that went in the meantime. */
async function changedAt(uri: vscode.Uri): Promise<number> {
  const stat = await vscode.workspace.fs.stat(uri).then(
    ({ mtime }) => mtime,
    () => 0,
  );
  return stat;
}
