import { createHash } from 'node:crypto';
import * as vscode from 'vscode';

/** Copies secret values and clears the clipboard 30 s later and at deactivation, if it still holds the value. */
export class SecretClipboard {
  private timer: NodeJS.Timeout | undefined;
  private copied: string | undefined;

  constructor(private readonly keepMs = 30_000) {}

  /** Copies a secret value. Only its hash is kept for the comparison. */
  async copy(value: string): Promise<void> {
    await vscode.env.clipboard.writeText(value);
    this.copied = hash(value);
    clearTimeout(this.timer);
    this.timer = setTimeout(() => void this.clear(), this.keepMs);
  }

  /** Clears the clipboard now. Best effort: a browser refuses access to the clipboard when VS Code isn't focused. */
  async clear(): Promise<void> {
    clearTimeout(this.timer);
    this.timer = undefined;
    const copied = this.copied;
    if (copied === undefined) return;
    this.copied = undefined;
    try {
      if (hash(await vscode.env.clipboard.readText()) === copied) await vscode.env.clipboard.writeText('');
    } catch {
      // The browser refused. Clearing is documented as best effort.
    }
  }
}

function hash(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
