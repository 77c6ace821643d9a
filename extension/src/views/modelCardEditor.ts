/** The model card: a read-only editor on `.onnx` files. The server reads the file; the host never does. */
import * as vscode from 'vscode';
import type { FromCard, ToCard } from '../../../server/src/protocol/views';
import { CardModel } from '../cardModel';
import { chooseTap } from '../commands/modelCard';
import type { CommandServices } from '../commands/services';
import { baseName } from '../said';
import { watchFile } from '../watchFile';
import { fromCard } from './fromPages';
import { loadPage } from './page';

interface OpenCard {
  readonly webview: vscode.Webview;
  readonly model: CardModel;
  wasStudied: boolean;
}

export class ModelCardEditor implements vscode.CustomReadonlyEditorProvider {
  static readonly viewType = 'golgi.modelCard';
  readonly #extension: vscode.Uri;
  readonly #services: CommandServices;
  readonly #open = new Set<OpenCard>();

  constructor(extension: vscode.Uri, services: CommandServices) {
    this.#extension = extension;
    this.#services = services;
  }

  /** What the cards show now; for tests. */
  get models(): readonly CardModel[] {
    return [...this.#open].map(({ model }) => model);
  }

  openCustomDocument(uri: vscode.Uri): vscode.CustomDocument {
    return { uri, dispose: () => undefined };
  }

  resolveCustomEditor({ uri }: vscode.CustomDocument, { webview, onDidDispose }: vscode.WebviewPanel): void {
    const { session, chosenTaps } = this.#services;
    const ask: typeof session.ask = (message, params, options) => session.ask(message, params, options);
    const model = new CardModel(uri.fsPath, { ask, state: () => session.state, chosenTaps });
    const card: OpenCard = { webview, model, wasStudied: false };
    const listening = [
      model.onChange(() => this.#post(card)),
      webview.onDidReceiveMessage((message: unknown) => void this.#receive(card, fromCard(message)).catch(this.#services.ui.fail)),
      watchFile(uri, () => {
        model.forget();
        model.refresh();
      }),
    ];
    this.#open.add(card);
    onDidDispose(() => {
      this.#open.delete(card);
      model.forget();
      for (const each of listening) each.dispose();
    });
    loadPage(webview, this.#extension, 'card');
    model.refresh();
  }

  /** Looks whether the cards have something else to show: another server, other taps, another model of the window. */
  refresh(): void {
    for (const card of this.#open) {
      card.model.refresh();
      if (card.wasStudied !== this.#isStudied(card)) this.#post(card);
    }
  }

  /** The next look asks a server that knows nothing yet. */
  forget(): void {
    for (const { model } of this.#open) model.forget();
  }

  #isStudied({ model }: OpenCard): boolean {
    const { study } = this.#services;
    return study.model?.kind === 'open' && study.model.from === model.path;
  }

  #post(card: OpenCard): void {
    const { webview, model } = card;
    const isStudied = (card.wasStudied = this.#isStudied(card));
    const message: ToCard = { type: 'card', name: baseName(model.path), state: model.state, isStudied };
    void webview.postMessage(message);
  }

  async #receive(card: OpenCard, intent: FromCard | undefined): Promise<void> {
    const { chosenTaps } = this.#services;
    const { model } = card;
    switch (intent?.type) {
      case undefined:
        return;
      case 'ready':
        return this.#post(card);
      case 'check':
        return model.check();
      case 'stop':
        return model.stop();
      case 'choose':
        if (model.state.kind === 'ready') await chooseTap(this.#services, model.path, model.state.card, intent.tap);
        return;
      case 'undo':
        return chosenTaps.choose(model.path, intent.tap, null);
      case 'undoAll':
        return chosenTaps.forget(model.path);
      case 'use':
        await vscode.commands.executeCommand('golgi.chooseModel', model.path);
        return;
      case 'command':
        await vscode.commands.executeCommand(intent.command);
    }
  }
}
