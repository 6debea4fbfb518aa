import { randomBytes } from 'node:crypto';
import * as vscode from 'vscode';

/**
 * Reads the page of a webview from dist. Script, style sheet, and translated texts are embedded, because VS Code sometimes
 * doesn't deliver a webview's files, and the page would stay empty (vscode#326544, vscode#326956). Only the nonce lets
 * them run. Everything else arrives in messages.
 * @param name of the page's folder
 * @param title for screen readers
 */
export async function readPage(
  extensionUri: vscode.Uri,
  name: 'map' | 'report' | 'keys',
  title: string,
): Promise<string> {
  const read = async (file: string) => {
    const uri = vscode.Uri.joinPath(extensionUri, 'dist', name, file);
    return new TextDecoder().decode(await vscode.workspace.fs.readFile(uri));
  };
  const [script, style] = await Promise.all([read('main.js'), read('main.css')]);
  const { bundle } = vscode.l10n;
  const nonce = randomBytes(16).toString('base64url');
  const policy = [
    "default-src 'none'",
    `script-src 'nonce-${nonce}'`,
    `style-src 'nonce-${nonce}'`,
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ');
  return `<!DOCTYPE html>
<html lang="${escaped(bundle ? vscode.env.language : 'en')}">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width">
<title>${escaped(title)}</title>
<style nonce="${nonce}">${style}</style>
</head>
<body data-texts="${escaped(JSON.stringify(bundle ?? {}))}">
<script nonce="${nonce}">${script}</script>
</body>
</html>
`;
}

function escaped(text: string): string {
  return text.replace(/[&<>"]/g, (character) => `&#${character.charCodeAt(0)};`);
}
