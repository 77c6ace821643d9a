/** A page of ours as the editor shows it: the real bundle under the real policy, a host that is played by the test. */
import { readFileSync } from 'node:fs';
import type { Browser, Page } from 'playwright-core';

export const themes = {
  dark: 'vscode-dark',
  light: 'vscode-light',
  hcDark: 'vscode-high-contrast',
  hcLight: 'vscode-high-contrast vscode-high-contrast-light',
} as const;
export type Theme = keyof typeof themes;

// Tests and benchmarks start in the root of the project.
const file = (path: string): string => readFileSync(path, 'utf8');
const address = 'https://golgi.test/';

export interface OpenPage {
  readonly page: Page;
  /** Whatever the browser complained about: refused by the policy, thrown by the page. */
  readonly complaints: string[];
  readonly show: (message: unknown) => Promise<void>;
  /** What the page has said since it was last asked. */
  readonly intents: () => Promise<Record<string, unknown>[]>;
}

/** Opens the bundle `dist/webview/<name>` in a theme, with the state that an earlier life of the page kept. */
export async function openPage(
  browser: Browser,
  name: string,
  theme: Theme,
  viewport = { width: 340, height: 900 },
  kept: unknown = undefined,
): Promise<OpenPage> {
  const page = await browser.newPage({ viewport });
  const complaints: string[] = [];
  page.on('console', (message) => complaints.push(message.text()));
  page.on('pageerror', (error) => complaints.push(error.message));
  const files = pageFiles(name, theme, address, kept);
  await page.route('**/*', (route) => {
    const found = files[route.request().url().slice(address.length)];
    return found ? route.fulfill(found) : route.abort();
  });
  await page.goto(address);
  return {
    page,
    complaints,
    show: async (message) => {
      await page.evaluate(`(${revive})(${JSON.stringify(toWire(message))})`);
      await page.evaluate(settled);
    },
    intents: () => page.evaluate('said.splice(0)'),
  };
}

/** What a browser asks for, by its path: the page `dist/webview/<name>` at an address, its bundle, a theme and a host that is played. */
export function pageFiles(
  name: string,
  theme: Theme,
  address: string,
  kept: unknown = undefined,
): Readonly<Record<string, { readonly contentType: string; readonly body: string }>> {
  return {
    '': {
      contentType: 'text/html; charset=utf-8',
      body: `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>${name}</title>
        <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src ${address} 'nonce-n0'; script-src 'nonce-n0'">
        <meta property="csp-nonce" content="n0"><link rel="stylesheet" href="theme.css"><link rel="stylesheet" href="page.css"></head>
        <body class="${themes[theme]}"><script nonce="n0" src="host.js"></script><script nonce="n0" src="page.js"></script></body></html>`,
    },
    'theme.css': { contentType: 'text/css', body: file(`test/webview/themes/${theme}.css`) },
    'page.css': { contentType: 'text/css', body: file(`dist/webview/${name}.css`) },
    'page.js': { contentType: 'text/javascript', body: file(`dist/webview/${name}.js`) },
    'host.js': {
      contentType: 'text/javascript',
      body: `window.said = []; window.kept = ${JSON.stringify(kept)};
        window.acquireVsCodeApi = () => { delete window.acquireVsCodeApi; return { postMessage: (m) => said.push(m), getState: () => kept, setState: (s) => { kept = s; } }; };`,
    },
  };
}

/** Bytes travel as text to the browser and become bytes there, as the editor would deliver them. */
function toWire(message: unknown): string {
  return JSON.stringify(message, (_, value: unknown) =>
    value instanceof Uint8Array ? { base64: Buffer.from(value).toString('base64') } : value,
  );
}

const revive = `(wire) => {
  const message = JSON.parse(wire, (_, value) => value?.base64 === undefined ? value : Uint8Array.from(atob(value.base64), (c) => c.charCodeAt(0)));
  window.postMessage(message, '*');
}`;

/** Two frames, and more while a page that got a large message says that it is busy with it. */
const settled = `(async () => {
  const frame = () => new Promise((done) => requestAnimationFrame(done));
  await frame();
  do await frame();
  while (document.querySelector('main[aria-busy=true]'));
})()`;
