/** The language status item: shows beside a corpus what the session is doing and which model it is about. */
import * as vscode from 'vscode';
import { statusView } from './status';
import type { StatusSource } from './status';

const severities = {
  information: vscode.LanguageStatusSeverity.Information,
  warning: vscode.LanguageStatusSeverity.Warning,
  error: vscode.LanguageStatusSeverity.Error,
} as const;

/** Makes the item; `show` renders a state into it, beside documents that the selector takes. */
export function createStatusItem(): vscode.Disposable & { show(source: StatusSource, selector: vscode.DocumentSelector): void } {
  const item = vscode.languages.createLanguageStatusItem('golgi.server', []);
  item.name = 'Golgi';
  return {
    show({ state, study }, selector) {
      const { text, detail, severity, busy, command } = statusView(state, study);
      item.selector = selector;
      item.text = text;
      item.detail = detail;
      item.severity = severities[severity];
      item.busy = busy;
      item.command = command && { command: command.id, title: command.title };
      item.accessibilityInformation = { label: `${text}. ${detail}` };
    },
    dispose: () => item.dispose(),
  };
}
