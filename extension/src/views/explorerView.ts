/** The view "Neuron": shows what the explorer's model says and carries out what its page wants. */
import * as vscode from 'vscode';
import type { FromExplorer, ToExplorer } from '../../../server/src/protocol/views';
import { showExample, showPlace } from '../commands/places';
import type { CommandServices } from '../commands/services';
import { mark, pin, stepNeuron } from '../commands/neurons';
import { explorerSnapshot } from './explorerSnapshot';
import { fromExplorer } from './fromPages';
import { loadPage } from './page';

export class ExplorerView implements vscode.WebviewViewProvider {
  static readonly id = 'golgi.explorer';
  readonly #extension: vscode.Uri;
  readonly #services: CommandServices;
  #view: vscode.WebviewView | undefined;
  #isReady = false;
  #posted: ToExplorer | undefined;

  constructor(extension: vscode.Uri, services: CommandServices) {
    this.#extension = extension;
    this.#services = services;
  }

  /** The last snapshot that a page received; for tests. */
  get posted(): ToExplorer | undefined {
    return this.#posted;
  }

  resolveWebviewView(view: vscode.WebviewView): void {
    this.#view = view;
    this.#isReady = false;
    view.webview.onDidReceiveMessage((message: unknown) => void this.#receive(fromExplorer(message)));
    view.onDidDispose(() => {
      this.#view = undefined;
      this.#isReady = false;
    });
    loadPage(view.webview, this.#extension, 'explorer');
  }

  /** Sends the whole of what is to be shown, unless that is on show. A page that is not there asks when it comes. */
  post(): void {
    const { selection, explorer } = this.#services;
    if (!this.#view || !this.#isReady) return;
    const now = explorerSnapshot(selection, explorer.state, this.#posted);
    if (now === this.#posted) return;
    this.#posted = now;
    void this.#view.webview.postMessage(now);
  }

  async #receive(intent: FromExplorer | undefined): Promise<void> {
    const { selection, ui } = this.#services;
    switch (intent?.type) {
      case undefined:
        return;
      case 'ready':
        this.#isReady = true;
        this.#posted = undefined;
        return this.post();
      case 'focus':
      case 'concept':
      case 'unpin':
      case 'restore':
        return selection.send(intent);
      case 'pin':
        return pin(this.#services, intent.neurons);
      case 'mark':
        return mark(this.#services, intent.neurons);
      case 'step':
        return stepNeuron(this.#services, intent.by);
      case 'open': {
        const example = this.#services.explorer.exampleAt(intent.line, intent.character);
        if (example) await showExample(this.#services, example).catch(ui.fail);
        return;
      }
      case 'here':
        if (selection.now.place) await showPlace(this.#services, selection.now.place).catch(ui.fail);
        return;
      case 'command':
        await vscode.commands.executeCommand(intent.command);
    }
  }
}
