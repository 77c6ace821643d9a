/** The box of Go to Neuron: rows follow what is typed, the active row is looked at, Enter takes it and Escape none. */
import * as vscode from 'vscode';
import type { NeuronRow, NeuronTarget } from './neuronRows';

/** What the box is asked, and whom it tells. */
export interface NeuronPick {
  readonly title: string;
  readonly placeholder: string;
  /** Rows for a line of text. The signal says that another line was typed meanwhile. */
  readonly rows: (line: string, signal: AbortSignal) => readonly NeuronRow[] | Promise<readonly NeuronRow[]>;
  /** What to say when there are none. */
  readonly none: (line: string) => string;
  /** The active row has changed. */
  readonly look: (target: NeuronTarget) => void;
  readonly pin: (target: NeuronTarget) => void;
  readonly copy: (target: NeuronTarget) => void;
}

interface Item extends vscode.QuickPickItem {
  readonly value?: NeuronTarget;
}

const pinButton: vscode.QuickInputButton = { iconPath: new vscode.ThemeIcon('pin'), tooltip: 'Pin' };
const copyButton: vscode.QuickInputButton = { iconPath: new vscode.ThemeIcon('copy'), tooltip: 'Copy Id' };
const buttons = [pinButton, copyButton];

/** The neuron that was taken; undefined when the person thought better of it. Rejects when no rows can be had. */
export function pickNeuron({ title, placeholder, rows, none, look, pin, copy }: NeuronPick): Promise<NeuronTarget | undefined> {
  return new Promise((resolve, reject) => {
    const list = vscode.window.createQuickPick<Item>();
    Object.assign(list, { title, placeholder });
    let asking = new AbortController();
    const show = async (line: string): Promise<void> => {
      asking.abort();
      const { signal } = (asking = new AbortController());
      const coming = rows(line, signal);
      list.busy = coming instanceof Promise;
      try {
        const found = await coming;
        if (signal.aborted) return;
        list.busy = false;
        list.items = found.length > 0 ? found.map(item) : [{ label: none(line), alwaysShow: true }];
      } catch (error) {
        if (signal.aborted) return;
        reject(error instanceof Error ? error : new Error(String(error)));
        list.hide();
      }
    };
    list.onDidChangeValue((line) => void show(line));
    list.onDidChangeActive(([active]) => active?.value && look(active.value));
    list.onDidTriggerItemButton(({ item: { value }, button }) => value && (button === pinButton ? pin : copy)(value));
    list.onDidAccept(() => {
      const [taken] = list.selectedItems;
      if (!taken?.value) return;
      resolve(taken.value);
      list.hide();
    });
    list.onDidHide(() => {
      asking.abort();
      resolve(undefined);
      list.dispose();
    });
    list.show();
    void show('');
  });
}

/** The rows are chosen by what is typed, so the editor's own filter must not choose again. */
function item({ label, description, detail, value }: NeuronRow): Item {
  return {
    ...{ label, alwaysShow: true },
    ...(description ? { description } : {}),
    ...(detail ? { detail } : {}),
    ...(value ? { value, buttons } : {}),
  };
}
