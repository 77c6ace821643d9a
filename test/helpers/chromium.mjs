/** A real Chromium from the npm registry, for the pages and for the workbench. It exists for x64 Linux only. */
import { writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium } from 'playwright-core';

/** Why there is no Chromium on this machine; undefined when there is one. */
export const chromiumMissing =
  process.platform === 'linux' && process.arch === 'x64'
    ? undefined
    : `the Chromium of the tests is built for linux-x64 only, this is ${process.platform}-${process.arch}`;

// Of the package's own flags, `--single-process` ends the browser with its first page and `--disable-web-security` would
// hide what a test looks for. Tests run as root in containers, where the sandbox and /dev/shm are missing.
const args = ['--no-sandbox', '--disable-dev-shm-usage', '--use-gl=angle', '--use-angle=swiftshader', '--font-render-hinting=none'];

/**
 * Starts it, headless. The caller closes it.
 * @returns {Promise<import('playwright-core').Browser>}
 */
export async function launchChromium() {
  // Read when the package is loaded: without it Chromium expects libraries (NSS) that a bare machine does not have.
  process.env.AWS_LAMBDA_JS_RUNTIME ??= 'nodejs20.x';
  const { default: packaged } = await import('@sparticuz/chromium');
  process.env.FONTCONFIG_FILE ??= fontList();
  return chromium.launch({ executablePath: await packaged.executablePath(), args, headless: true });
}

/** The package's own face for text, and the machine's for code where it has one: without it ids are not drawn in a code face. */
function fontList() {
  const alias = (name, face) => `<alias binding="strong"><family>${name}</family><prefer><family>${face}</family></prefer></alias>`;
  const file = join(tmpdir(), `golgi-fonts-${process.pid}.conf`);
  writeFileSync(
    file,
    `<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd"><fontconfig>
    <dir>${join(tmpdir(), 'fonts')}</dir><dir>/usr/share/fonts</dir><cachedir>${join(tmpdir(), 'fonts-cache')}</cachedir>
    ${['system-ui', 'sans-serif', 'Ubuntu', 'DejaVu Sans'].map((name) => alias(name, 'Open Sans')).join('')}
    ${['monospace', 'Droid Sans Mono'].map((name) => alias(name, 'DejaVu Sans Mono')).join('')}</fontconfig>`,
  );
  return file;
}
