/** The settings, typed, as they are now. */
import * as vscode from 'vscode';
import { taps } from '../../server/src/protocol/neurons';
import type { Tap } from '../../server/src/protocol/neurons';

export interface Settings {
  readonly methods: readonly string[];
  readonly taps: readonly Tap[];
}

/** Reads the settings; what is no value of a setting is left out. */
export function readSettings(): Settings {
  const golgi = vscode.workspace.getConfiguration('golgi');
  const isTap = (tap: string): tap is Tap => (taps as readonly string[]).includes(tap);
  const chosen = golgi.get<string[]>('taps', []).filter(isTap);
  const methods = golgi.get<string[]>('methods', []);
  return { methods: methods.length > 0 ? methods : ['ap'], taps: chosen.length > 0 ? chosen : ['hidden', 'ffn'] };
}
