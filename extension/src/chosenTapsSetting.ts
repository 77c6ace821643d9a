/** Where the editor keeps taps that were chosen by hand: in the settings of the opened folder, or of the person where none is open. */
import { isAbsolute, relative, sep } from 'node:path';
import * as vscode from 'vscode';
import type { ChosenTapsPort } from './chosenTaps';

const name = 'golgi.chosenTaps';

export const chosenTapsSetting: ChosenTapsPort = {
  read: () => vscode.workspace.getConfiguration().get(name),
  write: async (value) => {
    const target = vscode.workspace.workspaceFolders ? vscode.ConfigurationTarget.Workspace : vscode.ConfigurationTarget.Global;
    await vscode.workspace.getConfiguration().update(name, value, target);
  },
  keyOf: (path) => {
    const folder = vscode.workspace.workspaceFolders?.[0]?.uri.fsPath;
    if (folder === undefined) return path;
    const inside = relative(folder, path);
    if (inside.startsWith('..') || isAbsolute(inside)) return path;
    return inside === '' ? '.' : inside.split(sep).join('/');
  },
};

/** Tells when choices have changed, by us or by hand. */
export function onChosenTaps(listener: () => void): vscode.Disposable {
  return vscode.workspace.onDidChangeConfiguration((change) => {
    if (change.affectsConfiguration(name)) listener();
  });
}
