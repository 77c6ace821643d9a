/** What the manifest promises, held against the code that keeps it. */
import { expect, test } from 'vitest';
import manifest from '../../../package.json';
import { commands, runCommand } from '../../../extension/src/commands';
import type { CommandId } from '../../../extension/src/commands';
import { contextKeys } from '../../../extension/src/contextKeys';
import { conceptMethods } from '../../../server/src/methods';
import { nothingSelected } from '../../../extension/src/selection';
import { goodAnswers, serverStatusNow, testWindow } from '../../helpers/extensionWindow';

const { contributes } = manifest;
const ids = Object.keys(commands) as CommandId[];

/** Every condition in the manifest. */
const conditions = [
  ...contributes.commands.flatMap((command) => ('enablement' in command ? [command.enablement] : [])),
  ...Object.values(contributes.menus).flatMap((items) => items.map(({ when }) => when)),
  ...contributes.keybindings.map(({ when }) => when),
  ...contributes.viewsWelcome.flatMap((welcome) => ('when' in welcome ? [welcome.when] : [])),
].filter((when) => when !== undefined);

test('conditions ask for context keys that somebody sets', () => {
  const study = { model: null, corpus: null, ranking: null, stale: null };
  const flags = {
    canGoBack: false,
    canGoForward: false,
    isRunning: false,
    hasExamples: false,
    hasFormula: false,
    isCorpusActive: false,
    hasHovered: false,
  };
  const known = Object.keys(contextKeys({ state: { kind: 'stopped' }, study, selection: nothingSelected, ...flags }));
  const views = [
    ...Object.values(contributes.views)
      .flat()
      .map(({ id }) => id),
    ...contributes.customEditors.map(({ viewType }) => viewType),
    ...manifest.activationEvents.map((event) => event.replace('onWebviewPanel:', '')),
  ];
  const named = conditions.flatMap((when) => when.match(/\bgolgi\.\w+/g) ?? []).filter((name) => !views.includes(name));
  expect(named.filter((name) => !known.includes(name))).toEqual([]);
});

test.each(ids)('%s does something or says why not while there is no server, and never fails', async (id) => {
  const given = testWindow(goodAnswers());
  await runCommand(id, given);
  expect(given.failures).toEqual([]);
  if (!('otherwise' in commands[id])) expect(given.done).toEqual(['Golgi: stopped. The analysis server is not running.']);
});

test.each(ids.filter((id) => 'runsModels' in commands[id]))('%s starts nothing in a folder without trust', async (id) => {
  const runtime = { state: 'restricted', reason: 'This workspace is not trusted.' } as const;
  const given = testWindow(goodAnswers(), {}, { status: { ...serverStatusNow, runtime } });
  await given.session.start();
  await runCommand(id, given);
  expect(given.done).toEqual([runtime.reason]);
  expect(given.asked).toEqual([]);
});

test('every key is a chord, a function key or one of lists, has its own command, and is ours only where Golgi has the attention', () => {
  for (const { key, when } of contributes.keybindings) {
    if (when.includes('listFocus && !inputFocus')) expect(key).toMatch(/^(up|down|escape)$/);
    else expect(key).toMatch(/^(ctrl\+k alt\+\w+|(shift\+)?f4)$/);
    expect(when).toMatch(/golgi\.corpusActive|focusedView/);
  }
  const keys = contributes.keybindings.map(({ key }) => key);
  expect(new Set(keys).size).toBe(keys.length);
});

test('the main gestures have keys', () => {
  const withKeys = contributes.keybindings.map(({ command }) => command);
  const main: CommandId[] = ['golgi.rankNeurons', 'golgi.exploreHere', 'golgi.goToNeuron', 'golgi.pinNeuron', 'golgi.unpinAll'];
  const more: CommandId[] = ['golgi.togglePaint', 'golgi.nextExample', 'golgi.previousExample', 'golgi.back', 'golgi.forward'];
  expect([...main, ...more].filter((command) => !withKeys.includes(command))).toEqual([]);
});

test('commands read as commands, under one category', () => {
  for (const { title, category } of contributes.commands) {
    expect(category).toBe('Golgi');
    expect(title).toMatch(/^\p{Lu}\S*( (\p{Lu}\S*|as|at|by|for|from|in|of|to|and|the))*$/u);
  }
});

test('the setting of methods knows every method that ranks for concepts', () => {
  const { items } = contributes.configuration.properties['golgi.methods'];
  expect([...items.enum].sort()).toEqual(conceptMethods.map(({ id }) => id).sort());
});

test('settings say what they do, where they hold and in which order they stand', () => {
  const settings = Object.entries(contributes.configuration.properties);
  for (const [name, { scope, order, markdownDescription, ...setting }] of settings) {
    expect(name).toMatch(/^golgi\./);
    expect(['machine-overridable', 'window', 'resource']).toContain(scope);
    expect(order).toBeGreaterThan(0);
    expect(markdownDescription).toMatch(/\.$/);
    if ('items' in setting) expect(setting.items.enumDescriptions).toHaveLength(setting.items.enum.length);
  }
  // What a folder sets must not run before the folder is trusted.
  const { restrictedConfigurations } = manifest.capabilities.untrustedWorkspaces;
  expect([...restrictedConfigurations].sort()).toEqual(settings.map(([name]) => name).sort());
});
