import { randomBytes } from 'node:crypto';
import * as vscode from 'vscode';

/** Where the window's script and style sheet are. */
export function mapFiles(extensionUri: vscode.Uri): vscode.Uri {
  return vscode.Uri.joinPath(extensionUri, 'dist', 'map');
}

/**
 * The page of the access map. Nothing but its own script and style sheet is loaded, and nothing of what it shows is in
 * it: that comes by messages.
 */
export function mapPage(webview: vscode.Webview, extensionUri: vscode.Uri): string {
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
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width">
<title>Access Map</title>
<link rel="stylesheet" href="${uri('main.css')}">
</head>
<body>
<script nonce="${nonce}" src="${uri('main.js')}"></script>
</body>
</html>
`;
}
