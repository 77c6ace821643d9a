/** A native tree of plain rows. Selecting a neuron focuses it, selecting a result opens it; menus see a row's kind. */
import * as vscode from 'vscode';
import { counted } from '../../../server/src/protocol/counted';
import type { Row } from './rows';

export class RowTree implements vscode.TreeDataProvider<Row>, vscode.Disposable {
  readonly view: vscode.TreeView<Row>;
  readonly #changed = new vscode.EventEmitter<void>();
  readonly onDidChangeTreeData = this.#changed.event;
  #rows: readonly Row[] = [];
  #parents = new Map<string, Row>();
  #isWalking = false;

  constructor(id: string, options: Omit<vscode.TreeViewOptions<Row>, 'treeDataProvider'> = {}) {
    this.view = vscode.window.createTreeView(id, { treeDataProvider: this, manageCheckboxStateManually: true, ...options });
  }

  get rows(): readonly Row[] {
    return this.#rows;
  }

  /** `message` stands above the rows. */
  show(rows: readonly Row[], message?: string): void {
    const isSame = JSON.stringify(rows) === JSON.stringify(this.#rows);
    this.#rows = rows;
    this.#parents = new Map(rows.flatMap((row) => (row.rows ?? []).map((child) => [child.id, row] as const)));
    if (!isSame) this.#changed.fire();
    // A view that has no rows shows its welcome in place of a message, and would not show it later.
    if (this.view.message !== message) this.view.message = message;
  }

  /** A number on the view's icon; none for 0. */
  count(value: number, noun: string): void {
    if ((this.view.badge?.value ?? 0) === value) return;
    this.view.badge = value === 0 ? undefined : { value, tooltip: counted(value, noun) };
  }

  /** Selects the row of a neuron where it is listed, in the concept given if it can be; never takes the focus. */
  async reveal(neuron: string, concept: string | null): Promise<void> {
    if (!this.view.visible || this.view.selection[0]?.neuron === neuron) return;
    const found = this.#rows.flatMap((row) => row.rows ?? row).filter((row) => row.neuron === neuron);
    const row = found.find((candidate) => candidate.concept === concept) ?? found[0];
    if (row) await this.view.reveal(row, { select: true, focus: false });
  }

  /** Moves to the row below or above and selects it, as arrows do in lists whose rows are looked at; gives that row. */
  async step(by: 1 | -1): Promise<Row | undefined> {
    const before = new Set(this.view.selection.map(({ id }) => id));
    this.#isWalking = true;
    try {
      await vscode.commands.executeCommand(by > 0 ? 'list.focusDown' : 'list.focusUp');
      // Which row has the focus an extension is not told, only which are selected: the one that changes is it.
      await vscode.commands.executeCommand('list.toggleSelection');
      const now = this.view.selection;
      const row = now.find(({ id }) => !before.has(id)) ?? this.#rowWith([...before].find((id) => now.every((other) => other.id !== id)));
      if (row) await this.view.reveal(row, { select: true, focus: true });
      return row;
    } finally {
      this.#isWalking = false;
    }
  }

  /** Hears the concept of a row that was clicked and is nothing but a concept. */
  onDidChooseConcept(choose: (concept: string) => void): vscode.Disposable {
    return this.view.onDidChangeSelection(({ selection: [row, ...others] }) => {
      if (!this.#isWalking && others.length === 0 && row?.rows && row.concept !== undefined) choose(row.concept);
    });
  }

  /** Hears which neurons were ticked and which no longer are; a row with rows stands for all of them. */
  onDidTick(tick: (ticked: readonly string[], unticked: readonly string[]) => void): vscode.Disposable {
    return this.view.onDidChangeCheckboxState(({ items }) => {
      const of = (state: vscode.TreeItemCheckboxState): string[] =>
        items.filter(([, now]) => now === state).flatMap(([row]) => row.neuron ?? (row.rows ?? []).flatMap(({ neuron }) => neuron ?? []));
      tick(of(vscode.TreeItemCheckboxState.Checked), of(vscode.TreeItemCheckboxState.Unchecked));
    });
  }

  /** Hears the neurons of the selected rows when there are several, and an empty list once there are not. */
  onDidMark(mark: (neurons: readonly string[]) => void): vscode.Disposable {
    let several = false;
    return this.view.onDidChangeSelection(({ selection }) => {
      if (this.#isWalking) return;
      const neurons = selection.flatMap(({ neuron }) => neuron ?? []);
      if (neurons.length < 2 && !several) return;
      several = neurons.length >= 2;
      mark(several ? neurons : []);
    });
  }

  #rowWith(id: string | undefined): Row | undefined {
    return this.#rows.flatMap((row) => [row, ...(row.rows ?? [])]).find((row) => row.id === id);
  }

  getChildren(row?: Row): Row[] {
    return [...(row ? (row.rows ?? []) : this.#rows)];
  }

  getParent(row: Row): Row | undefined {
    return this.#parents.get(row.id);
  }

  getTreeItem({ id, label, description, tooltip, icon, color, kind, neuron, side, concept, checked, file, rows }: Row): vscode.TreeItem {
    const { Collapsed, Expanded, None } = vscode.TreeItemCollapsibleState;
    const item = new vscode.TreeItem(label, rows ? (this.#rows[0]?.id === id ? Expanded : Collapsed) : None);
    item.id = id;
    if (description !== undefined) item.description = description;
    if (tooltip) item.tooltip = tooltip.join('\n');
    if (icon) item.iconPath = new vscode.ThemeIcon(icon, color && new vscode.ThemeColor(color));
    if (kind) item.contextValue = kind;
    if (checked !== undefined) item.checkboxState = vscode.TreeItemCheckboxState[checked ? 'Checked' : 'Unchecked'];
    if (file !== undefined) item.command = { command: 'golgi.openResult', title: 'Open', arguments: [file] };
    if (neuron !== undefined) {
      const preview = kind === 'neuron';
      item.command = { command: 'golgi.goToNeuron', title: 'Explore', arguments: [{ neuron, side, concept, preview }] };
    }
    return item;
  }

  dispose(): void {
    this.view.dispose();
    this.#changed.dispose();
  }
}
