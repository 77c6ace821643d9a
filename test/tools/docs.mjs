/**
 * `npm run docs`: writes docs/methods, a page a method: its card, from the descriptor, and a worked example, which is what
 * the command line prints for the bundled model and corpus. `npm run docs -- ap iou` writes these pages only, and
 * `npm run docs -- --cards` the cards of all, above the examples that are there. A test holds the cards to the descriptors.
 */
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as esbuild from 'esbuild';
import { ensureBuilt, root, run } from './setup.mjs';

const model = ['--model', 'media/models/demo-gpt2', '--corpus', 'media/corpus/golgi-sample.jsonl'];

/** What shows a method at work; by its id, or else by what it does to neurons. */
const examples = {
  ranks: (id) => ['rank', ...model, '--concept', 'wink.xpos=VBD', '--taps', 'ffn', '--method', id, '--top', '5'],
  regression: () => ['rank', ...model, '--target', 'position', '--taps', 'hidden', '--method', 'regression', '--top', '5'],
  describes: () => ['neuron', 'L2.ffn.46', ...model],
  compositional: () => ['explain', 'L3.ffn.0-15', ...model, '--set', 'length=3', '--top', '3'],
  'context-information': () => ['contexts', ...model, '--taps', 'ffn', '--layers', '4', '--of', 'wink.upos', '--top', '3'],
  'word-set': () => ['propose', ...model, '--taps', 'ffn', '--layers', '4', '--top', '5'],
  replication: () => ['align', 'L2.ffn.371', 'L3.ffn.495', ...model],
  omission: () => ['omission', '--model', 'media/models/demo-gpt2', '--text', 'The old man took his boat out on the lake.'],
};

const { outputFiles } = await esbuild.build({
  absWorkingDir: root,
  stdin: {
    contents: `export { methods, methodCard } from './server/src/methods'; export { cardMarkdown } from './server/src/protocol/methodCard';`,
    resolveDir: root,
  },
  bundle: true,
  platform: 'node',
  format: 'esm',
  write: false,
});
const { methods, methodCard, cardMarkdown } = await import(
  `data:text/javascript;base64,${Buffer.from(outputFiles[0].text).toString('base64')}`
);

const cardsOnly = process.argv.includes('--cards');
if (!cardsOnly) await ensureBuilt();
const folder = join(root, 'docs/methods');
mkdirSync(folder, { recursive: true });
const cache = mkdtempSync(join(tmpdir(), 'golgi-docs-'));
const wanted = process.argv.slice(2).filter((word) => word !== '--cards');
try {
  for (const card of methods.map(methodCard)) {
    if (wanted.length > 0 && !wanted.includes(card.id)) continue;
    process.stdout.write(`${card.id}\n`);
    const page = join(folder, `${card.id}.md`);
    const example = cardsOnly && existsSync(page) ? exampleOf(readFileSync(page, 'utf8')) : await workedExample(card);
    writeFileSync(page, `${cardMarkdown(card)}${example}`);
  }
} finally {
  rmSync(cache, { recursive: true, force: true });
}
writeFileSync(join(folder, 'README.md'), overview(methods.map(methodCard)));

/** The example on a page, with its heading. */
function exampleOf(page) {
  const at = page.indexOf('\n## Worked example\n');
  return at < 0 ? '' : page.slice(at);
}

/** The command and what it prints; nothing for a method that no example is known of. */
async function workedExample({ id, role }) {
  const make = examples[id] ?? examples[role];
  if (!make) return '';
  const args = make(id);
  const { code, output } = await run(process.execPath, [join(root, 'dist/golgi.js'), ...args], {
    env: { GOLGI_CACHE: cache, NO_COLOR: '1' },
  });
  if (code !== 0) throw new Error(`golgi ${args.join(' ')} ended with ${code}:\n${output}`);
  // How long it took differs from machine to machine.
  const text = output
    .replaceAll(`${root}/`, '')
    .split('\n')
    .filter((line) => !/^(ranked|probed|explained) in /.test(line))
    .map((line) => line.trimEnd())
    .join('\n')
    .trim();
  const command = `golgi ${args.map((part) => (/\s/.test(part) ? `"${part}"` : part)).join(' ')}`;
  return `\n## Worked example\n\nWith the bundled model:\n\n\`\`\`text\n$ ${command}\n${text}\n\`\`\`\n`;
}

function overview(cards) {
  const rows = cards.map(({ id, title, role, sees }) => `| [${id}](${id}.md) | ${title} | ${role} | ${sees} |`);
  return `# Methods\n\nWhat each method sees, what it is blind to, its formula, its parameters, and what it finds in the bundled model. Written by \`npm run docs\`.\n\n[What the methods find in MiniLM](minilm-ewt.md): all that rank, side by side, for seven concepts of an annotated corpus; measured by hand.\n\n| id | method | does | sees |\n| --- | --- | --- | --- |\n${rows.join('\n')}\n`;
}
