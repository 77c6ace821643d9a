/** What ships. Needs the staged bundles that `npm run package` leaves in dist/, as `npm test` makes them. */
import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

const root = fileURLToPath(new URL('../..', import.meta.url));
const isStaged = existsSync(join(root, 'dist/node_modules'));

describe.skipIf(!isStaged)('the package', () => {
  const vsce = [join(root, 'node_modules/@vscode/vsce/vsce'), 'ls', '--no-dependencies'];
  let files: string[];
  let elsewhere: string;

  beforeAll(() => {
    files = execFileSync(process.execPath, vsce, { cwd: root, encoding: 'utf8' }).trim().split(/\r?\n/).sort();
    elsewhere = mkdtempSync(join(tmpdir(), 'golgi-package-'));
    for (const file of files) cpSync(join(root, file), join(elsewhere, file));
  });
  afterAll(() => rmSync(elsewhere, { recursive: true, force: true }));

  test('holds exactly the files that are meant to ship', () => {
    const expected = readFileSync(new URL('./files.txt', import.meta.url), 'utf8')
      .trim()
      .split('\n');
    const platform = `bin/napi-v6/${process.platform}/${process.arch}/`;
    const isBinary = (file: string): boolean => file.includes('/bin/napi-v6/');
    expect(files.filter((file) => !isBinary(file))).toEqual(expected.sort());
    expect(files.filter(isBinary).every((file) => file.includes(platform))).toBe(true);
    expect(files.some((file) => file.endsWith(`${platform}onnxruntime_binding.node`))).toBe(true);
  });

  test.each(['extension.js', 'server.js', 'golgi.js'])('keeps the runtime out of %s', (bundle) => {
    expect(readFileSync(join(root, 'dist', bundle), 'utf8')).not.toMatch(/require\(["']onnxruntime/);
  });

  test('runs a model away from the repository, with nothing but its own files', () => {
    const golgi = join(elsewhere, 'dist/golgi.js');
    const model = join(elsewhere, 'media/models/demo-gpt2');
    const card = execFileSync(process.execPath, [golgi, 'model', '--model', model, '--check', '--json'], {
      cwd: elsewhere,
      encoding: 'utf8',
    });
    expect(JSON.parse(card)).toMatchObject({ layers: 4 });
  });
});
