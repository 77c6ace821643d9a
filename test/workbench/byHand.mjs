/** What only a person's hands can do or see: a window without trust, pages on broken files, and the first ten minutes of a stranger. */
import assert from 'node:assert/strict';
import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { root, run } from '../tools/setup.mjs';
import {
  button,
  command,
  file,
  frameWith,
  neuronOf,
  neurons,
  pageThatSays,
  patienceMs,
  rankFor,
  rankedFor,
  showGolgi,
  welcome,
} from './hands.mjs';

/** A folder with a text, its result, half of that result, and one that a later version has written. */
async function strangersFolder(folder) {
  mkdirSync(folder, { recursive: true });
  copyFileSync(join(root, 'test/workbench/harbour.txt'), join(folder, 'harbour.txt'));
  const whole = join(folder, 'whole.golgi-result.json');
  const corpus = ['--corpus', join(folder, 'harbour.txt'), '--concept', 'wink.xpos=VBD', '--cache', join(folder, '..', 'cache')];
  const model = ['--model', join(root, 'media/models/demo-gpt2'), '--taps', 'hidden', '--null', '20'];
  const { code, output } = await run(process.execPath, [join(root, 'dist/golgi.js'), 'rank', ...model, ...corpus, '--out', whole]);
  assert.equal(code, 0, output);
  const text = readFileSync(whole, 'utf8');
  writeFileSync(join(folder, 'half.golgi-result.json'), text.slice(0, text.length / 2));
  writeFileSync(join(folder, 'later.golgi-result.json'), text.replace('"golgi-result/1"', '"golgi-result/999"'));
}

/** Tests of a workbench that asks for trust. Each is given the window and its place, and goes on where the one before has ended. */
const withoutTrust = [
  [
    'a folder that is not trusted can be looked at, and the reason why nothing runs is beside the button that helps',
    async (page) => {
      await page.locator('.statusbar-item', { hasText: 'Restricted Mode' }).waitFor({ timeout: patienceMs });
      await showGolgi(page);
      await button(page, 'Manage Workspace Trust').waitFor({ timeout: patienceMs });
      assert.match(await welcome(page).innerText(), /Reading only\. Saved results and tables open\./);
    },
  ],
  [
    'a command that would run a model says why it does not, and where trust is given',
    async (page) => {
      await command(page, 'Golgi: Choose Model');
      // Notices pop up only in windows that the system has given the focus; the list of them is always there.
      await command(page, 'Notifications: Show Notifications');
      const notice = page.locator('.notification-list-item', { hasText: 'not trusted' });
      await notice.waitFor({ timeout: patienceMs });
      assert.equal(await notice.locator('.monaco-button', { hasText: 'Manage Workspace Trust' }).count(), 1);
      await command(page, 'Notifications: Clear All');
    },
  ],
  [
    'a saved result opens without trust',
    async (page) => {
      await command(page, 'View: Show Explorer');
      await file(page, 'whole.golgi-result.json').dblclick();
      await pageThatSays(page, /neurons beat shuffled labels[\s\S]*L\d\.hidden\.\d+/);
    },
  ],
  [
    'a result that was cut in half says so, and what to do',
    async (page) => {
      await file(page, 'half.golgi-result.json').dblclick();
      await pageThatSays(page, /The file is not whole[\s\S]*run the analysis again[\s\S]*RESULT_FILE/);
    },
  ],
  [
    'a result of another version says which it is',
    async (page) => {
      await file(page, 'later.golgi-result.json').dblclick();
      await pageThatSays(page, /golgi-result\/999|version 999/);
    },
  ],
  [
    'once the folder is trusted the model can be chosen, without a reload',
    async (page) => {
      await showGolgi(page);
      await button(page, 'Manage Workspace Trust').click();
      await page.locator('.workspace-trust-editor .monaco-button', { hasText: /^Trust$/ }).click({ timeout: patienceMs });
      await button(page, 'Choose Model').waitFor({ timeout: patienceMs });
    },
  ],
  [
    'the card of a model says that its self-checks hold, and a tap put elsewhere is kept in the settings of the folder until it is undone',
    async (page, { folder }) => {
      const settings = join(folder, '.vscode/settings.json');
      await command(page, 'Golgi: Show Model Card');
      await page.locator('.quick-input-list .monaco-list-row', { hasText: 'demo-gpt2' }).waitFor({ timeout: patienceMs });
      await page.keyboard.press('Enter');
      const card = await frameWith(page, '[aria-label="Change L1.hidden"]');
      await card.getByText('Run Self-Check').click();
      await pageThatSays(page, /✓ 5 of 5 self-checks held/);
      await card.getByLabel('Change L1.hidden').click();
      const other = page.locator('.quick-input-list .monaco-list-row.focused', { hasText: 'the stream after addition 1 of 2' });
      const tensor = await neuronOf(other);
      await page.keyboard.press('Enter');
      await pageThatSays(page, /1 tap chosen by hand/);
      assert.deepEqual(Object.values(chosenTapsIn(settings)), [{ 'L1.hidden': tensor }]);
      await card.getByLabel('Undo L1.hidden').click();
      await card.getByText('chosen by hand').first().waitFor({ state: 'detached', timeout: patienceMs });
      assert.deepEqual(chosenTapsIn(settings), {});
    },
  ],
];

