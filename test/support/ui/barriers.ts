import fs from 'node:fs';
import type { Locator } from 'playwright-core';

/** What this uses of axe-core, whose own types need those of the DOM. */
interface Results {
  violations: { id: string; impact: string; nodes: { html: string; failureSummary: string }[] }[];
}
declare const axe: { run(context: unknown, options: object): Promise<Results> };

/**
 * What axe-core finds in one part of a page, frames inside not counted, that keeps people out: violations of serious
 * or critical impact.
 */
export async function barriersIn(part: Locator): Promise<string[]> {
  const element = await part.elementHandle({ timeout: 15_000 });
  const frame = await element.ownerFrame();
  if (!frame) throw new Error('The part is gone');
  const loaded = await frame.evaluate(`typeof axe === 'object'`);
  if (!loaded) await frame.evaluate(fs.readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8'));
  const { violations } = await element.evaluate((context) =>
    axe.run(context, {
      iframes: false,
      resultTypes: ['violations'],
      // Rows of VS Code's trees set label and description apart by a margin: axe-core reads them as one word.
      rules: { 'label-content-name-mismatch': { enabled: false } },
    }),
  );
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .flatMap(({ id, impact, nodes }) =>
      nodes.map(({ html, failureSummary }) => `${id} (${impact}): ${html}\n${failureSummary}`),
    );
}
