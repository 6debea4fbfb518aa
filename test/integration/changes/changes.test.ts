import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { addAccessPolicy } from '../../../src/commands/rights/addAccessPolicy';
import { restartApp } from '../../../src/commands/apps/appState';
import { copyChange } from '../../../src/commands/changes/copyChange';
import { createSecret } from '../../../src/commands/keyVault/createSecret';
import { disableSystemAssignedIdentity } from '../../../src/commands/identities/disableSystemAssignedIdentity';
import { removeAccessPolicy } from '../../../src/commands/rights/removeAccessPolicy';
import type { Node } from '../../../src/tree/nodes/nodes';
import type { CommandWorld } from '../commandWorld';
import { openCommandWorld } from '../commandWorld';
import { Prompts } from '../prompts';

describe('a change, copied as code for another tool', () => {
  let world: CommandWorld;
  let prompts: Prompts;
  beforeEach(async () => {
    world = await openCommandWorld();
  });
  beforeEach(async () => {
    prompts = new Prompts();
    (await world.loggedLines()).length = 0;
  });
  afterEach(() => {
    prompts.finish();
  });
  afterEach(() => world.close());

  const copied = async (language: 'azureCli' | 'powerShell' | 'bicep', ...nodes: object[]) => {
    await copyChange(world.services, language, ...(nodes as Node[]));
    return vscode.env.clipboard.readText();
  };

  it("doesn't exist until Keyless changes something", async () => {
    await assert.rejects(copyChange(world.services, 'azureCli'), /Keyless hasn't changed anything yet/);
  });

  it('is logged by each command that writes, and copied as the last change', async () => {
    const app = await world.app('keyless-demo-app');
    const vault = await world.vault('keyless-demo-kv');
    prompts
      .pick('keyless-demo-kv')
      .button('Enable Identity')
      .pickMany('as offered')
      .pick('Add Access Policy');
    await addAccessPolicy(world.services, app);
    const enabled = await world.app('keyless-demo-app');
    const objectId = enabled.app.identity.systemAssigned?.principalId ?? assert.fail();
    const { accessPolicies } = (await world.vault('keyless-demo-kv')).vault;
    const policy = accessPolicies.find((one) => one.objectId === objectId) ?? assert.fail();
    prompts.button('Remove Access Policy');
    await removeAccessPolicy(world.services, { ...vault, policy });
    prompts.input('FromTest').input('a planted value').pick('Create Secret');
    await createSecret(world.services, vault);
    await restartApp(world.services, enabled);
    prompts.button('Disable Identity');
    await disableSystemAssignedIdentity(world.services, enabled);

    const where = (name: string) =>
      `--name ${name} --resource-group keyless-walkthrough --subscription ${app.app.subscriptionId}`;
    assert.deepEqual(await world.loggedLines(), [
      'Enabled the system-assigned identity of keyless-demo-app. (Sandbox)',
      `az functionapp identity assign ${where('keyless-demo-app')}`,
      `Set the access policy of ${objectId} on keyless-demo-kv: secrets get, list. (Sandbox)`,
      `az keyvault set-policy ${where('keyless-demo-kv')} --object-id ${objectId} --secret-permissions get list`,
      `Removed permissions of ${objectId} on keyless-demo-kv: secrets get, list. (Sandbox)`,
      `az keyvault delete-policy ${where('keyless-demo-kv')} --object-id ${objectId}`,
      'Created a version of the secret FromTest in keyless-demo-kv. (Sandbox)',
      `MSYS_NO_PATHCONV=1 az keyvault secret set --vault-name keyless-demo-kv --name FromTest --subscription ${app.app.subscriptionId} --value '<value>'`,
      'Restarted keyless-demo-app. (Sandbox)',
      `az functionapp restart ${where('keyless-demo-app')}`,
      'Disabled the system-assigned identity of keyless-demo-app. (Sandbox)',
      `az functionapp identity remove ${where('keyless-demo-app')}`,
    ]);
    assert.equal(
      await copied('azureCli'),
      `# For Bash: Azure Cloud Shell, WSL, Git Bash, macOS, or Linux\naz functionapp identity remove ${where('keyless-demo-app')}\n`,
    );
    assert.match(
      await copied('powerShell'),
      /^# For PowerShell .*\nSet-AzContext .*\nInvoke-AzRestMethod .*"type":"None"/,
    );
    assert.match(await copied('bicep'), /type: 'None'/);
  });

  it('is copied from several nodes of the tree at once', async () => {
    const vault = await world.vault('keyless-demo-kv');
    const [policy] = vault.vault.accessPolicies;
    const nodes = [
      { kind: 'policy', ...vault, policy },
      { kind: 'secret', ...vault, secret: { name: 'ASampleKey' } },
      { kind: 'appSetting', ...(await world.app('keyless-demo-app')), setting: { name: 'Setting' } },
    ];
    const text = await copied('azureCli', ...nodes);
    assert.match(
      text,
      /^# For Bash.*\naz keyvault set-policy .*\n\nMSYS_NO_PATHCONV=1 az keyvault secret set .*\n\nMSYS_NO_PATHCONV=1 az functionapp config .*\n$/,
    );
    const [identity] = await world.services.inventory.userAssignedIdentities();
    assert.match(
      await copied('bicep', { kind: 'userAssigned', ...identity }),
      /name: 'keyless-reader-id'\n {2}location: '\w+'\n/,
    );
    assert.match(
      await copied('azureCli', {
        connection: world.connection,
        changes: [{ kind: 'startApp', appId: '/a' }],
      }),
      /functionapp start/,
    );
    await assert.rejects(copied('azureCli', { kind: 'vault', ...vault }), /no equivalent/);
  });
});
