/** The order of the rooms is a promise of ARCHITECTURE.md; these plant what it forbids and see the lint refuse. */
import { fileURLToPath } from 'node:url';
import { ESLint } from 'eslint';
import { configs } from 'typescript-eslint';
import { expect, test } from 'vitest';

const root = fileURLToPath(new URL('../../..', import.meta.url));

// Planted files belong to no TypeScript project, so the rules that need types are left out.
const eslint = new ESLint({ cwd: root, overrideConfig: [configs.disableTypeChecked] });

async function complaints(path: string, code: string): Promise<string[]> {
  const [result] = await eslint.lintText(code, { filePath: `${root}/${path}` });
  return (result?.messages ?? []).filter(({ severity }) => severity === 2).map(({ ruleId, message }) => ruleId ?? message);
}

const importErrors = "import { shown } from '../protocol/errors';\nexport const text = shown('');\n";

test('a room may import from a room below it', async () => {
  expect(await complaints('server/src/corpus/planted.ts', importErrors)).toEqual([]);
});

test('the protocol may not import from a room above it', async () => {
  const code = "import type { Corpus } from '../corpus/corpus';\nexport type Planted = Corpus;\n";
  expect(await complaints('server/src/protocol/planted.ts', code)).toEqual(['boundaries/dependencies']);
});

test('no file but the one that turns telemetry off first may import onnxruntime', async () => {
  const code = "import * as ort from 'onnxruntime-node';\nexport const planted = ort;\n";
  expect(await complaints('server/src/worker/planted.ts', code)).toEqual(['no-restricted-imports']);
  expect(await complaints('server/src/jobs/planted.ts', code)).toEqual(['no-restricted-imports']);
  expect(await complaints('server/src/runtime/planted.ts', code)).toEqual(['no-restricted-imports']);
  expect(await complaints('server/src/runtime/onnxruntime.ts', code)).toEqual([]);
});

test('methods may not read files', async () => {
  const code = "import { readFileSync } from 'node:fs';\nexport const planted = readFileSync;\n";
  expect(await complaints('server/src/methods/planted.ts', code)).toEqual(['no-restricted-imports']);
});

test('the extension may import the protocol and no other room of the server', async () => {
  const wanted = "import { shown } from '../../server/src/protocol/errors';\nexport const text = shown('');\n";
  expect(await complaints('extension/src/planted.ts', wanted)).toEqual([]);
  const code = "import type { Corpus } from '../../server/src/corpus/corpus';\nexport type Planted = Corpus;\n";
  expect(await complaints('extension/src/planted.ts', code)).toEqual(['boundaries/dependencies']);
});

test('a page may import the protocol and no other room of the server', async () => {
  const wanted = "import type { Problem } from '../../../server/src/protocol/errors';\nexport type Planted = Problem;\n";
  expect(await complaints('webview/src/report/planted.ts', wanted)).toEqual([]);
  const code = "import type { Corpus } from '../../../server/src/corpus/corpus';\nexport type Planted = Corpus;\n";
  expect(await complaints('webview/src/report/planted.ts', code)).toEqual(['boundaries/dependencies']);
});

test('nothing that ships may import from the tests', async () => {
  const code = "import { media } from '../../../test/helpers/media';\nexport const planted = media('');\n";
  expect(await complaints('server/src/corpus/planted.ts', code)).toEqual(['boundaries/dependencies']);
});
