/** Files of a test in the folder that the window has open, and the window's answers about the corpus among them. */
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as vscode from 'vscode';
import { api, reached } from './window';

/** The folder that the window has open. */
export function folder(): string {
  const [first] = vscode.workspace.workspaceFolders ?? [];
  assert.ok(first, 'a folder is open');
  return first.uri.fsPath;
}

/** Writes a file of the folder, as another program would, and gives its path. */
export function write(name: string, text: string): string {
  const path = join(folder(), name);
  writeFileSync(path, text);
  return path;
}

/** Opens the model that comes with the product, or another folder, and a corpus. */
export async function study(corpus: string, model?: string): Promise<void> {
  await reached('ready');
  const { services } = await api();
  await vscode.commands.executeCommand('golgi.chooseModel', model ?? services.bundled.models[0]?.folder);
  await vscode.commands.executeCommand('golgi.chooseCorpus', corpus);
}

/** The document of a path in its editor. */
export async function editorOf(path: string): Promise<vscode.TextEditor> {
  return vscode.window.showTextDocument(vscode.Uri.file(path), { preview: false });
}

/** What is painted in an editor for the first pin, as text. */
export async function painted({ document }: vscode.TextEditor): Promise<string[]> {
  const { services } = await api();
  const [spans = []] = services.heat.spans(document.uri.toString());
  return spans.map(({ line, start, end }) => document.getText(new vscode.Range(line, start, line, end)));
}