const chosenTapsIn = (file) => JSON.parse(readFileSync(file, 'utf8'))['golgi.chosenTaps'] ?? {};

/** The first minutes of a stranger with a text of their own. */
const stranger = [
  [
    'a stranger chooses a model and a text of their own with two clicks and two times Enter',
    async (page) => {
      await file(page, 'harbour.txt').dblclick({ timeout: patienceMs });
      await showGolgi(page);
      await button(page, 'Choose Model').click({ timeout: patienceMs });
      await page.locator('.quick-input-list .monaco-list-row', { hasText: 'demo-gpt2' }).waitFor({ timeout: patienceMs });
      await page.keyboard.press('Enter');
      await button(page, 'Choose Corpus').click({ timeout: patienceMs });
      await page.locator('.quick-input-list .monaco-list-row', { hasText: 'harbour.txt' }).waitFor({ timeout: patienceMs });
      await page.keyboard.press('Enter');
      await button(page, 'Rank Neurons').waitFor({ timeout: patienceMs });
    },
  ],
  [
    'whoever types past tense and Enter has ranked the neurons for it',
    async (page) => {
      await button(page, 'Rank Neurons').click();
      await page.locator('.quick-input-list .monaco-list-row').first().waitFor({ timeout: patienceMs });
      await page.keyboard.type('past tense');
      await page.locator('.quick-input-list .monaco-list-row.focused', { hasText: 'verb, past tense' }).waitFor({ timeout: patienceMs });
      await page.keyboard.press('Enter');
      await neurons(page).first().waitFor({ timeout: patienceMs });
      await pageThatSays(page, /neurons beat shuffled labels/);
    },
  ],
  [
    'a click on the best neuron shows where it fires, and a click on an example the words in the text',
    async (page) => {
      await neurons(page).first().click();
      await pageThatSays(page, /fires on[\s\S]*DISTRIBUTION/i);
      await page.keyboard.press('F4');
      await page.locator('.tab.active', { hasText: 'harbour.txt' }).waitFor({ timeout: patienceMs });
      await page.locator('.monaco-editor .selected-text').first().waitFor({ timeout: patienceMs });
    },
  ],
  [
    'a pinned neuron paints the text, and the paint comes off and on again, by the keyboard alone',
    async (page) => {
      await page.keyboard.press('Control+k');
      await page.keyboard.press('Alt+p');
      await pinInStatus(page).waitFor({ timeout: patienceMs });
      await painted(page).first().waitFor({ timeout: patienceMs });
      await page.keyboard.press('Control+k');
      await page.keyboard.press('Alt+h');
      await painted(page).first().waitFor({ state: 'detached', timeout: patienceMs });
      await page.keyboard.press('Control+k');
      await page.keyboard.press('Alt+h');
      await painted(page).first().waitFor({ timeout: patienceMs });
    },
  ],
  [
    'the word under the cursor has a hover by the keyboard, and Find elsewhere opens a peek of its other places',
    async (page) => {
      await command(page, 'Show or Focus Hover');
      const link = page.locator('.monaco-hover a', { hasText: 'Find elsewhere' }).first();
      await link.waitFor({ timeout: patienceMs });
      await link.click();
      await page.locator('.peekview-widget .ref-tree .monaco-list-row').first().waitFor({ timeout: patienceMs });
      await page.keyboard.press('Escape');
    },
  ],
  [
    'Explore Here lists what fires at the word under the cursor by one chord, and Enter shows the first of it',
    async (page) => {
      await page.locator('.monaco-editor .view-lines').first().click();
      await page.keyboard.press('Control+k');
      await page.keyboard.press('Alt+e');
      const first = page.locator('.quick-input-list .monaco-list-row.focused', { hasText: /L\d\.\w+\.\d+/ });
      await first.waitFor({ timeout: patienceMs });
      const neuron = await neuronOf(first);
      await page.keyboard.press('Enter');
      await pageThatSays(page, new RegExp(`${neuron.replaceAll('.', '\\.')}[\\s\\S]*DISTRIBUTION`, 'i'));
    },
  ],
  [
    'an arrow key in the concept table shows the neuron of the next row beside it, as a preview',
    async (page) => {
      await page.locator('.tab', { hasText: 'golgi-result' }).first().click();
      const table = await frameWith(page, '[role=grid]');
      await table.locator('[role=grid]').focus();
      await page.keyboard.press('ArrowDown');
      await page.keyboard.press('ArrowDown');
      const neuron = await table.locator('tr:has(.focused) th').first().innerText();
      const explorer = await frameWith(page, 'h2.preview');
      await explorer.locator('h2.preview', { hasText: neuron.trim() }).waitFor({ timeout: patienceMs });
      await page.keyboard.press('Escape');
    },
  ],
  [
    'a reload brings model, corpus, ranking, pin, painted text, table and neuron back',
    async (page) => {
      await page.reload();
      await pinInStatus(page).waitFor({ timeout: patienceMs });
      await showGolgiIfHidden(page);
      await rankedFor(page, 'wink.xpos=VBD');
      // The table is in front; a pin has a scale once the text that it paints is seen.
      await page.locator('.tab', { hasText: 'harbour.txt' }).click({ timeout: patienceMs });
      await page.locator('[aria-label*="Pins"] .monaco-list-row', { hasText: /fill, / }).waitFor({ timeout: patienceMs });
      await page.locator('.tab', { hasText: 'harbour.txt' }).click({ timeout: patienceMs });
      await painted(page).first().waitFor({ timeout: patienceMs });
      await page.locator('.tab', { hasText: 'golgi-result' }).first().click({ timeout: patienceMs });
      await pageThatSays(page, /neurons beat shuffled labels/);
      await pageThatSays(page, /fires on[\s\S]*DISTRIBUTION[\s\S]*Best score for wink\.xpos=VBD/i);
    },
  ],
];

