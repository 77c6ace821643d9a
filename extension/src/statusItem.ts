/** The language status item: shows beside a corpus what the session is doing. */
import * as vscode from 'vscode';
import type { SessionState } from './state';
import { statusView } from './status';

const severities = {
  information: vscode.LanguageStatusSeverity.Information,
  warning: vscode.LanguageStatusSeverity.Warning,
  error: vscode.LanguageStatusSeverity.Error,
} as const;

/** Makes the item; `show` renders a state into it. */
export function createStatusItem(selector: vscode.DocumentSelector): vscode.Disposable & { show(state: SessionState): void } {
  const item = vscode.languages.createLanguageStatusItem('golgi.server', selector);
  item.name = 'Golgi';
  return {
    show(state) {
      const { text, detail, severity, busy, command } = statusView(state);
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
