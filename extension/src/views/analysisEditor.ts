/** The page of analyses: a read-only editor on `*.golgi-analysis.json`. The page reads the bytes itself; the host carries out what it asks. */
import * as vscode from 'vscode';
import type { AnalysisWindow, FromAnalysis, ToAnalysis } from '../../../server/src/protocol/views';
import { showPlace } from '../commands/places';
import type { CommandServices } from '../commands/services';
import { baseName, said } from '../said';
import { watchFile } from '../watchFile';
import { fromAnalysis } from './fromPages';
import { loadPage } from './page';
import { resultBytes } from './resultBytes';

export class AnalysisEditor implements vscode.CustomReadonlyEditorProvider {
  static readonly viewType = 'golgi.analysis';
  readonly #extension: vscode.Uri;
  readonly #services: CommandServices;
  readonly #open = new Set<vscode.Webview>();
  #told = '';

  constructor(extension: vscode.Uri, services: CommandServices) {
    this.#extension = extension;
    this.#services = services;
  }

  openCustomDocument(uri: vscode.Uri): vscode.CustomDocument {
    return { uri, dispose: () => undefined };
  }

  resolveCustomEditor({ uri }: vscode.CustomDocument, { webview, onDidDispose }: vscode.WebviewPanel): void {
    const listening = [
      webview.onDidReceiveMessage((message: unknown) => void this.receive(fromAnalysis(message), () => this.#post(uri, webview))),
      watchFile(uri, () => void this.#post(uri, webview)),
    ];
    this.#open.add(webview);
    onDidDispose(() => {
      this.#open.delete(webview);
      for (const each of listening) each.dispose();
    });
    loadPage(webview, this.#extension, 'analysis');
  }

  /** Tells every page what the window has to do with it, if that has changed. */
  refresh(): void {
    const message: ToAnalysis = { type: 'window', window: this.#window };
    const now = JSON.stringify(message);
    if (now === this.#told) return;
    this.#told = now;
    for (const webview of this.#open) void webview.postMessage(message);
  }

  /** Carries out what a page asks for; `post` sends it its file. */
  async receive(intent: FromAnalysis | undefined, post: () => Promise<void>): Promise<void> {
    const { selection, ui, study, formula, concepts } = this.#services;
    const corpus = study.openCorpus;
    try {
      switch (intent?.type) {
        case undefined:
          return;
        case 'ready':
          return await post();
        case 'focus':
          selection.send(intent);
          return await ui.showExplorer();
        case 'open':
          if (corpus) await showPlace(this.#services, { ...intent, uri: corpus.uri, value: null, percentile: null });
          return;
        case 'paint':
          if (intent.explained === null) return formula.clear();
          if (!corpus) return;
          formula.show(intent.explained, corpus.hash);
          await ui.openDocument(corpus.uri, { preview: true });
          return;
        case 'keep':
          return concepts.keep(intent.concept);
        case 'forget':
          return concepts.forget(intent.concept);
        case 'rank':
          await vscode.commands.executeCommand('golgi.rankNeurons', { concepts: [intent.concept] });
          return;
        case 'method':
          await vscode.commands.executeCommand('golgi.showMethod', intent.method);
      }
    } catch (error) {
      ui.fail(error);
    }
  }

  get #window(): AnalysisWindow {
    const { study, formula, concepts, selection } = this.#services;
    const focus = selection.now.focus?.neuron ?? null;
    return { corpus: study.openCorpus?.hash ?? null, painted: formula.now, kept: concepts.all, focus };
  }

  async #post(uri: vscode.Uri, webview: vscode.Webview): Promise<void> {
    await webview.postMessage(await this.#content(uri));
  }

  async #content(uri: vscode.Uri): Promise<ToAnalysis> {
    try {
      return { type: 'analysis', bytes: await resultBytes(uri), name: baseName(uri.path), window: this.#window };
    } catch (error) {
      return { type: 'failed', code: 'RESULT_FILE', message: said(error).message, remedy: 'Close the page, or run the analysis again.' };
    }
  }
}
