import fs from 'node:fs';
import path from 'node:path';

/** Writes three kinds of logs: one with a new file whenever it's full, one that's renamed when it's full, and one that only grows. */
export class RollingWriter {
  private readonly names = ['new0', 'roll0', 'grow'];
  private files = ['new0.log', 'roll.log', 'grow.log'];

  constructor(
    private readonly folder: string,
    private readonly written: Map<string, string[]>,
  ) {}

  append(batch: readonly string[], kind: number): void {
    const name = this.names[kind] ?? '';
    const lines = batch.map((line) => `${name} ${line}`);
    const file = path.join(this.folder, this.files[kind] ?? '');
    fs.appendFileSync(file, lines.map((line) => `${line}\r\n`).join(''));
    this.written.set(name, [...(this.written.get(name) ?? []), ...lines]);
    if (kind < 2 && fs.statSync(file).size > 100_000) this.roll(kind);
  }

  private roll(kind: number): void {
    const number = Number(/\d+$/.exec(this.names[kind] ?? '')?.[0]) + 1;
    if (kind === 1) {
      for (let old = number; old > 0; old--) {
        const from = path.join(this.folder, old === 1 ? 'roll.log' : `roll.${old - 1}.log`);
        if (fs.existsSync(from)) fs.renameSync(from, path.join(this.folder, `roll.${old}.log`));
      }
    } else this.files = [`new${number}.log`, ...this.files.slice(1)];
    this.names[kind] = `${kind === 0 ? 'new' : 'roll'}${number}`;
  }
}
