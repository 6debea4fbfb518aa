import path from 'node:path';
import type { Page } from 'playwright-core';
import { root } from '../support/paths';
import { startChromium } from '../support/ui/workbench';
import { largeMap } from './largeMap';
import type { Benchmark, Metrics } from './report';
import { median, percentile } from './report';

/** How long a frame of the access map takes while it's used. */
export const mapFrames: Benchmark = {
  name: 'map',
  about:
    'access map of 300 apps × 200 vaults, in 30 resource groups and then without groups: milliseconds until it is drawn, and between frames while it is dragged, zoomed, and pointed at (33 ms are 30 frames a second), and how often Chromium lays out the page meanwhile',
  async run() {
    const { browser, close } = await startChromium();
    try {
      const page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
      await page.setContent('<body data-texts="{}"></body>');
      await page.addStyleTag({ path: path.join(root, 'dist/map/main.css') });
      await page.evaluate('acquireVsCodeApi = () => ({ postMessage() {}, getState() {}, setState() {} })');
      await page.addScriptTag({ path: path.join(root, 'dist/map/main.js') });
      const message = { type: 'map', map: largeMap(), scope: '', scopeName: '', progress: '', unlisted: '' };
      const data = JSON.stringify(message);
      return {
        groupsDrawnMs: await drawn(page, () =>
          page.evaluate(`dispatchEvent(new MessageEvent('message', { data: ${data} }))`),
        ),
        ...(await frames(page, 'groups')),
        allDrawnMs: await drawn(page, () => page.getByLabel('By resource group').uncheck()),
        ...(await frames(page, 'all')),
      };
    } finally {
      await close();
    }
  },
};

const nextFrame = 'new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))';
const startCounting = `{
  frames = [];
  let last = performance.now();
  const count = (now) => {
    if (!frames) return;
    frames.push(now - last);
    last = now;
    requestAnimationFrame(count);
  };
  requestAnimationFrame(count);
}`;

async function drawn(page: Page, act: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await act();
  await page.evaluate(nextFrame);
  const milliseconds = performance.now() - start;
  if ((await page.locator('.node').count()) === 0) throw new Error('The map was not drawn.');
  return milliseconds;
}

async function frames(page: Page, name: string): Promise<Metrics> {
  const { mouse, keyboard } = page;
  const many = async (act: (step: number) => Promise<void>) => {
    for (let step = 0; step < 60; step += 1) await act(step);
  };
  const measured = {
    Drag: async () => {
      await mouse.move(500, 700);
      await mouse.down();
      await many((step) => mouse.move(500, 700 - step * 8));
      await mouse.up();
    },
    Zoom: async () => {
      await keyboard.down('Control');
      await many((step) => mouse.wheel(0, step < 30 ? 30 : -30));
      await keyboard.up('Control');
    },
    Point: () => many((step) => mouse.move(100 + (step % 2) * 300, 150 + step * 9)),
  };
  const metrics: Metrics = {};
  const session = await page.context().newCDPSession(page);
  await session.send('Performance.enable');
  const layouts = async () => {
    const all = (await session.send('Performance.getMetrics')).metrics;
    return all.find((metric) => metric.name === 'LayoutCount')?.value ?? NaN;
  };
  for (const [act, does] of Object.entries(measured)) {
    const before = await layouts();
    await page.evaluate(startCounting);
    await does();
    const [, ...times] = await page.evaluate<number[]>('[frames, (frames = undefined)][0]');
    metrics[`${name}${act}Layouts`] = (await layouts()) - before;
    metrics[`${name}${act}MedianMs`] = median(times);
    metrics[`${name}${act}P95Ms`] = percentile(times, 0.95);
  }
  return metrics;
}
