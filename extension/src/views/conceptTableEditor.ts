/** The concept table: a read-only editor on result files. The page reads the bytes itself; the host only hands them over. */
import * as vscode from 'vscode';
import type { FromTable, ToTable } from '../../../server/src/protocol/views';
import { mark, pin } from '../commands/neurons';
import type { CommandServices } from '../commands/services';
import { baseName, said } from '../said';
import { watchFile } from '../watchFile';
import { fromTable } from './fromPages';
import { loadPage } from './page';
import { resultBytes } from './resultBytes';

export class ConceptTableEditor implements vscode.CustomReadonlyEditorProvider {
  static readonly viewType = 'golgi.conceptTable';
  readonly #extension: vscode.Uri;
  readonly #services: CommandServices;
  readonly #open = new Set<vscode.Webview>();

  constructor(extension: vscode.Uri, services: CommandServices) {
    this.#extension = extension;
    this.#services = services;
  }

  openCustomDocument(uri: vscode.Uri): vscode.CustomDocument {
    return { uri, dispose: () => undefined };
  }

  resolveCustomEditor({ uri }: vscode.CustomDocument, { webview, onDidDispose }: vscode.WebviewPanel): void {
    const listening = [
      webview.onDidReceiveMessage((message: unknown) => void this.#receive(uri, webview, fromTable(message))),
      watchFile(uri, () => void this.#post(uri, webview)),
    ];
    onDidDispose(() => {
      this.#open.delete(webview);
      for (const each of listening) each.dispose();
    });
    loadPage(webview, this.#extension, 'table');
  }

  /** Tells every table what is selected now. */
  select(): void {
    const message: ToTable = { type: 'selection', selection: this.#services.selection.now };
    for (const webview of this.#open) void webview.postMessage(message);
  }

  async #receive(uri: vscode.Uri, webview: vscode.Webview, intent: FromTable | undefined): Promise<void> {
    const { selection, ui } = this.#services;
    switch (intent?.type) {
      case undefined:
        return;
      case 'ready':
        this.#open.add(webview);
        return this.#post(uri, webview);
      case 'focus':
        selection.send({ ...intent, preview: !intent.keep });
        if (intent.keep) await ui.showExplorer();
        return;
      case 'restore':
        return selection.send(intent);
      case 'pin':
        return pin(this.#services, intent.neurons);
      case 'mark':
        return mark(this.#services, intent.neurons);
      case 'copy':
        return ui.copyText(intent.text);
      case 'method':
        await vscode.commands.executeCommand('golgi.showMethod', intent.method);
    }
  }

  async #post(uri: vscode.Uri, webview: vscode.Webview): Promise<void> {
    await webview.postMessage(await this.#content(uri));
  }

  async #content(uri: vscode.Uri): Promise<ToTable> {
    const name = baseName(uri.path);
    try {
      const bytes = await resultBytes(uri);
      return { type: 'result', bytes, name, selection: this.#services.selection.now };
    } catch (error) {
      const { message } = said(error);
      return { type: 'failed', code: 'RESULT_FILE', message, remedy: 'Close the table, or rank again.' };
    }
  }
}
