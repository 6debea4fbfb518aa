import { randomBytes } from 'node:crypto';
import * as vscode from 'vscode';

/** The folder that contains the page's script and style sheet. */
export function mapFiles(extensionUri: vscode.Uri): vscode.Uri {
  return vscode.Uri.joinPath(extensionUri, 'dist', 'map');
}

/**
 * The page of the access map. It loads only its own script and style sheet. Translated texts are embedded, so that the
 * script has them from the start. Everything else arrives in messages.
 */
export function mapPage(webview: vscode.Webview, extensionUri: vscode.Uri): string {
  const { bundle } = vscode.l10n;
  const nonce = randomBytes(16).toString('base64url');
  const uri = (name: string) =>
    webview.asWebviewUri(vscode.Uri.joinPath(mapFiles(extensionUri), name)).toString();
  const policy = [
    "default-src 'none'",
    `script-src 'nonce-${nonce}'`,
    `style-src ${webview.cspSource}`,
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ');
  return `<!DOCTYPE html>
<html lang="${escaped(bundle ? vscode.env.language : 'en')}">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width">
<title>${escaped(vscode.l10n.t('Access Map'))}</title>
<link rel="stylesheet" href="${uri('main.css')}">
</head>
<body data-texts="${escaped(JSON.stringify(bundle ?? {}))}">
<script nonce="${nonce}" src="${uri('main.js')}"></script>
</body>
</html>
`;
}

function escaped(text: string): string {
  return text.replace(/[&<>"]/g, (character) => `&#${character.charCodeAt(0)};`);
}
