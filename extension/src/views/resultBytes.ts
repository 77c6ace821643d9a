/** The bytes of a result file for the page that shows it. */
import * as vscode from 'vscode';
import { baseName } from '../said';

/** Larger results are a mistake, or are for other tools. */
const mostBytes = 512 * 1024 * 1024;

/** Reads the file. Throws where it is gone or too large. */
export async function resultBytes(uri: vscode.Uri): Promise<Uint8Array> {
  const { size } = await vscode.workspace.fs.stat(uri);
  if (size > mostBytes) throw new Error(`${baseName(uri.path)} has ${Math.round(size / 1e6)} MB, and pages take at most 512 MB`);
  // A Buffer would reach the page as a list of numbers in JSON; a plain array of bytes travels as bytes.
  return new Uint8Array(await vscode.workspace.fs.readFile(uri));
}
