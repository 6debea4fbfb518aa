import { createHash } from 'node:crypto';
import * as vscode from 'vscode';

/** Copies secret values and clears the clipboard 30 s after the last one and at deactivation, if it still holds one. */
export class SecretClipboard {
  private timer: NodeJS.Timeout | undefined;
  /** Hashes of the copied values. There can be several, because copying and clearing take a moment and can overlap. */
  private readonly copied = new Set<string>();
  private copies = 0;

  constructor(private readonly keepMs = 30_000) {}

  /** Copies a secret value. Only its hash is kept for the comparison. */
  async copy(value: string): Promise<void> {
    this.copies += 1;
    this.copied.add(hash(value));
    clearTimeout(this.timer);
    this.timer = setTimeout(() => void this.clear(), this.keepMs);
    await vscode.env.clipboard.writeText(value);
  }

  /** Clears the clipboard now. Best effort: a browser refuses access to the clipboard when VS Code isn't focused. */
  async clear(): Promise<void> {
    clearTimeout(this.timer);
    this.timer = undefined;
    if (this.copied.size === 0) return;
    const { copies } = this;
    try {
      if (this.copied.has(hash(await vscode.env.clipboard.readText())))
        await vscode.env.clipboard.writeText('');
      // Nothing was copied in the meantime.
      if (copies === this.copies) this.copied.clear();
    } catch {
      // The browser refused. Clearing is documented as best effort.
    }
  }
}

/** A clipboard can change line ends. */
function hash(text: string): string {
  return createHash('sha256').update(text.replace(/\r\n?/g, '\n')).digest('hex');
}
