/**
 * `npm run package [-- --target linux-arm64]`: the installable extension of one platform, in `out/`, with the native
 * runtime of that platform only. `--stage` is what vsce calls first: minified bundles with the runtime beside them.
 */
import { cpSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { root, run } from './setup.mjs';

const staging = process.argv.includes('--stage');

/** The platform to package for, such as `linux-x64`: as asked, or this machine's. */
function wantedTarget() {
  const at = process.argv.indexOf('--target');
  return process.env.GOLGI_TARGET ?? (at < 0 ? `${process.platform}-${process.arch}` : process.argv[at + 1]);
}

/** Copies what `require('onnxruntime-node')` loads into dist/node_modules, where the bundles find it. */
function stageRuntime(target) {
  const [platform, arch] = target.split('-');
  const binaries = `onnxruntime-node/bin/napi-v6/${platform}/${arch}`;
  for (const part of [
    'onnxruntime-node/package.json',
    'onnxruntime-node/dist',
    binaries,
    'onnxruntime-common/package.json',
    'onnxruntime-common/dist/cjs',
  ]) {
    cpSync(join(root, 'node_modules', part), join(root, 'dist/node_modules', part), {
      recursive: true,
      filter: (path) => !/\.(d\.ts|map)$/.test(path),
    });
  }
}

/**
 * Builds, stages and packages.
 * @returns {Promise<{ file: string, output: string }>} the extension's file
 */
export async function packageExtension(target = wantedTarget()) {
  const file = join(root, 'out', `golgi-${target}.vsix`);
  mkdirSync(join(root, 'out'), { recursive: true });
  const vsce = join(root, 'node_modules/@vscode/vsce/vsce');
  const args = ['package', '--no-dependencies', '--no-rewrite-relative-links', '--target', target, '--out', file];
  const { code, output } = await run(process.execPath, [vsce, ...args], { env: { GOLGI_TARGET: target } });
  if (code !== 0) throw new Error(`vsce failed (exit code ${code}):\n${output}`);
  return { file, output };
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  if (staging) {
    const { code, output } = await run(process.execPath, [join(root, 'test/tools/build.mjs'), '--production']);
    process.stdout.write(output);
    if (code !== 0) process.exit(code);
    stageRuntime(wantedTarget());
  } else {
    const { output } = await packageExtension();
    process.stdout.write(output);
  }
}
