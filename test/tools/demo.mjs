/**
 * `npm run demo`: sets everything up and does the main job on the bundled model and corpus: which neurons stand for a
 * dozen concepts, by four methods, with a result file and a report to open.
 */
import { spawn } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join, relative } from 'node:path';
import { ensureBuilt, ensureInstalled, root } from './setup.mjs';

const concepts = [
  'wink.xpos=NNS',
  'wink.xpos=VBD',
  'rule:capitalised',
  'rule:quote',
  'rule:digit',
  'wink.upos=NUM',
  'rule:negation',
  'word:","',
  'word:"the"',
  'wink.xpos=MD',
  'wink.upos=NOUN',
  'rule:bracket',
];
const methods = 'ap,d-prime,mean-select,probeless';

await ensureInstalled();
await ensureBuilt();

const golgi = join(root, 'dist', 'golgi.js');
const folder = join(root, 'out', 'demo');
mkdirSync(folder, { recursive: true });
const result = join(folder, 'demo.golgi-result.json');
const report = join(folder, 'demo.html');

process.stdout.write('\nGolgi: which neurons of the bundled GPT-2 (4 layers) stand for a dozen concepts of the bundled corpus?\n\n');
const code = await new Promise((resolve) => {
  const args = [
    'rank',
    ...['--model', 'media/models/demo-gpt2', '--corpus', 'media/corpus/golgi-sample.jsonl', '--taps', 'hidden,ffn'],
    ...concepts.flatMap((concept) => ['--concept', concept]),
    // Ten neurons a ranking are shown, so ten get an interval.
    ...['--method', methods, '--brief', '--intervals', '10', '--out', result, '--out', report],
  ];
  const child = spawn(process.execPath, [golgi, ...args], { cwd: root, stdio: 'inherit' });
  child.on('close', (status) => resolve(status ?? 1));
});
if (code !== 0) process.exit(code);

process.stdout.write(`
What to do next
  look      open ${relative(root, report)} in a browser: every concept with its neurons, intervals and words
  one more  node dist/golgi.js neuron L3.ffn.0 --model media/models/demo-gpt2 --corpus media/corpus/golgi-sample.jsonl
  yours     node dist/golgi.js rank --model YOUR_FOLDER --corpus YOUR_FILE --concept upos=NOUN --method ap,probeless
            (node dist/golgi.js concepts --corpus YOUR_FILE lists what your file has; --help shows the rest)
`);
