/** Reference material that may lie beside the checkout. Tests that need it say that they are skipped when it is absent. */
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { join } from 'node:path';

const root = process.env['GOLGI_SHARED'] ?? fileURLToPath(new URL('../../../shared', import.meta.url));

/** Whether the folder of reference values, models and texts is there: `describe.skipIf(!hasShared)(…)`. */
export const hasShared = existsSync(join(root, 'fixtures'));

/** A path inside it, such as `shared('fixtures/models/bert')`. */
export function shared(path: string): string {
  return join(root, path);
}
