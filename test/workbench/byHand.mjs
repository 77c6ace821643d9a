/** What only a person's hands can do or see: a window without trust, pages on broken files, and the first ten minutes of a stranger. */
import assert from 'node:assert/strict';
import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { root, run } from '../tools/setup.mjs';

/** A person is patient, and so is a machine on which other things run. */
const patienceMs = 40_000;

/** The text of any of Golgi's pages in the window, once one holds what is looked for. */
async function pageThatSays(page, wanted) {
  const until = Date.now() + patienceMs;
  for (;;) {
    const frames = page.frames().filter((frame) => frame !== page.mainFrame());
    const texts = await Promise.all(frames.map((frame) => frame.evaluate(() => document.body?.innerText ?? '').catch(() => '')));
    const text = texts.find((each) => wanted.test(each));
    if (text !== undefined) return text;
    assert.ok(Date.now() < until, `a page says ${wanted}; the pages say ${JSON.stringify(texts.map((each) => each.slice(0, 300)))}`);
    await page.waitForTimeout(200);
  }
}

const welcome = (page) => page.locator('.welcome-view-content').first();
const button = (page, name) => page.locator('.welcome-view-content .monaco-button', { hasText: name });
const showGolgi = (page) => page.locator('.activitybar a[aria-label^="Golgi"]').click();
const file = (page, name) => page.locator('.explorer-viewlet .monaco-list-row', { hasText: name });
const neurons = (page) => page.locator('[aria-label*="Rankings"] .monaco-list-row', { hasText: /^L\d/ });

async function command(page, title) {
  await page.keyboard.press('F1');
  await page.locator('.quick-input-box input').fill(`>${title}`);
  await page.locator('.quick-input-list .monaco-list-row', { hasText: title }).first().click();
}

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

/** Tests of a workbench that asks for trust. Each is given the window and goes on where the one before has ended. */
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
];

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
    'a pinned neuron paints the text, by the keyboard alone',
    async (page) => {
      await page.keyboard.press('Control+k');
      await page.keyboard.press('Alt+p');
      await page.locator('.statusbar-item', { hasText: /L\d\.\w+\.\d+/ }).waitFor({ timeout: patienceMs });
    },
  ],
];

/** Tests in their order in one window; what a test needs of an earlier one that failed, it lacks. */
async function inWindow(page, tests, out, name) {
  const results = [];
  for (const [title, body] of tests) {
    const started = performance.now();
    const error = await body(page).then(
      () => null,
      (problem) => String(problem?.stack ?? problem),
    );
    await page.screenshot({ path: join(out, `${name}-${results.length + 1}.png`) });
    writeFileSync(join(out, `${name}.json`), JSON.stringify(results));
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
    ['stranger', stranger, false],
  ]) {
    const workbench = await start({ asksForTrust });
    try {
      const page = await workbench.open({ extension, workspace: folder });
      results.push(...(await inWindow(page, tests, out, name)));
    } finally {
      await workbench.stop();
    }
  }
  return results;
}
