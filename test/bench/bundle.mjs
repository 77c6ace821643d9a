/** Bundles the benchmarks, the recorders that they start, and what one of them runs inside an editor. A file of its own, since esbuild must be installed before it loads. */
import { join } from 'node:path';
import * as esbuild from 'esbuild';
import { root } from '../tools/setup.mjs';

/** A recorder in which statistics are left out. */
const leaveStatisticsOut = {
  name: 'leave statistics out',
  setup(build) {
    build.onResolve({ filter: /\/chunkStatistics$/ }, ({ importer }) =>
      importer.endsWith('chunkRecorder.ts') ? { path: join(root, 'test', 'bench', 'withoutStatistics.ts') } : undefined,
    );
  },
};

/**
 * @param {readonly string[]} names of files in this folder
 * @param {string} folder to write to
 */
export async function bundleBenchmarks(names, folder) {
  const common = {
    absWorkingDir: root,
    bundle: true,
    platform: 'node',
    format: 'cjs',
    target: 'node20',
    external: ['onnxruntime-node', 'playwright-core', '@sparticuz/chromium'],
    mainFields: ['module', 'main'],
    define: { 'import.meta.url': 'bundleUrl' },
    banner: { js: "const bundleUrl = require('node:url').pathToFileURL(__filename).href;" },
    logLevel: 'warning',
  };
  const recorder = 'server/src/activations/recorder.ts';
  await Promise.all([
    ...names.map((name) => esbuild.build({ ...common, entryPoints: [`test/bench/${name}.ts`], outfile: join(folder, `${name}.js`) })),
    esbuild.build({ ...common, entryPoints: [recorder], outfile: join(folder, 'recorder.js') }),
    esbuild.build({
      ...common,
      entryPoints: [recorder],
      outfile: join(folder, 'recorderWithoutStatistics.js'),
      plugins: [leaveStatisticsOut],
    }),
    esbuild.build({
      ...common,
      entryPoints: ['test/workbench/hostWork.ts'],
      external: ['vscode'],
      outfile: join(folder, 'hostWork.js'),
    }),
  ]);
}
