import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { changeAppSettings, readAppSettings } from '../../../src/azure/appService/settings/appSettings';
import { listKeyVaults } from '../../../src/inventory/listResources';
import type { LogStreamState } from '../../../src/azure/logs/logState';
import { openLogStream } from '../../../src/azure/logs/logStream';
import type { FunctionApp, KeyVault } from '../../../src/azure/core/model';
import { createRoleAssignment } from '../../../src/azure/directory/roles';
import { getSecretValue, listSecrets } from '../../../src/azure/keyVault/secrets';
import { enableSystemAssignedIdentity } from '../../../src/azure/appService/sites';
import { addAccessPolicy } from '../../../src/azure/keyVault/vaults';
import type { SandboxReady } from '../../support/sandbox';
import { applicationToken, sandboxFetch } from '../../support/sandboxClient';
import type { TestConnection } from '../azure/support';

export interface Seeded {
  readonly app: FunctionApp;
  readonly vault: KeyVault;
}

/** An operation of Keyless, and the request of it that a fault applies to. */
export interface Operation {
  readonly name: string;
  readonly target: { service: string; method: string; path: string };
  run(c: TestConnection, seeded: Seeded, ready: SandboxReady): Promise<void>;
}

/** Object IDs that this run added access policies for. */
export const policyObjectIds: string[] = [];

export const operations: readonly Operation[] = [
  {
    name: 'the list of vaults',
    target: { service: 'arm', method: 'POST', path: 'Microsoft.ResourceGraph/resources' },
    async run(c, _seeded, ready) {
      const { items, failures } = await listKeyVaults(c, ready.subscriptionIds);
      if (failures[0]) throw failures[0].error;
      assert.equal(items.length, 2);
    },
  },
  {
    name: 'turning on an identity',
    target: { service: 'arm', method: 'PATCH', path: '/sites/' },
    async run(c, { app }) {
      const on = await enableSystemAssignedIdentity(c, app);
      assert.ok(on.identity.systemAssigned);
    },
  },
  {
    name: 'an access policy',
    target: { service: 'arm', method: 'PUT', path: '/accessPolicies/add' },
    async run(c, { vault }) {
      const objectId = randomUUID();
      policyObjectIds.push(objectId);
      await addAccessPolicy(c, vault, { objectId, permissions: { secrets: ['get'] } });
    },
  },
  {
    name: 'a role assignment',
    target: { service: 'arm', method: 'PUT', path: '/roleAssignments/' },
    async run(c, { vault }) {
      const { created } = await createRoleAssignment(c, {
        scope: vault.id,
        roleDefinitionId: `/subscriptions/${vault.subscriptionId}/providers/Microsoft.Authorization/roleDefinitions/4633458b-17de-408a-b874-0445c86b69e6`,
        principalId: randomUUID(),
      });
      assert.ok(created);
    },
  },
  {
    name: 'an application setting',
    target: { service: 'arm', method: 'PUT', path: '/config/appsettings' },
    async run(c, { app }) {
      const name = `FAULTS_${randomUUID()}`;
      await changeAppSettings(c, app, { kind: 'set', name, value: 'on', was: null });
      assert.equal((await readAppSettings(c, app)).get(name), 'on');
    },
  },
  {
    name: 'the list of secrets',
    target: { service: 'vault', method: 'GET', path: '/secrets\\?' },
    async run(c, { vault }) {
      assert.equal((await listSecrets(c, vault)).items.length, 1);
    },
  },
  {
    name: 'a secret value',
    target: { service: 'vault', method: 'GET', path: '/secrets/ASampleKey' },
    async run(c, { vault }) {
      assert.notEqual(await getSecretValue(c, vault, 'ASampleKey'), '');
    },
  },
];

/** Streams until the service's welcome line is complete or the stream ends, and returns every state on the way. */
export async function streamUntilGreeted(c: TestConnection, app: FunctionApp): Promise<LogStreamState[]> {
  const states: LogStreamState[] = [];
  const stop = new AbortController();
  const sink = {
    lines: (batch: readonly string[]) => {
      if (batch.some((line) => line.includes('Welcome, you are now connected to log-streaming service')))
        stop.abort();
    },
    state: (state: LogStreamState) => void states.push(state),
  };
  await openLogStream(c, app, { timing: { backoff: 20, longestBackoff: 40 } }, sink, stop.signal);
  return states;
}

/** Calls Resource Manager without any code of Keyless. */
export async function plainly<T>(
  ready: SandboxReady,
  method: string,
  path: string,
  apiVersion: string,
  body?: Record<string, unknown>,
): Promise<T> {
  const token = await applicationToken(ready, ready.resourceManagerUrl);
  const url = `${ready.resourceManagerUrl}${path}?api-version=${apiVersion}`;
  const answer = await sandboxFetch(ready, url, {
    method,
    headers: { authorization: `Bearer ${token}` },
    ...(body && { body }),
  });
  assert.ok(answer.status < 300, `${method} ${path}: ${answer.status} ${answer.text}`);
  return (answer.text === '' ? undefined : answer.json()) as T;
}
