import type { Locator } from 'playwright-core';
import { until } from './until';
import type { TestWindow } from './ui/window';

/**
 * The story that Keyless tells first: from the welcome view to a function that reads its secret and proves it. The sandbox
 * signs in by itself.
 * @param beforeClick called when what will be clicked is there
 * @returns the number of clicks
 */
export async function letAppReadFromStart(
  { ui }: Pick<TestWindow, 'ui'>,
  beforeClick: (target: Locator) => Promise<unknown> = () => Promise.resolve(),
): Promise<number> {
  let clicks = 0;
  const click = async (target: Locator, act = () => target.click()) => {
    await target.waitFor({ timeout: 30_000 });
    await beforeClick(target);
    clicks++;
    await act();
  };
  const pick = (label: string) => click(ui.quickRow(label), () => ui.pick(label));
  await click(ui.welcome('Let App Read Secret'));
  await pick('Sandbox');
  await pick('keyless-demo-app');
  await pick('keyless-demo-kv');
  await pick('ASampleKey');
  await click(ui.webview.getByRole('button', { name: 'Grant Access' }), () => ui.reportClick('Grant Access'));
  const proof = 'keyless-demo-app can read ASampleKey: ReadSecret ran successfully';
  await until(async () => (await ui.report('Let keyless-demo-app read ASampleKey')).includes(proof), {
    what: 'the proof',
  });
  return clicks;
}
