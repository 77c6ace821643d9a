/** The table of error codes is what documentation and scripts rely on: it lists what can happen and nothing else. */
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { errorCodes } from '../../../server/src/protocol/errors';

const source = fileURLToPath(new URL('../../../server/src', import.meta.url));

test('every code of the table is raised somewhere', () => {
  const code = readdirSync(source, { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.ts') && path !== join('protocol', 'errors.ts'))
    .map((path) => readFileSync(join(source, path), 'utf8'))
    .join('\n');
  expect(Object.keys(errorCodes).filter((name) => !code.includes(`'${name}'`))).toEqual([]);
});
