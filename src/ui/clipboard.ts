import { createHash } from 'node:crypto';
import * as vscode from 'vscode';

/** The clipboard for secret values: cleared 30 s after the copy, and at deactivation, if it still holds what was copied. */
export class SecretClipboard {
  private timer: NodeJS.Timeout | undefined;
  private copied: string | undefined;

  constructor(private readonly keepMs = 30_000) {}

  /** Puts a secret value on the clipboard. Only its hash is kept for the comparison. */
  async copy(value: string): Promise<void> {
    await vscode.env.clipboard.writeText(value);
    this.copied = hash(value);
    clearTimeout(this.timer);
    this.timer = setTimeout(() => void this.clear(), this.keepMs);
  }

  /** Clears now. Best effort: a web workbench without focus refuses the clipboard, and nothing can be done about it. */
  async clear(): Promise<void> {
    clearTimeout(this.timer);
    this.timer = undefined;
    const copied = this.copied;
    if (copied === undefined) return;
    this.copied = undefined;
    try {
      if (hash(await vscode.env.clipboard.readText()) === copied) await vscode.env.clipboard.writeText('');
    } catch {
      // Refused by the browser; the person was told that clearing is best effort.
    }
  }
}

function hash(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
