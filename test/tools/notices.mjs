/**
 * Renews the part of media/NOTICES.md below its marker: the licences of all packages that ship with the product, each text
 * once, under it the packages with their copyright lines. What stands above the marker is written by hand.
 *
 *   node test/tools/notices.mjs
 */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { format } from 'prettier';

const root = fileURLToPath(new URL('../..', import.meta.url));
const target = join(root, 'media/NOTICES.md');
const marker = '<!-- Below: written by test/tools/notices.mjs -->\n';
const mit = readFileSync(join(root, 'node_modules/wink-nlp/LICENSE'), 'utf8');

const groups = new Map();
for (const { folder, version } of shipped()) {
  const manifest = JSON.parse(readFileSync(join(root, folder, 'package.json'), 'utf8'));
  const { copyright, terms } = parted(licenceText(folder, manifest));
  const key = terms.replace(/[^a-z]+/gi, ' ').toLowerCase();
  const group = groups.get(key) ?? { licence: manifest.license, terms, packages: [] };
  groups.set(key, group);
  group.packages.push(`- ${manifest.name} ${version}${copyright ? `: ${copyright}` : ''}`);
}

const sections = [...groups.values()]
  .sort((a, b) => b.packages.length - a.packages.length || (a.packages[0] < b.packages[0] ? -1 : 1))
  .map(({ licence, terms, packages }) => `### ${licence}\n\n${[...new Set(packages)].sort().join('\n')}\n\n\`\`\`text\n${terms}\n\`\`\`\n`);
const [head] = readFileSync(target, 'utf8').split(marker);
writeFileSync(target, await format(`${head}${marker}\n${sections.join('\n')}`, { parser: 'markdown', printWidth: 140 }));

/** Packages of the lock file that are not for development only. */
function shipped() {
  const { packages } = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8'));
  return Object.entries(packages)
    .filter(([folder, entry]) => folder !== '' && !entry.dev && !entry.devOptional)
    .map(([folder, { version }]) => ({ folder, version }));
}

/** A package's licence files; the MIT text with its author where it says MIT and brings no file. */
function licenceText(folder, { license, author }) {
  const files = readdirSync(join(root, folder)).filter((name) => /^(licen[cs]e|notices?|copying|third|copyrightnotice)/i.test(name));
  if (files.length > 0)
    return files
      .sort()
      .map((name) => readFileSync(join(root, folder, name), 'utf8').trim())
      .join('\n\n');
  if (license !== 'MIT') throw new Error(`${folder} brings no licence text`);
  const name = typeof author === 'string' ? author : (author?.name ?? 'its authors');
  return mit.replace(/Copyright.*/, `Copyright (c) ${name}`);
}

/** The copyright lines of a text that is otherwise the same for many packages, and that rest. */
function parted(text) {
  const lines = text
    .replace(/\r/g, '')
    .split('\n')
    .map((line) => line.trimEnd());
  const isCopyright = (line) => /^\s*(copyright|\(c\)|portions copyright)\b/i.test(line) && line.length < 160;
  // Long texts hold examples of copyright lines; in them nothing is moved.
  if (lines.length > 60) return { copyright: '', terms: lines.join('\n').trim() };
  const copyright = lines
    .filter(isCopyright)
    .map((line) => line.trim())
    .join('; ');
  const terms = lines.filter((line) => !isCopyright(line) && !/^\W*((the )?(mit|isc)( license)?( \(mit\))?|license)\W*$/i.test(line));
  return {
    copyright,
    terms: terms
      .join('\n')
      .replace(/\n{3,}/g, '\n\n')
      .trim(),
  };
}
