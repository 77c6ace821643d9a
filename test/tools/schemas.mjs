/** Writes the JSON schemas in media/schemas from the schemas in the code. Run it when one of them changes; a test compares them. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as esbuild from 'esbuild';
import { root } from './setup.mjs';

const { outputFiles } = await esbuild.build({
  absWorkingDir: root,
  entryPoints: ['server/src/study/resultFile.ts'],
  bundle: true,
  platform: 'node',
  format: 'esm',
  write: false,
});
const { resultJsonSchema } = await import(`data:text/javascript;base64,${Buffer.from(outputFiles[0].text).toString('base64')}`);
writeFileSync(join(root, 'media/schemas/golgi-result.schema.json'), `${JSON.stringify(resultJsonSchema(), null, 2)}\n`);
