/** Where the editor keeps taps that were chosen by hand: in the settings of the opened folder, or of the person where none is open. */
import { isAbsolute, relative, sep } from 'node:path';
import * as vscode from 'vscode';
import type { ChosenTapsPort, SettingScope } from './chosenTaps';

const name = 'golgi.chosenTaps';

export const chosenTapsSetting: ChosenTapsPort = {
  // What `get` answers is of all scopes at once, so what one of them has could not be taken out of it again.
  scopes: () => {
    const { globalValue, workspaceValue } = vscode.workspace.getConfiguration().inspect<unknown>(name) ?? {};
    const { Global, Workspace } = vscode.ConfigurationTarget;
    return vscode.workspace.workspaceFolders
      ? [scope(globalValue, Global), scope(workspaceValue, Workspace)]
      : [scope(globalValue, Global)];
  },
  keyOf: (path) => {
    const folder = vscode.workspace.workspaceFolders?.[0]?.uri.fsPath;
    if (folder === undefined) return path;
    const inside = relative(folder, path);
    if (inside.startsWith('..') || isAbsolute(inside)) return path;
    return inside === '' ? '.' : inside.split(sep).join('/');
  },
};

function scope(value: unknown, target: vscode.ConfigurationTarget): SettingScope {
  return { value, write: async (changed) => vscode.workspace.getConfiguration().update(name, changed, target) };
}

/** Tells when choices have changed, by us or by hand. */
export function onChosenTaps(listener: () => void): vscode.Disposable {
  return vscode.workspace.onDidChangeConfiguration((change) => {
    if (change.affectsConfiguration(name)) listener();
  });
}
