/** The kind of a colour theme as the server is told of it. */
import { ColorThemeKind } from 'vscode';
import type { ThemeKind } from '../../server/src/protocol/messages';

export function themeKind(kind: ColorThemeKind): ThemeKind {
  switch (kind) {
    case ColorThemeKind.Light:
      return 'light';
    case ColorThemeKind.HighContrast:
      return 'hcDark';
    case ColorThemeKind.HighContrastLight:
      return 'hcLight';
    case ColorThemeKind.Dark:
      return 'dark';
  }
}
