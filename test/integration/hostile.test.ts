import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { publicCloud } from '../../src/azure/core/cloud';
import { Connection } from '../../src/azure/core/connection';
import { TrustRegistry } from '../../src/azure/core/tokens/trust';
import { AzureError } from '../../src/azure/core/errors';
import type { FunctionApp, KeyVault } from '../../src/azure/core/model';
import { addRoleAssignment } from '../../src/commands/rights/addRoleAssignment';
import { assignUserAssignedIdentity } from '../../src/commands/identities/assignUserAssignedIdentity';
import { deleteUserAssignedIdentity } from '../../src/commands/identities/deleteUserAssignedIdentity';
import { addAccessPolicy } from '../../src/commands/rights/addAccessPolicy';
import { stopApp } from '../../src/commands/apps/appState';
import { createSecret } from '../../src/commands/keyVault/createSecret';
import { disableSystemAssignedIdentity } from '../../src/commands/identities/disableSystemAssignedIdentity';
import type { Services } from '../../src/commands/services';
import { runCommand } from '../../src/commands/command';
import { showError } from '../../src/ui/errors';
import { pickFunctionApp, pickKeyVault } from '../../src/ui/pickers/pickers';
import { pickPrincipal } from '../../src/ui/pickers/principalPicker';
import type { Inventory } from '../../src/inventory/targets';
import { Changes } from '../../src/ui/changes';
import { Prompts } from './prompts';

/** If it were interpreted, each part would do something in one of the places where VS Code shows texts. */
const hostile =
  '$(trash) [click](command:keyless.signOut) <img src=x onerror=alert(1)> **b** `rm -rf /` \u001b[31m\u202eevil\u0000';

const base = {
  name: hostile,
  subscriptionId: 's',
  resourceGroup: hostile,
  location: 'x',
  tags: { [hostile]: hostile },
};
const app: FunctionApp = {
  ...base,
  ...{
    id: '/subscriptions/s/resourceGroups/g/providers/Microsoft.Web/sites/x',
    kind: 'functionapp',
    linux: false,
    state: 'Running',
  },
  ...{
    defaultHostName: 'x.example',
    identity: { userAssigned: [] },
    keyVaultReferenceIdentity: 'SystemAssigned',
  },
};
const vault: KeyVault = {
  ...base,
  ...{
    id: '/subscriptions/s/resourceGroups/g/providers/Microsoft.KeyVault/vaults/x',
    tenantId: 't',
    vaultUri: 'https://x.example',
  },
  ...{
    permissionModel: 'accessPolicies',
    publicNetworkAccess: 'Enabled',
    firewall: false,
    accessPolicies: [],
  },
};
const connection = new Connection({
  accountId: 'a',
  tenantId: 't',
  cloud: {
    ...publicCloud,
    resourceManager: 'https://arm.example',
    resourceManagerAudience: 'https://arm.example',
  },
  credential: { getToken: () => Promise.resolve({ token: 't', expiresOnTimestamp: Date.now() + 3_600_000 }) },
  http: {
    trust: new TrustRegistry({ cloud: () => publicCloud }),
    sendRequest: () => Promise.reject(new AzureError(hostile, { status: 403, code: hostile, host: hostile })),
  },
});
const inventory: Inventory = {
  connections: () => Promise.resolve([connection]),
  subscriptions: () => Promise.resolve([]),
  tenants: () => Promise.resolve([]),
  appsOf: () => Promise.resolve([app]),
  functionApps: () => Promise.resolve([{ connection, app }]),
  keyVaults: () => Promise.resolve([{ connection, vault }]),
  vaultsIn: () => Promise.resolve({ items: [vault], failures: [] }),
  userAssignedIdentities: () =>
    Promise.resolve([
      { connection, identity: { ...base, id: hostile, principalId: hostile, clientId: hostile } },
    ]),
  unlisted: () => Promise.resolve([{ name: hostile, error: new AzureError(hostile) }]),
  subscriptionName: () => hostile,
};

describe('hostile names and errors', () => {
  let prompts: Prompts;
  const log = { error: () => undefined, info: () => undefined } as unknown as vscode.LogOutputChannel;
  const services = { inventory, log, refresh: () => undefined, changes: new Changes(log) };
  beforeEach(() => {
    prompts = new Prompts();
  });
  afterEach(() => {
    prompts.finish();
    assertHarmless(prompts);
  });

  /** Shows a failure as a message, as `runCommand` does for every command. */
  const run = async (command: Promise<unknown>) => {
    await command.catch((error: unknown) => {
      showError(log, 'Title', error);
    });
  };

  it('do nothing in lists', async () => {
    prompts.escape().escape().escape();
    await assert.rejects(pickFunctionApp(inventory, 'T'), vscode.CancellationError);
    await assert.rejects(pickKeyVault(inventory, 'T'), vscode.CancellationError);
    await assert.rejects(pickPrincipal(inventory, 'T', 't', vault), vscode.CancellationError);
    assert.equal(prompts.lists.length, 3);
  });

  it('do nothing in dialogs, input boxes, and errors', async () => {
    prompts.button('Stop App');
    await run(stopApp(services, { connection, app }));
    prompts.input('Name').escape();
    await run(createSecret(services, { connection, vault }));
    await run(disableSystemAssignedIdentity(services, { connection, app }));
    prompts.escape();
    await run(addAccessPolicy(services, { connection, app }));
    prompts.pick('Enter an Object ID…').escape();
    await run(addAccessPolicy(services, { connection, vault }));
    const identity = { ...base, id: '/x/hostile', principalId: hostile, clientId: hostile };
    await run(assignUserAssignedIdentity(services, { connection, app }));
    await run(deleteUserAssignedIdentity(services, { connection, identity }));
    prompts.escape();
    await run(addRoleAssignment(services, { connection, identity }));
    assert.ok(prompts.messages.length >= 4);
  });
});

describe('runCommand', () => {
  it('shows what the command throws, with its title, and resolves', async () => {
    const prompts = new Prompts();
    const packageJson = { contributes: { commands: [{ command: 'keyless.test', title: 'Do It' }] } };
    const services = { log: { error: () => undefined }, packageJson } as unknown as Services;
    const commands = { 'keyless.test': () => Promise.reject(new AzureError('It was refused')) };
    try {
      await runCommand(services, commands, 'keyless.test', []);
    } finally {
      prompts.finish();
    }
    assert.match(prompts.last.text, /^Do It: It was refused/);
  });
});

function assertHarmless(prompts: Prompts): void {
  for (const text of strings([prompts.messages, prompts.lists.map(({ items }) => items), prompts.inputs])) {
    // A label may start with one of our own icons.
    const shown = text.replace(/^\$\((zap|key|account|edit|lock|folder|layers|package|warning)\) /, '');
    assert.doesNotMatch(shown, /\$\(|\]\(|[\u0000\u001b\u202e]/, JSON.stringify(text));
  }
}

/** Every string that was passed to a prompt. */
function strings(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  return typeof value === 'object' && value !== null && !('vault' in value) && !('connection' in value)
    ? Object.entries(value).flatMap(([key, part]) => (key === 'value' ? [] : strings(part)))
    : [];
}
