/** The same tests in the desktop editor: one that is installed (`GOLGI_VSCODE`) or one that is downloaded. */
import { existsSync } from 'node:fs';
import { downloadAndUnzipVSCode, runTests, SilentReporter } from '@vscode/test-electron';

/**
 * The desktop editor to be used, or why there is none and what to do.
 * @param {string | undefined} named the executable that GOLGI_VSCODE names
 * @returns {Promise<{ executable: string } | { missing: string }>}
 */
export async function desktopEditor(named) {
  const remedy = 'Set GOLGI_VSCODE to the executable of an installed VS Code.';
  if (named && !existsSync(named)) return { missing: `GOLGI_VSCODE names ${named}, which is not there. ${remedy}` };
  if (process.platform === 'linux' && !process.env.DISPLAY && !process.env.WAYLAND_DISPLAY)
    return { missing: 'The desktop editor needs a display, and there is none. Run it below xvfb-run -a.' };
  if (named) return { executable: named };
  try {
    return { executable: await downloadAndUnzipVSCode({ reporter: new SilentReporter() }) };
  } catch (error) {
    return { missing: `VS Code could not be downloaded (${error instanceof Error ? error.message : error}). ${remedy}` };
  }
}

/**
 * @param {{ executable: string, extension: string, suite: string, workspace?: string, results: string }} options
 * @returns {Promise<{ code: number, log: string }>}
 */
export async function runInElectron({ executable, extension, suite, workspace, results }) {
  try {
    const code = await runTests({
      vscodeExecutablePath: executable,
      extensionDevelopmentPath: extension,
      extensionTestsPath: suite,
      extensionTestsEnv: { GOLGI_WORKBENCH_RESULTS: results },
      launchArgs: [
        ...(workspace ? [workspace] : []),
        '--disable-extensions',
        '--disable-workspace-trust',
        '--skip-welcome',
        '--skip-release-notes',
        '--no-sandbox',
      ],
    });
    return { code, log: '' };
  } catch (error) {
    return { code: 1, log: String(error) };
  }
}
