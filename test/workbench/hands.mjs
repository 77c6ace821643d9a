/** What the walks by hand do and look at again and again: Golgi's pages, its trees and its commands, by mouse and keyboard. */
import assert from 'node:assert/strict';

/** A person is patient, and so is a machine on which other things run. */
export const patienceMs = 120_000;

/** The text of any of Golgi's pages in the window, once one holds what is looked for. */
export async function pageThatSays(page, wanted) {
  const until = Date.now() + patienceMs;
  for (;;) {
    const frames = page.frames().filter((frame) => frame !== page.mainFrame());
    const texts = await Promise.all(frames.map((frame) => frame.evaluate(() => document.body?.innerText ?? '').catch(() => '')));
    const text = texts.find((each) => wanted.test(each));
    if (text !== undefined) return text;
    assert.ok(Date.now() < until, `a page says ${wanted}; the pages say ${JSON.stringify(texts.map((each) => each.slice(0, 300)))}`);
    // What a page draws tells nobody outside it, and the page may be replaced meanwhile: this looks again and again.
    await page.waitForTimeout(200);
  }
}

/** The page of Golgi's that holds an element. */
export async function frameWith(page, selector) {
  const until = Date.now() + patienceMs;
  for (;;) {
    for (const frame of page.frames())
      if (
        frame !== page.mainFrame() &&
        (await frame
          .locator(selector)
          .count()
          .catch(() => 0)) > 0
      )
        return frame;
    assert.ok(Date.now() < until, `a page has ${selector}`);
    // Pages come and go as frames of their own, and none of them tells: this looks again and again.
    await page.waitForTimeout(200);
  }
}

/** The text of an empty view. */
export const welcome = (page) => page.locator('.welcome-view-content').first();
/** A button of an empty view. */
export const button = (page, name) => page.locator('.welcome-view-content .monaco-button', { hasText: name });
/** Opens Golgi's side bar. */
export const showGolgi = (page) => page.locator('.activitybar a[aria-label^="Golgi"]').click();
/** A file in the list of files. */
export const file = (page, name) => page.locator('.explorer-viewlet .monaco-list-row', { hasText: name });
/** The neurons listed in Rankings. */
export const neurons = (page) => page.locator('[aria-label*="Rankings"] .monaco-list-row', { hasText: /^L\d/ });

/** Runs a command by its title, from the palette. A window that has just come up may not listen to its keys yet. */
export async function command(page, title) {
  const box = page.locator('.quick-input-box input');
  const until = Date.now() + patienceMs;
  do await page.keyboard.press('F1');
  while (!(await isThere(box, 2_000)) && Date.now() < until);
  await box.fill(`>${title}`, { timeout: patienceMs });
  await page.locator('.quick-input-list .monaco-list-row', { hasText: title }).first().click({ timeout: patienceMs });
}

/** Whether something is to be seen within a time. */
const isThere = (locator, timeout) =>
  locator.waitFor({ timeout }).then(
    () => true,
    () => false,
  );

/** The id of a neuron as the first words of a row; what stands behind it may begin with a digit. */
export const neuronOf = (row) => row.locator('.label-name').first().innerText();

/** Ranks neurons for the concept that the words find first, from the palette; settles when the tree shows its neurons. */
export async function rankFor(page, words, concept) {
  await command(page, 'Golgi: Rank Neurons for Concept');
  // The palette's own list is still there for a moment; what is typed must not go to it, or behind it.
  const box = page.locator('.quick-input-box input[placeholder*="Type a concept"]');
  await box.fill(words, { timeout: patienceMs });
  await page.locator('.quick-input-list .monaco-list-row.focused', { hasText: concept }).waitFor({ timeout: patienceMs });
  await page.keyboard.press('Enter');
}

/** The neurons of the first ranking in the tree, once it is for this concept. */
export async function rankedFor(page, concept) {
  await page.locator('[aria-label*="Rankings"] .monaco-list-row', { hasText: concept }).first().waitFor({ timeout: patienceMs });
  await neurons(page).first().waitFor({ timeout: patienceMs });
  return neurons(page).allInnerTexts();
}
