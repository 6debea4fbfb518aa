import assert from 'node:assert/strict';
import { PlainClient } from '../integration/plainClient';
import { signInToSandbox } from '../support/sandboxSignIn';
import { until } from '../support/until';
import { sandboxOf } from '../support/ui/sandboxOf';
import { useSteps } from '../support/ui/steps';
import { useWindow } from '../support/ui/window';

const app = 'keyless-shop-app';
const [subscription, vault] = ['Keyless Sandbox (RBAC)', 'keyless-rbac-kv'];

describe('an app with five keys, @pictures', () => {
  const window = useWindow({ viewport: { width: 1440, height: 900 } });
  const step = useSteps();
  const button = (name: string | RegExp) => window.ui.webview.getByRole('button', { name });
  let shop: Shop;
  let before: unknown;

  step('shows on one page what can go to its identity, and what has to stay', async () => {
    const { ui } = window;
    await signInToSandbox(window);
    shop = await Shop.open(new PlainClient(sandboxOf(window)));
    assert.equal(await shop.opened(), 'a key');
    await ui.tree.expand(subscription, 'Function Apps', app, 'Keys Left');
    await ui.tree.row(app, { level: 3, description: '5 keys left' }).waitFor();
    await ui.pickMenu(ui.tree.row('Keys Left', { level: 4 }), 'Replace All Keys…');
    const plan = await ui.report(`Replace Keys: ${app}`);
    assert.match(plan, /The identity can replace \d of 5 keys/);
    assert.match(plan, /Delete AzureWebJobsStorage, .*Photos.* and set .* in one write/);
    assert.match(plan, /What stays, and why/);
    await ui.picture('replace-all-keys');
  });

  step('moves what has to stay to a key vault', async () => {
    const { ui } = window;
    const move = button(/^Move .* to Key Vault…/);
    for (let left = await move.count(); left > 0; left--) {
      const name = /^Move (.*) to/.exec(await move.first().innerText())?.[1] ?? assert.fail();
      await move.first().click();
      await ui.pick(vault);
      await ui.input(name, { prompt: 'Name of the secret' });
      await ui.pick('Move to Key Vault');
      await ui.status(`Moved ${name} to ${vault}`).waitFor({ timeout: 30_000 });
      await button(`Move ${name} to Key Vault…`).waitFor({ state: 'detached' });
    }
  });

  step('replaces the others in one write while its function works', async () => {
    const { ui } = window;
    before = await shop.settings();
    const keepsCopy = /Keep the old value/.test(await ui.report(`Replace Keys: ${app}`));
    const answers = await shop.callDuring(async () => {
      await button(/^Replace All/).click();
      if (keepsCopy) await ui.pick(vault);
      const said = await ui.toastMessage('are replaced');
      assert.match(said, /The app uses its identity, and its host is healthy/);
    });
    assert.deepEqual([...new Set(answers)], ['a key', 'the identity']);
    await button('Undo Replacement…').waitFor();
    await ui.tree.row('No keys left', { level: 5 }).waitFor();
    await ui.tree.row(app, { level: 3, description: 'no keys left' }).waitFor();
    await ui.screenshot('replace-all-2-none-left');
  });

  step('has all of them again, byte by byte, with Undo', async () => {
    const { ui } = window;
    await button('Undo Replacement…').click();
    await ui.dialogClick('Undo Replacement');
    await ui.status('have their old values again').waitFor({ timeout: 30_000 });
    assert.deepEqual(await shop.settings(), before);
    assert.equal(await shop.opened(), 'a key');
  });
});

/** The shop's app, seen without Keyless. */
class Shop {
  private constructor(
    private readonly plain: PlainClient,
    private readonly id: string,
    private readonly url: string,
  ) {}

  static async open(plain: PlainClient): Promise<Shop> {
    const { subscriptionIds } = plain.ready;
    const lists = subscriptionIds.map((id) =>
      plain.arm('GET', `/subscriptions/${id}/providers/Microsoft.Web/sites`, '2023-12-01'),
    );
    const sites = ((await Promise.all(lists)) as { value: Site[] }[]).flatMap(({ value }) => value);
    const { id, properties } = sites.find(({ name }) => name === app) ?? assert.fail();
    const keys = await plain.arm('POST', `${id}/host/default/listkeys`, '2023-12-01');
    const { functionKeys } = keys as { functionKeys: Record<string, string> };
    const host = `https://${properties.defaultHostName}/api/ListPhotos`;
    return new Shop(plain, id, `${host}?code=${Object.values(functionKeys)[0] ?? ''}`);
  }

  async settings(): Promise<unknown> {
    return await this.plain.arm('POST', `${this.id}/config/appsettings/list`, '2023-12-01');
  }

  /** Runs the function that lists photos. @returns what opened the storage account, or what failed */
  async opened(): Promise<string> {
    const { status, text, json } = await this.plain.send('GET', this.url);
    const { photos = [], opened = '' } = (json ?? {}) as { photos?: string[]; opened?: string };
    return photos.length === 3 ? opened : `${status} ${text}`;
  }

  /** Runs the function again and again while something happens. @returns what it answered each time */
  async callDuring(happens: () => Promise<void>): Promise<string[]> {
    const answers: string[] = [];
    let isOver = false;
    const calling = until(
      async () => {
        answers.push(await this.opened());
        return isOver;
      },
      { what: 'the end of the replacement', timeout: 90_000, every: 300 },
    );
    try {
      await happens();
    } finally {
      isOver = true;
      await calling;
    }
    return answers;
  }
}

interface Site {
  readonly id: string;
  readonly name: string;
  readonly properties: { readonly defaultHostName: string };
}
