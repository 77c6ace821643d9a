/**
 * Bundles everything into `dist/`: the extension, the analysis server, its worker and recorder, the command line and the
 * pages. `--production` minifies and leaves source maps out; `--watch` rebuilds on every change.
 */
import { chmodSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import * as esbuild from 'esbuild';
import sveltePlugin from 'esbuild-svelte';
import { root } from './setup.mjs';

const production = process.argv.includes('--production');
const watch = process.argv.includes('--watch');

/** @type {esbuild.BuildOptions} */
const common = {
  absWorkingDir: root,
  bundle: true,
  minify: production,
  sourcemap: !production,
  legalComments: 'none',
  logLevel: 'warning',
};

/** Packages that are large: each is a file beside the programs, named here, read by those that need it, when they need it. */
const apart = { 'wink-pos-tagger': 'wink-pos-tagger', 'h5wasm/node': 'h5wasm', 'vscode-languageclient/node': 'vscode-languageclient' };

/** @type {esbuild.Plugin} */
const keepApart = {
  name: 'keep-apart',
  setup({ onResolve }) {
    onResolve({ filter: new RegExp(`^(${Object.keys(apart).join('|')})$`) }, ({ path, kind }) =>
      kind === 'entry-point' ? undefined : { path: `./${apart[path]}.js`, external: true },
    );
  },
};

// CommonJS, because VS Code loads extensions so and `dist/*.js` needs no package.json of its own. What CommonJS lacks,
// `import.meta.url`, is the file's own address, so that `new URL('./recorder.js', import.meta.url)` lies beside the bundle.
/** @type {esbuild.BuildOptions} */
const node = {
  ...common,
  platform: 'node',
  format: 'cjs',
  target: 'node20',
  // As they are: escaped, the bytes of a WebAssembly program in a string take half as much again.
  charset: 'utf8',
  // `vscode` exists only inside the editor; the runtime is native code, found in node_modules or in dist/node_modules.
  external: ['vscode', 'onnxruntime-node'],
  mainFields: ['module', 'main'],
  define: { 'import.meta.url': 'bundleUrl' },
  plugins: [keepApart],
};

const bundleUrl = "const bundleUrl = require('node:url').pathToFileURL(__filename).href;";
/** A program that a terminal can start by its name. */
const executable = 'golgi';

const programs = {
  extension: 'extension/src/extension.ts',
  server: 'server/src/main.ts',
  worker: 'server/src/worker/main.ts',
  recorder: 'server/src/activations/recorder.ts',
  golgi: 'server/src/cli/main.ts',
  ...Object.fromEntries(Object.entries(apart).map(([name, file]) => [file, name])),
};

/** @type {esbuild.BuildOptions} */
const page = {
  ...common,
  platform: 'browser',
  format: 'iife',
  target: ['chrome128', 'firefox128', 'safari17'],
  conditions: ['svelte', 'browser', production ? 'production' : 'development'],
  mainFields: ['svelte', 'browser', 'module', 'main'],
  // Styles stay in a file of their own: injected ones are dropped by a strict content security policy.
  plugins: [sveltePlugin({ cache: watch, compilerOptions: { css: 'external', dev: !production } })],
};

const pages = {
  report: 'webview/src/report/main.ts',
  explorer: 'webview/src/explorer/main.ts',
  table: 'webview/src/table/main.ts',
  card: 'webview/src/card/main.ts',
  analysis: 'webview/src/analysis/main.ts',
};

const builds = [
  ...Object.entries(programs).map(([name, entry]) => ({
    ...node,
    banner: { js: name === executable ? `#!/usr/bin/env node\n${bundleUrl}` : bundleUrl },
    entryPoints: [entry],
    outfile: `dist/${name}.js`,
  })),
  ...Object.entries(pages).map(([name, entry]) => ({ ...page, entryPoints: [entry], outfile: `dist/webview/${name}.js` })),
];

if (watch) {
  const contexts = await Promise.all(builds.map((options) => esbuild.context({ ...options, logLevel: 'info' })));
  await Promise.all(contexts.map((context) => context.watch()));
} else {
  // What an earlier build left and this one does not overwrite: source maps, and a staged runtime that may be outdated.
  rmSync(join(root, production ? 'dist' : 'dist/node_modules'), { recursive: true, force: true });
  // esbuild prints what is wrong itself; every bundle is tried, so that one run shows everything.
  const built = await Promise.allSettled(builds.map((options) => esbuild.build(options)));
  if (built.some(({ status }) => status === 'rejected')) process.exitCode = 1;
  if (process.exitCode !== 1) chmodSync(join(root, `dist/${executable}.js`), 0o755);
}
