import type { AppTarget, SecretTarget, VaultTarget } from '../../../src/inventory/targets';
import type { CommandWorld } from '../commandWorld';
import { openCommandWorld } from '../commandWorld';
import { Prompts } from '../prompts';
import { ShownReport } from '../shownReport';

/** What tests of grants and of the report share: a world for each test, its nodes, and the report's buttons. */
class GrantFixture {
  world!: CommandWorld;
  prompts!: Prompts;

  async open(): Promise<void> {
    this.world = await openCommandWorld();
    await this.world.plain.control('/settings', { rolePropagationMs: 100, softDeleteDelayMs: 100 }, 'PATCH');
    this.prompts = new Prompts();
  }

  async close(): Promise<void> {
    this.prompts.restore();
    await this.world.close();
  }

  readonly appNode = (name = 'keyless-demo-app'): Promise<AppTarget> => this.world.app(name);
  readonly vaultNode = (name = 'keyless-demo-kv'): Promise<VaultTarget> => this.world.vault(name);

  readonly secretNode = async (vaultName = 'keyless-demo-kv', name = 'ASampleKey'): Promise<SecretTarget> => {
    const vault = await this.vaultNode(vaultName);
    const secret = { id: `${vault.vault.vaultUri}/secrets/${name}`, name, enabled: true, tags: {} };
    return { ...vault, secret };
  };

  readonly readSetting = async (appId: string, name: string) => (await this.settingsOf(appId))[name] ?? '';

  readonly writeSetting = async (appId: string, name: string, value: string): Promise<void> => {
    const properties = { ...(await this.settingsOf(appId)), [name]: value };
    await this.world.plain.arm('PUT', `${appId}/config/appsettings`, '2023-12-01', { properties });
  };

  /** Everything in Azure that a grant could change. */
  readonly everything = async (): Promise<string> => {
    const { app } = await this.appNode();
    const settings = await this.settingsOf(app.id);
    const vaults = await Promise.all(['keyless-demo-kv', 'keyless-rbac-kv'].map(this.vaultNode));
    const roles = await Promise.all(
      vaults.map(({ vault }) =>
        this.world.plain.arm(
          'GET',
          `${vault.id}/providers/Microsoft.Authorization/roleAssignments`,
          '2022-04-01',
        ),
      ),
    );
    return JSON.stringify([app.identity, settings, vaults.map(({ vault }) => vault.accessPolicies), roles]);
  };

  readonly shown = new ShownReport(() => this.world.services);
  readonly page = () => this.shown.page;
  readonly report = (): string => this.shown.text;
  readonly buttons = (): string[] => this.shown.buttons;
  readonly press = (title: string): Promise<void> => this.shown.press(title);

  private async settingsOf(appId: string): Promise<Record<string, string>> {
    const answer = await this.world.plain.arm('POST', `${appId}/config/appsettings/list`, '2023-12-01');
    return (answer as { properties: Record<string, string> }).properties;
  }
}

export function useGrants(): GrantFixture {
  const fixture = new GrantFixture();
  beforeEach(() => fixture.open());
  afterEach(() => fixture.close());
  return fixture;
}