const pinInStatus = (page) => page.locator('.statusbar-item', { hasText: /L\d\.\w+\.\d+/ });

/** Words that an extension has decorated in the text in front; no other extension does. */
const painted = (page) => page.locator('.monaco-editor .view-overlays [class*="TextEditorDecorationType"]');

async function showGolgiIfHidden(page) {
  if ((await page.locator('[aria-label*="Rankings"]').count()) === 0) await showGolgi(page);
}

/** Two windows on one folder rank at the same time, and both come out as they do alone. */
const twoWindows = [
  [
    'two windows on one folder rank different concepts at the same time, and each shows its own',
    async (page, { open }) => {
      const other = await open();
      await Promise.all([pinInStatus(page), pinInStatus(other)].map((pin) => pin.waitFor({ timeout: patienceMs })));
      await showGolgiIfHidden(other);
      await rankFor(other, 'wink.xpos=NNS', 'plural');
      const alone = { past: await rankedFor(page, 'wink.xpos=VBD'), plural: await rankedFor(other, 'wink.xpos=NNS') };
      assert.notDeepEqual(alone.past, alone.plural);
      // Now both change, the second while the first is at work.
      await rankFor(other, 'wink.xpos=VBD', 'past tense');
      await rankFor(page, 'wink.xpos=NNS', 'plural');
      assertSameRows(await rankedFor(other, 'wink.xpos=VBD'), alone.past);
      assertSameRows(await rankedFor(page, 'wink.xpos=NNS'), alone.plural);
      await other.close();
    },
  ],
];

/** Compares what two windows show, as far as the one with less room for rows shows it. */
function assertSameRows(some, others) {
  const rows = Math.min(some.length, others.length);
  assert.ok(rows >= 3, `${rows} rows are in view`);
  assert.deepEqual(some.slice(0, rows), others.slice(0, rows));
}

/** Tests in their order in one window; what a test needs of an earlier one that failed, it lacks. */
async function inWindow(page, tests, out, name, place) {
  const results = [];
  for (const [title, body] of tests) {
    const started = performance.now();
    const error = await body(page, place).then(
      () => null,
      (problem) => String(problem?.stack ?? problem),
    );
    // Pictures are for people to look at: one that a busy machine did not take must not cost what was found.
    await page.screenshot({ path: join(out, `${name}-${results.length + 1}.png`), timeout: 30_000 }).catch(() => undefined);
    results.push({ name: title, error, milliseconds: Math.round(performance.now() - started) });
  }
  return results;
}

/** Both walks; pictures of each stop go to `out`. `start` starts a workbench. */
export async function runByHand({ extension, out, start }) {
  const folder = join(out, 'stranger');
  await strangersFolder(folder);
  const results = [];
  for (const [name, tests, asksForTrust] of [
    ['withoutTrust', withoutTrust, true],
    ['stranger', [...stranger, ...twoWindows], false],
  ]) {
    const workbench = await start({ asksForTrust });
    try {
      const open = () => workbench.open({ extension, workspace: folder });
      results.push(...(await inWindow(await open(), tests, out, name, { open, folder })));
    } finally {
      await workbench.stop();
    }
  }
  return results;
}
