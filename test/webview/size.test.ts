/** Pages open at once because they are small. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';

const most = 400 * 1024;

test.each(['report', 'explorer', 'table', 'card', 'analysis'])('the bundle of the %s is at most 400 KB compressed', (name) => {
  const bytes = readFileSync(fileURLToPath(new URL(`../../dist/webview/${name}.js`, import.meta.url)));
  expect(gzipSync(bytes).length).toBeLessThanOrEqual(most);
});
