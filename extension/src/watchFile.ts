/** What becomes of one file. */
import * as vscode from 'vscode';

/** Calls back when a file is written, made or removed. Its folder is watched, since names such as `corpus[1].txt` are patterns to the editor. */
export function watchFile(uri: vscode.Uri, then: () => void): vscode.Disposable {
  const watcher = vscode.workspace.createFileSystemWatcher(new vscode.RelativePattern(vscode.Uri.joinPath(uri, '..'), '*'));
  const ours = (changed: vscode.Uri): void => {
    if (changed.toString() === uri.toString()) then();
  };
  return vscode.Disposable.from(watcher, watcher.onDidChange(ours), watcher.onDidCreate(ours), watcher.onDidDelete(ours));
}
