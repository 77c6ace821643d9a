/** One of two windows that study the same text with the same model at the same time, over one store of activations. */
import assert from 'node:assert/strict';
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { basename } from 'node:path';
import * as vscode from 'vscode';
import { resultsFile, runAll, test } from './harness';
import { folder, study, write } from './scratch';
import { api } from './window';

const windows = ['first', 'second'];
const suite = (window: string): string => `twoWindows-${window}`;
const found = (window: string): string => `${resultsFile(suite(window))}.ranking`;

test('two windows over one store rank alike', async () => {
  const { services } = await api();
  const lines = readFileSync(services.bundled.corpus, 'utf8').split('\n').slice(0, 300);
  await study(write('part.jsonl', `${lines.join('\n')}\n`));
  await vscode.commands.executeCommand('golgi.rankNeurons', { concepts: ['wink.xpos=VBD'] });
  const { ranking } = services.study;
  assert.ok(ranking);
  const mine = found(basename(folder()));
  writeFileSync(`${mine}.making`, JSON.stringify(ranking.rankings));
  renameSync(`${mine}.making`, mine);
  // The other window is another process, whose end nobody tells.
  while (!windows.every((window) => existsSync(found(window)))) await new Promise((resolve) => setTimeout(resolve, 50));
  const [first, second] = windows.map((window) => readFileSync(found(window), 'utf8'));
  assert.equal(first, second);
}, 180_000);

/** Called by the editor. */
export async function run(): Promise<void> {
  await runAll(resultsFile(suite(basename(folder()))));
}
