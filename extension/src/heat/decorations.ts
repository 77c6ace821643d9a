/** The 30 decoration types of the heat map as the editor takes them. Colours are contributed, so that themes can change them. */
import * as vscode from 'vscode';
import { isOnRuler, paintKinds } from './spans';
import type { PaintKind } from './spans';

/** From here on fills are dark or bright enough to need a text colour of their own, and outlines are thicker. */
const strongStep = 5;

/** Makes all types, in the order of `paintKinds`. */
export function createDecorationTypes(): vscode.TextEditorDecorationType[] {
  return paintKinds.map((kind) => vscode.window.createTextEditorDecorationType(options(kind)));
}

function options(kind: PaintKind): vscode.DecorationRenderOptions {
  const { channel, sign, level } = kind;
  const side = sign > 0 ? 'positive' : 'negative';
  const stroke = sign > 0 ? 'solid' : 'dashed';
  const line = new vscode.ThemeColor(`golgi.${side}`);
  const common = { rangeBehavior: vscode.DecorationRangeBehavior.ClosedClosed };
  if (channel === 'fill') {
    const isStrong = level >= strongStep;
    return {
      ...common,
      backgroundColor: new vscode.ThemeColor(`golgi.heat.${side}${level}`),
      // Transparent but in high contrast.
      borderColor: new vscode.ThemeColor(`golgi.heat.${side}Outline`),
      borderStyle: stroke,
      borderWidth: isStrong ? '2px' : '1px',
      ...(isStrong ? { color: new vscode.ThemeColor('golgi.heat.foreground') } : {}),
      ...(isOnRuler(kind) ? ruler(line, vscode.OverviewRulerLane.Left) : {}),
    };
  }
  if (channel === 'underline') {
    return {
      ...common,
      borderColor: line,
      borderStyle: stroke,
      borderWidth: `0 0 ${level}px 0`,
      ...(isOnRuler(kind) ? ruler(line, vscode.OverviewRulerLane.Right) : {}),
    };
  }
  // Text decorations take CSS only, so the colour comes as the theme's variable.
  return { ...common, textDecoration: `overline ${stroke} ${level}px var(--vscode-golgi-${side})` };
}

function ruler(
  overviewRulerColor: vscode.ThemeColor,
  overviewRulerLane: vscode.OverviewRulerLane,
): Pick<vscode.DecorationRenderOptions, 'overviewRulerColor' | 'overviewRulerLane'> {
  return { overviewRulerColor, overviewRulerLane };
}
