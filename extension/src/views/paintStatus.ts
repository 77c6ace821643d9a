/** The one item in the status bar. */
import * as vscode from 'vscode';
import { paintItem } from './paintItem';
import type { PaintState } from './paintItem';

/** Makes the item; it is hidden while there is nothing to say. */
export function createPaintItem(): vscode.Disposable & { show(state: PaintState): void } {
  const item = vscode.window.createStatusBarItem('golgi.paint', vscode.StatusBarAlignment.Right, 100);
  item.name = 'Golgi';
  return {
    show(state) {
      const said = paintItem(state);
      if (!said) return item.hide();
      item.text = said.text;
      item.tooltip = said.tooltip.join('\n');
      item.command = said.command;
      item.show();
    },
    dispose: () => item.dispose(),
  };
}
