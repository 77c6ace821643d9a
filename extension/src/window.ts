/** The editor's window as commands know it. */
import * as vscode from 'vscode';
import type { Progress } from '../../server/src/protocol/workerMessages';
import { showMethodCard } from './methodDocuments';
import { pickNeuron } from './goTo/pickNeuron';
import { pickSome } from './pickSome';
import { baseName, progressText, saidInLine, shareText } from './said';
import type { Choice, Ui } from './ui';

const explorerView = 'golgi.explorer';
/** Larger files the editor shows without giving extensions their text (bytes). */
const mostShared = 50 * 1024 * 1024;

/** Makes the window; `log` takes what a message has no room for. */
export function createUi(log: vscode.LogOutputChannel): Ui {
  const buttons = async (shown: Thenable<string | undefined>, commands: Readonly<Record<string, string>>): Promise<void> => {
    const choice = await shown;
    const command = choice === undefined ? undefined : commands[choice];
    if (command) await vscode.commands.executeCommand(command);
  };
  return {
    tell: (text, ...offered) => {
      const commands = Object.fromEntries(offered.map(({ title, command }) => [title, command]));
      void buttons(vscode.window.showInformationMessage(text, ...Object.keys(commands)), commands);
    },
    fail: (error, ...offered) => {
      log.error(error instanceof Error ? error : String(error));
      const commands = { ...Object.fromEntries(offered.map(({ title, command }) => [title, command])), 'Show Log': 'golgi.showLog' };
      void buttons(vscode.window.showErrorMessage(saidInLine(error), ...Object.keys(commands)), commands);
    },
    pick: async (choices, { title, placeholder }) => {
      const rows = Promise.resolve(choices).then((list) => list.map(row));
      const picked = await vscode.window.showQuickPick(rows, { title, placeHolder: placeholder, matchOnDescription: true });
      return picked?.value;
    },
    pickSome,
    pickNeuron,
    pickMany: async (choices, { title, placeholder }) => {
      const rows = choices.map(row);
      const picked = await vscode.window.showQuickPick(rows, {
        ...{ title, placeHolder: placeholder, canPickMany: true, matchOnDescription: true, matchOnDetail: true },
      });
      return picked?.flatMap(({ value }) => (value === undefined ? [] : [value]));
    },
    ask: ({ title, placeholder, value, wrong }) =>
      Promise.resolve(
        vscode.window.showInputBox({ title, placeHolder: placeholder, value, validateInput: (text) => wrong(text.trim()) }),
      ).then((text) => text?.trim()),
    askForFile: async (title, kind) => {
      const picked = await vscode.window.showOpenDialog({ title, canSelectFolders: kind === 'folder', canSelectFiles: kind === 'file' });
      return picked?.[0]?.fsPath;
    },
    askWhereToSave: async (title, name) => {
      const folder = vscode.workspace.workspaceFolders?.[0]?.uri;
      const defaultUri = folder && vscode.Uri.joinPath(folder, name);
      return (await vscode.window.showSaveDialog({ title, ...(defaultUri ? { defaultUri } : {}) }))?.fsPath;
    },
    progress: (title, work) =>
      Promise.resolve(
        vscode.window.withProgress({ location: vscode.ProgressLocation.Notification, title, cancellable: true }, (progress, token) => {
          const stop = new AbortController();
          token.onCancellationRequested(() => stop.abort());
          return work(reporter(progress), stop.signal);
        }),
      ),
    busy: (title, work) => Promise.resolve(vscode.window.withProgress({ location: vscode.ProgressLocation.Window, title }, work)),
    findFiles: async (glob) => (await vscode.workspace.findFiles(glob, '**/{node_modules,.git}/**', 50)).map(({ fsPath }) => fsPath),
    activeDocument: () => {
      const uri = vscode.window.activeTextEditor?.document.uri;
      return uri && { name: baseName(uri.path), path: uri.scheme === 'file' ? uri.fsPath : undefined };
    },
    save: async (uri) => {
      const document = vscode.workspace.textDocuments.find((open) => open.uri.toString() === uri);
      return document?.isDirty ? document.save() : true;
    },
    saveAsFile: async () => {
      await vscode.commands.executeCommand('workbench.action.files.saveAs');
      const uri = vscode.window.activeTextEditor?.document.uri;
      return uri?.scheme === 'file' ? { uri: uri.toString(), path: uri.fsPath } : undefined;
    },
    sizeOf,
    placeOf: (path) => ({ uri: vscode.Uri.file(path).toString(), path }),
    openDocument: async (uri, { readOnly = false, preview = false } = {}) => {
      // Asked for its text, the editor would first read all of a file whose text it then keeps to itself.
      if ((await sizeOf(uri)) > mostShared) {
        await vscode.commands.executeCommand('vscode.open', vscode.Uri.parse(uri));
        return false;
      }
      const shown = vscode.window.visibleTextEditors.find(({ document }) => document.uri.toString() === uri);
      const column = shown?.viewColumn ? { viewColumn: shown.viewColumn } : {};
      await vscode.window.showTextDocument(vscode.Uri.parse(uri), { preview, ...column });
      if (readOnly) await vscode.commands.executeCommand('workbench.action.files.setActiveEditorReadonlyInSession');
      return true;
    },
    reveal: async ({ uri, line, character, length }) => {
      const shown = vscode.window.visibleTextEditors.find(({ document }) => document.uri.toString() === uri);
      const selection = new vscode.Range(line, character, line, character + length);
      const options = { preview: true, selection, ...(shown?.viewColumn ? { viewColumn: shown.viewColumn } : {}) };
      const editor = await vscode.window.showTextDocument(vscode.Uri.parse(uri), options);
      editor.revealRange(selection, vscode.TextEditorRevealType.InCenterIfOutsideViewport);
    },
    cursorIn: (uri) => {
      const shown = vscode.window.visibleTextEditors.find(({ document }) => document.uri.toString() === uri);
      return shown && { uri, line: shown.selection.active.line, character: shown.selection.active.character, length: 0 };
    },
    peek: async (at, found) => {
      const locations = found.map(({ uri, line, character, length }) => {
        return new vscode.Location(vscode.Uri.parse(uri), new vscode.Range(line, character, line, character + length));
      });
      const from = new vscode.Position(at.line, at.character);
      await vscode.commands.executeCommand('editor.action.peekLocations', vscode.Uri.parse(at.uri), from, locations, 'peek');
    },
    openResult: async (file) => {
      if (!file.endsWith('.golgi-analysis.json')) {
        await vscode.commands.executeCommand('vscode.openWith', vscode.Uri.file(file), 'golgi.conceptTable');
        return;
      }
      // Its words lead into the text, which should stay in sight.
      const column = vscode.window.activeTextEditor ? vscode.ViewColumn.Beside : vscode.ViewColumn.Active;
      await vscode.commands.executeCommand('vscode.openWith', vscode.Uri.file(file), 'golgi.analysis', column);
    },
    showMethodCard,
    openModelCard: async (file) => {
      await vscode.commands.executeCommand('vscode.openWith', vscode.Uri.file(file), 'golgi.modelCard');
    },
    showExplorer: async (options) => {
      await vscode.commands.executeCommand(`${explorerView}.focus`, options);
    },
    copyFile: async (from, to) => vscode.workspace.fs.copy(vscode.Uri.file(from), vscode.Uri.file(to), { overwrite: true }),
    copyText: async (text) => vscode.env.clipboard.writeText(text),
  };
}

