import { expect, test } from 'vitest';
import manifest from '../../../package.json';
import type { CommandServices } from '../../../extension/src/commands';
import { commands, runCommand } from '../../../extension/src/commands';
import { Session } from '../../../extension/src/session';
import type { ServerStatus } from '../../../server/src/protocol/messages';

const status: ServerStatus = { version: '1.2.3', protocol: 1, pid: 7, uptimeSeconds: 65, runtime: { state: 'idle' } };

function services(): CommandServices & { readonly told: string[] } {
  const told: string[] = [];
  const session = new Session({
    launch: async () => ({ ask: async () => status as never, stop: async () => undefined }),
    onState: () => undefined,
    clock: () => 0,
  });
  return { session, told, showLog: () => told.push('log'), tell: (text) => told.push(text) };
}

test('the manifest and the code name the same commands', () => {
  expect(manifest.contributes.commands.map(({ command }) => command).sort()).toEqual(Object.keys(commands).sort());
});

test('a command that needs the server says why nothing happens while there is none', async () => {
  const given = services();
  await runCommand('golgi.showStatus', given);
  expect(given.told).toEqual(['Golgi: stopped. The analysis server is not running.']);
});

test('the status is said in one sentence', async () => {
  const given = services();
  await given.session.start();
  await runCommand('golgi.showStatus', given);
  expect(given.told).toEqual(['Golgi 1.2.3, process 7, up for 65 s; models can be run']);
});

test('the log can be shown and the server restarted in any state', async () => {
  const given = services();
  await runCommand('golgi.showLog', given);
  await runCommand('golgi.restart', given);
  expect(given.told).toEqual(['log']);
  expect(given.session.state.kind).toBe('ready');
});
