/** Controls that look and behave like the editor's own. They must be known before what uses them is mounted. */
import {
  provideVSCodeDesignSystem,
  vsCodeButton,
  vsCodeCheckbox,
  vsCodeDropdown,
  vsCodeOption,
  vsCodeTextField,
} from '@vscode/webview-ui-toolkit';

let hasButtons = false;

/** Registers buttons, once: a page without other controls does so when the first button is about to be shown. */
export function registerButtons(): void {
  if (hasButtons) return;
  hasButtons = true;
  provideVSCodeDesignSystem().register(vsCodeButton());
}

/** Registers all controls, once, before the page is mounted. */
export function registerControls(): void {
  registerButtons();
  provideVSCodeDesignSystem().register(vsCodeCheckbox(), vsCodeDropdown(), vsCodeOption(), vsCodeTextField());
}
