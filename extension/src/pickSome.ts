/** A quick pick of concepts: there at once, while their list is on its way, and open to what no list can hold. */
import * as vscode from 'vscode';
import { rowsForTyped } from './conceptRows';
import type { Choice, PickOptions } from './ui';

interface Row extends vscode.QuickPickItem {
  readonly value?: string;
}

/** What was ticked, or else the highlighted row; undefined when the person thought better of it. Rejects when the list does. */
export function pickSome(
  coming: Promise<readonly Choice<string>[]>,
  { title, placeholder }: PickOptions,
): Promise<readonly string[] | undefined> {
  return new Promise((resolve, reject) => {
    const list = vscode.window.createQuickPick<Row>();
    Object.assign(list, { title, placeholder, canSelectMany: true, matchOnDescription: true, matchOnDetail: true, busy: true });
    let choices: readonly Choice<string>[] = [];
    let isComplete = false;
    let rows: readonly Row[] = [];
    let added: readonly Row[] = [];
    const show = (): void => {
      const { first, highlighted } = rowsForTyped(list.value, choices, isComplete);
      // Ticked rows stay, also those that were typed and are no longer.
      const ticked = list.selectedItems;
      const kept = added.filter((row) => ticked.includes(row) && first.every(({ value }) => value !== row.value));
      const fresh = first.map((choice) => added.find(({ value }) => value === choice.value) ?? { ...row(choice), alwaysShow: true });
      added = [...fresh, ...kept];
      list.items = [...added, ...rows];
      list.selectedItems = ticked;
      const active = list.items.find(({ value }) => value !== undefined && value === highlighted?.value);
      if (active) list.activeItems = [active];
    };
    list.onDidChangeValue(show);
    list.onDidAccept(() => {
      const taken = list.selectedItems.length > 0 ? list.selectedItems : list.activeItems;
      const concepts = taken.flatMap(({ value }) => value ?? []);
      if (concepts.length === 0) {
        list.title = `${title}: tick one or several, or type one`;
        return;
      }
      resolve(concepts);
      list.hide();
    });
    list.onDidHide(() => {
      resolve(undefined);
      list.dispose();
    });
    list.show();
    coming.then(
      (found) => {
        choices = found;
        isComplete = true;
        rows = found.map(row);
        list.busy = false;
        show();
      },
      (error: unknown) => {
        reject(error instanceof Error ? error : new Error(String(error)));
        list.hide();
      },
    );
  });
}

function row({ label, description, detail, value }: Choice<string>): Row {
  return { label, ...(description ? { description } : {}), ...(detail ? { detail } : {}), ...(value === undefined ? {} : { value }) };
}
