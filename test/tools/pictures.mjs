/** Takes the pictures of README and walkthrough from the running product: `npm run pictures`, into out/pictures and media/walkthrough. */
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as esbuild from 'esbuild';
import { codeServerMissing, ensureCodeServer, runInCodeServer } from '../workbench/codeServer.mjs';
import { ensureBuilt, root } from './setup.mjs';
import { writeWebp } from './webp.mjs';

const folder = join(root, 'out', 'pictures');
const wish = join(folder, 'wish.json');
const limitMs = 300_000;
/** Where parts of the window lie in the picture of all of it. */
const parts = {};

await ensureBuilt();
const missing = codeServerMissing ?? (await ensureCodeServer());
if (missing) throw new Error(missing);
const workspace = join(folder, 'workspace');
mkdirSync(workspace, { recursive: true });
// Prose reads better in a picture than JSON does.
const sentences = readFileSync(join(root, 'media/corpus/golgi-sample.jsonl'), 'utf8').trimEnd().split('\n');
writeFileSync(join(workspace, 'sample.txt'), sentences.map((line) => `${JSON.parse(line).text}\n`).join(''));
const results = join(folder, 'pictures.json');
for (const old of [wish, results]) rmSync(old, { force: true });
await esbuild.build({
  entryPoints: [join(root, 'test/workbench/pictures.ts')],
  outfile: join(folder, 'pictures.js'),
  bundle: true,
  platform: 'node',
  format: 'cjs',
  external: ['vscode'],
  logLevel: 'warning',
});
process.env.GOLGI_PICTURE_WISH = wish;
let isOver = false;
/** What kept a picture from being taken. */
let fault;
const { code, log } = await runInCodeServer({
  extension: root,
  suite: join(folder, 'pictures.js'),
  workspace,
  results: folder,
  screenshot: join(folder, 'end.png'),
  limitMs,
  during: (page) => void takePictures(page),
});
isOver = true;
const failed = existsSync(results) ? JSON.parse(readFileSync(results, 'utf8')).find(({ error }) => error) : { error: log };
if (failed) throw new Error(failed.error);
if (fault) throw fault;
if (code !== 0) throw new Error(log);
const shipped = (name) => join(root, 'media', 'walkthrough', `${name}.webp`);
const taken = (name) => join(folder, `${name}.png`);
await writeWebp([
  { from: taken('window-dark'), to: shipped('window') },
  { from: taken('table-light'), to: shipped('table') },
  ...Object.entries(parts).map(([name, part]) => ({ from: taken('window-dark'), to: shipped(name), part })),
]);
process.stdout.write(`pictures are in ${folder}, those that ship in media/walkthrough\n`);

/** Takes a picture whenever the walk wishes one. */
async function takePictures(page) {
  while (!isOver) {
    // The walk wishes by a file, which nobody tells of.
    await new Promise((resolve) => setTimeout(resolve, 100));
    const name = existsSync(wish) ? readFileSync(wish, 'utf8') : '';
    if (name === '') continue;
    await takePicture(page, name).catch((error) => (fault ??= error));
    rmSync(wish, { force: true });
  }
}

async function takePicture(page, name) {
  // Pages draw and themes change on their own time; a picture has no event to wait for.
  await page.waitForTimeout(2_500);
  // A headless browser may leave out a frame that it has not been made to draw.
  await Promise.all(page.frames().map((frame) => frame.evaluate(drawn).catch(() => undefined)));
  await page.screenshot({ path: join(folder, `${name}.png`), timeout: 60_000 });
  if (name !== 'window-dark') return;
  for (const [part, selector] of [
    ['explorer', '.part.auxiliarybar'],
    ['hover', '.monaco-hover:visible'],
    ['rankings', '.part.sidebar'],
  ]) {
    const bounds = await page.locator(selector).first().boundingBox();
    if (!bounds) throw new Error(`${part} is not in the window: nothing is ${selector}`);
    parts[part] = Object.fromEntries(Object.entries(bounds).map(([key, value]) => [key, Math.round(value)]));
  }
}

/** Runs in a page: settles when it has been drawn. Pages that are hidden never are, so half a second is enough. */
function drawn() {
  return new Promise((resolve) => {
    setTimeout(resolve, 500);
    requestAnimationFrame(() => requestAnimationFrame(() => resolve(undefined)));
  });
}