async function sizeOf(uri: string): Promise<number> {
  return vscode.workspace.fs.stat(vscode.Uri.parse(uri)).then(
    ({ size }) => size,
    () => 0,
  );
}

function row<T>({ label, description, detail, separator, picked, value }: Choice<T>): vscode.QuickPickItem & { readonly value?: T } {
  if (separator) return { label, kind: vscode.QuickPickItemKind.Separator };
  return {
    ...{ label, ...(description ? { description } : {}), ...(detail ? { detail } : {}) },
    ...(picked ? { picked } : {}),
    ...(value === undefined ? {} : { value }),
  };
}

/** Turns snapshots into the increments and the sentence that a notification takes. */
function reporter(notification: vscode.Progress<{ message: string; increment: number }>): (progress: Progress) => void {
  let stage = '';
  let since = 0;
  let shown = 0;
  return (progress) => {
    if (progress.stage !== stage) {
      stage = progress.stage;
      since = performance.now();
    }
    // The bar cannot go back, and a second stage begins at nothing: it moves on by what is left.
    const share = progress.total > 0 ? (100 * progress.done) / progress.total : 0;
    const increment = Math.max(0, share - shown);
    shown = Math.max(shown, share);
    const message = `${stage} ${shareText(progress.done, progress.total)}: ${progressText(progress, performance.now() - since)}`;
    notification.report({ message, increment });
  };
}
