/** The HTML around a page's bundle, under a strict content security policy. */
import { randomBytes } from 'node:crypto';
import * as vscode from 'vscode';

/** Scripts by nonce, styles from the extension's own folder or by nonce, nothing else. */
function pageHtml({ cspSource, script, style, nonce }: { cspSource: string; script: string; style: string; nonce: string }): string {
  const policy = `default-src 'none'; script-src 'nonce-${nonce}'; style-src ${cspSource} 'nonce-${nonce}'; font-src ${cspSource}`;
  return `<!DOCTYPE html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta http-equiv="Content-Security-Policy" content="${policy}">
    <!-- The controls look here before they add a style of their own. -->
    <meta property="csp-nonce" content="${nonce}">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <link rel="stylesheet" href="${style}">
  </head>
  <body>
    <script nonce="${nonce}" src="${script}"></script>
  </body>
</html>`;
}

/** Puts the page `name` into a webview, which may load nothing but the pages' folder. */
export function loadPage(webview: vscode.Webview, extension: vscode.Uri, name: 'explorer' | 'table' | 'card' | 'analysis'): void {
  const folder = vscode.Uri.joinPath(extension, 'dist', 'webview');
  const address = (file: string): string => webview.asWebviewUri(vscode.Uri.joinPath(folder, file)).toString();
  webview.options = { enableScripts: true, localResourceRoots: [folder] };
  webview.html = pageHtml({
    cspSource: webview.cspSource,
    script: address(`${name}.js`),
    style: address(`${name}.css`),
    nonce: randomBytes(16).toString('base64'),
  });
}
