import assert from 'node:assert/strict';
import { inPseudo, outsideOfPseudo, pseudoLanguage } from '../support/texts/pseudoLanguage';
import { signInToSandbox } from '../support/sandboxSignIn';
import { until } from '../support/until';
import { useSteps } from '../support/ui/steps';
import { useWindow } from '../support/ui/window';

/** The main use case in a language that covers all texts of Keyless. Each step depends on the one before. */
describe('Keyless in another language', () => {
  const window = useWindow({ language: pseudoLanguage });
  const step = useSteps();
  const app = () => window.ui.tree.row('keyless-demo-app', { level: 3 });

  step('shows the welcome view', async () => {
    const { ui } = window;
    await ui.openView('Keyless');
    await ui.welcome(said('Start Sandbox')).waitFor();
    assertSaid('welcome', await ui.welcome().allInnerTexts());
    await ui.screenshot('language-1-welcome');
  });

  step('signs in and shows the tree', async () => {
    const { ui } = window;
    await signInToSandbox(window, 'Keyless Sandbox', said);
    await ui.tree.expand('Keyless Sandbox', said('Function Apps'), 'keyless-demo-app', said('Functions'));
    await ui.tree.expand('Keyless Sandbox', said('Key Vaults'), 'keyless-demo-kv', said('Secrets'));
    await ui.tree.expand(said('Access'));
    const rows = await ui.tree.rows();
    assertSaid(
      'tree',
      rows.flatMap(({ label, description, accessibilityLabel }) => [label, description, accessibilityLabel]),
    );
    await ui.screenshot('language-2-tree');
  });

  step('shows a context menu', async () => {
    const { ui } = window;
    assertSaid('menu', await ui.contextMenu(app()));
    await ui.screenshot('language-3-menu');
    await ui.escape();
  });

  step('reports what it did and offers the next step', async () => {
    const { ui } = window;
    await ui.pickMenu(app(), said('Enable System-Assigned Identity'));
    const done = beginning('Enabled the system-assigned identity of {0}. Its principal ID is {1}.');
    assertSaid('message', [await ui.toast(done).innerText()]);
    await ui.toastClick(done, said('Add Access Policy'));
    await assertPicker();
    await ui.screenshot('language-4-picker');
    await ui.escape();
  });

  step('writes notes to a log', async () => {
    const { ui } = window;
    await ui.pickMenu(app(), said('Start Streaming Logs'));
    const channel = said('{0} (log stream)').replace('{0}', 'keyless-demo-app');
    // A long line continues on the next one.
    const notes = async () => {
      const lines = (await ui.output(channel)).split(/\n(?=\d{4}-\d\d-)/);
      return lines.flatMap((line) => /^\S+ \[Keyless\] ([^]*)/.exec(line)?.[1] ?? []);
    };
    await until(async () => (await notes()).length > 2, { what: 'notes in the log', timeout: 30_000 });
    assertSaid('log', [...(await notes()), await ui.status('keyless-demo-app').innerText()]);
  });

  step('says that a function was refused and why', async () => {
    const { ui } = window;
    await ui.pickMenu(ui.tree.row('ReadSecret'), said('Run Function…'));
    await assertPicker();
    await ui.pick(said('Run'));
    const refused = beginning('The key vault {0} denied {1} access to the secret {2}.');
    assertSaid('message', [await ui.toast(refused).innerText()]);
    await ui.toastClick(refused, said("Why Can't It Read?"));
    await ui.report(said('{0} reads {1}').replace('{0}', 'keyless-demo-app').replace('{1}', 'ASampleKey'));
    await ui.webview.locator('.actions button').first().waitFor();
    // Times come from the page's own language, and there is no such language.
    const parts = ui.webview
      .locator('main')
      .locator('p:not(:has(time)), h1, h2, h3, dt, dd, button, summary');
    assertSaid('report', await parts.allInnerTexts());
    assert.deepEqual(await ui.webview.locator('html').evaluate(overflowing), []);
    await ui.screenshot('language-5-report');
  });

  step('draws the access map with room for longer words', async () => {
    const { ui } = window;
    await ui.pickMenu(ui.tree.row('Keyless Sandbox', { level: 1 }), said('Show Access Map'));
    const map = ui.webview;
    await map.locator('.node').first().waitFor({ timeout: 30_000 });
    assertSaid('map', [await map.locator('body').innerText()]);
    assert.deepEqual(await map.locator('html').evaluate(overflowing), []);
    await ui.screenshot('language-6-map');
  });

  async function assertPicker(): Promise<void> {
    const { ui } = window;
    await ui.quickItems();
    const words = ui.quickInput.locator('.quick-input-title, .label-name, .label-description');
    const input = ui.quickInput.locator('.quick-input-box input');
    assertSaid('picker', [...(await words.allInnerTexts()), (await input.getAttribute('placeholder')) ?? '']);
  }
});

/** Parts that don't fit on the map's page, and words that extend beyond their node. */
function overflowing(page: Sized): string[] {
  const wide = page.scrollWidth > page.clientWidth ? ['the page'] : [];
  return [...page.querySelectorAll('.node')].reduce<string[]>((found, node) => {
    const [box] = node.querySelectorAll('.box');
    const right = box?.getBoundingClientRect().right ?? 0;
    const words = [...node.querySelectorAll('text')].filter(
      (text) => text.getBoundingClientRect().right > right,
    );
    return [...found, ...words.map((text) => text.textContent)];
  }, wide);
}

/** The parts of a DOM element that the test uses, because programs for Node don't have the DOM's types. */
interface Sized {
  readonly scrollWidth: number;
  readonly clientWidth: number;
  readonly textContent: string;
  getBoundingClientRect(): { readonly right: number };
  querySelectorAll(selector: string): Sized[];
}

const said = inPseudo;

/** A text up to its first value. */
function beginning(text: string): string {
  return said(text).split(' {')[0] ?? '';
}

/** Names in the sandbox and Azure's terms, which aren't translated, and what VS Code itself adds. */
const names = [
  ...[/Keyless Sandbox( \(RBAC\))?/g, /Keyless automation/g, /Alex Contoso/g, /Contoso \(sandbox\)/g],
  ...[/\b(Running|Windows|Basic)\b/g],
  ...[/(\b(get|list|set|delete|recover|backup|restore|purge)\b(, )?){2,}/g, /\bnode\b/g],
  /Source: Keyless for Azure/g,
];

/** Asserts that all words are translated, except names and strings such as IDs, paths and URLs. */
function assertSaid(place: string, texts: readonly string[]): void {
  assert.ok(
    texts.some((text) => text.includes('⟦')),
    texts.join('\n'),
  );
  const english = texts.flatMap((text) => {
    const plain = names.reduce((rest, name) => rest.replace(name, ''), outsideOfPseudo(text));
    const words = plain.split(/\s+/).map((word) => word.replace(/^\W+|\W+$/g, ''));
    return words.filter((word) => /^[A-Za-z]?[a-z]+$/.test(word));
  });
  assert.deepEqual(english, [], `${place}: ${texts.join('\n')}`);
}
