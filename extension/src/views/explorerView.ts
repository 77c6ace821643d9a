/** The view "Neuron" and the same as a page in the editor area: shows what the explorer's model says and carries out what its page wants. */
import * as vscode from 'vscode';
import type { FromExplorer, ToExplorer } from '../../../server/src/protocol/views';
import { peekExample, showExample, showPlace } from '../commands/places';
import type { CommandServices } from '../commands/services';
import type { HoveredWord } from '../hoveredWord';
import { mark, pin, stepNeuron } from '../commands/neurons';
import { explorerSnapshot } from './explorerSnapshot';
import { fromExplorer } from './fromPages';
import { loadPage } from './page';

/** A page of the explorer: the one in the side bar, or the one with room of its own. */
interface Page {
  readonly webview: vscode.Webview;
  /** The last snapshot that it received; undefined before it has asked for one. */
  posted: ToExplorer | undefined;
  isReady: boolean;
}

export class ExplorerView implements vscode.WebviewViewProvider, vscode.WebviewPanelSerializer {
  static readonly id = 'golgi.explorer';
  static readonly panelType = 'golgi.neuronPage';
  readonly #extension: vscode.Uri;
  readonly #services: CommandServices;
  readonly #hovered: Pick<HoveredWord, 'now'>;
  readonly #pages = new Set<Page>();
  readonly #sent = new vscode.EventEmitter<void>();
  #panel: vscode.WebviewPanel | undefined;

  /** After a page was sent what it has to show. */
  readonly onDidPost = this.#sent.event;

  constructor(extension: vscode.Uri, services: CommandServices, hovered: Pick<HoveredWord, 'now'>) {
    this.#extension = extension;
    this.#services = services;
    this.#hovered = hovered;
  }

  /** The last snapshots that pages received; for tests. */
  get posted(): readonly ToExplorer[] {
    return [...this.#pages].flatMap(({ posted }) => posted ?? []);
  }

  resolveWebviewView({ webview, onDidDispose }: vscode.WebviewView): void {
    this.#load(webview, onDidDispose);
  }

  /** Brings the page of the editor area back after a reload. */
  async deserializeWebviewPanel(panel: vscode.WebviewPanel): Promise<void> {
    this.#adopt(panel);
  }

  /** Shows the neuron in the editor area, with room for three columns. There is one such page, and it follows the selection as the view does. */
  openPage(): void {
    if (this.#panel) return this.#panel.reveal();
    const { panelType } = ExplorerView;
    this.#adopt(vscode.window.createWebviewPanel(panelType, 'Neuron', vscode.ViewColumn.Active, { enableFindWidget: true }));
  }

  /** Sends the whole of what is to be shown to every page that does not show it. A page that is not there asks when it comes. */
  post(): void {
    const { selection, explorer, compared } = this.#services;
    const shown = { state: explorer.state, compared: compared.now, hovered: this.#hovered.now };
    for (const page of this.#pages) {
      const now = explorerSnapshot(selection, shown, page.posted);
      if (!page.isReady || now === page.posted) continue;
      page.posted = now;
      void page.webview.postMessage(now);
      this.#sent.fire();
    }
    if (this.#panel) this.#panel.title = selection.now.focus?.neuron ?? 'Neuron';
  }

  #adopt(panel: vscode.WebviewPanel): void {
    this.#panel?.dispose();
    this.#panel = panel;
    panel.iconPath = vscode.Uri.joinPath(this.#extension, 'media', 'neuron.svg');
    panel.onDidDispose(() => {
      if (this.#panel === panel) this.#panel = undefined;
    });
    this.#load(panel.webview, panel.onDidDispose);
    this.post();
  }

  #load(webview: vscode.Webview, onDidDispose: vscode.Event<void>): void {
    const page: Page = { webview, posted: undefined, isReady: false };
    this.#pages.add(page);
    webview.onDidReceiveMessage((message: unknown) => void this.#receive(page, fromExplorer(message)));
    onDidDispose(() => this.#pages.delete(page));
    loadPage(webview, this.#extension, 'explorer');
  }

  async #receive(page: Page, intent: FromExplorer | undefined): Promise<void> {
    const { selection, ui } = this.#services;
    switch (intent?.type) {
      case undefined:
        return;
      case 'ready':
        Object.assign(page, { isReady: true, posted: undefined });
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
      case 'examples':
        return this.#services.explorer.openTab(intent.tab);
      case 'open': {
        const example = this.#services.explorer.exampleAt(intent.line, intent.character);
        if (example) await (intent.peek ? peekExample : showExample)(this.#services, example).catch(ui.fail);
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
