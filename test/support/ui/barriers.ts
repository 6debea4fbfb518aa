import fs from 'node:fs';
import type { Locator } from 'playwright-core';

/** The parts of axe-core that this uses. Its own types require the DOM's types. */
interface Results {
  violations: { id: string; impact: string; nodes: { html: string; failureSummary: string }[] }[];
}
declare const axe: { run(context: unknown, options: object): Promise<Results> };

/**
 * Violations of serious or critical impact that axe-core finds in a part of a page, not including frames in it.
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
      // In VS Code's trees, only a margin separates label and description, so axe-core reads them as one word.
      rules: { 'label-content-name-mismatch': { enabled: false } },
    }),
  );
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .flatMap(({ id, impact, nodes }) =>
      nodes.map(({ html, failureSummary }) => `${id} (${impact}): ${html}\n${failureSummary}`),
    );
}
