import fs from 'node:fs';
import path from 'node:path';
import type { Locator, Page } from 'playwright-core';
import * as upng from 'upng-js';

/** Enough for all frames together. */
const colors = 96;

/** Milliseconds that a frame is shown, and the last one, before it starts again. */
const [long, longest] = [1600, 4000];

/**
 * An animated PNG of a walk for the README. It's taken only by `npm run screenshots`, in the dark theme that the
 * README shows.
 */
export class Animation {
  private readonly frames: ArrayBuffer[] = [];
  private size = { width: 0, height: 0 };
  private readonly folder = process.env.KEYLESS_THEME === 'dark' ? process.env.KEYLESS_PICTURES : undefined;

  constructor(private readonly page: Page) {}

  /** Adds what the window shows now, with a ring around what will be clicked. */
  async add(target?: Locator): Promise<void> {
    if (this.folder === undefined) return;
    const box = await target?.boundingBox();
    if (box) await this.page.evaluate(showRing, box);
    const bytes = await this.page.screenshot({ animations: 'disabled', caret: 'hide' });
    await this.page.evaluate(hideRing);
    const picture = upng.decode(Uint8Array.from(bytes).buffer);
    const [frame] = upng.toRGBA8(picture);
    if (frame) this.frames.push(frame);
    this.size = picture;
  }

  /** Writes <name>-dark.png to media/. */
  save(name: string): void {
    if (this.folder === undefined) return;
    const delays = this.frames.map((_, index) => (index === this.frames.length - 1 ? longest : long));
    const { width, height } = this.size;
    const file = path.join(this.folder, `${name}-dark.png`);
    fs.writeFileSync(file, Buffer.from(upng.encode(this.frames, width, height, colors, delays)));
  }
}

/** The parts of the page that these functions use, because programs for Node don't have the DOM's types. */
interface Ring {
  id: string;
  style: { cssText: string };
  remove(): void;
}
declare const document: {
  body: { append(ring: Ring): void };
  createElement(name: 'div'): Ring;
  getElementById(id: string): Ring | null;
};

function showRing({ x, y, width, height }: { x: number; y: number; width: number; height: number }): void {
  const ring = document.createElement('div');
  ring.id = 'ring';
  ring.style.cssText = `position: fixed; left: ${x - 4}px; top: ${y - 4}px; width: ${width + 8}px; height: ${height + 8}px;
    box-sizing: border-box; border: 3px solid #f9a825; border-radius: 6px; pointer-events: none; z-index: 100000`;
  document.body.append(ring);
}

function hideRing(): void {
  document.getElementById('ring')?.remove();
}
