/** The same tests in the desktop editor: one that is installed (`GOLGI_VSCODE`) or one that is downloaded. Needs a display. */
import { runTests } from '@vscode/test-electron';

/**
 * @param {{ executable?: string, extension: string, suite: string, workspace?: string, results: string }} options
 * @returns {Promise<{ code: number, log: string }>}
 */
export async function runInElectron({ executable, extension, suite, workspace, results }) {
  try {
    const code = await runTests({
      ...(executable ? { vscodeExecutablePath: executable } : {}),
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
