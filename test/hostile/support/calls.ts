import { listDenyAssignmentsAt } from '../../../src/azure/directory/denyAssignments';
import { changeAppSettings, listAppSettings } from '../../../src/azure/appService/settings/appSettings';
import { refreshReferences } from '../../../src/azure/appService/settings/settingReferences';
import { setFunctionKey } from '../../../src/azure/appService/functionKeys';
import { createUserAssignedIdentity } from '../../../src/azure/appService/identities';
import { invokeFunction } from '../../../src/azure/appService/invoke';
import { getScmSettings, listScmFolder, readScmFile, touchScmFile } from '../../../src/azure/appService/scm';
import { statSiteFile, writeSiteFile } from '../../../src/azure/appService/siteFiles';
import { moveSiteFile } from '../../../src/azure/appService/siteMove';
import {
  enableSystemAssignedIdentity,
  getFunctionApp,
  getFunctionKeys,
  getHostKeys,
  listFunctions,
  listSlots,
} from '../../../src/azure/appService/sites';
import type { Connection } from '../../../src/azure/core/connection';
import type { FunctionApp, FunctionInfo, KeyVault } from '../../../src/azure/core/model';
import { queryResourceGraph } from '../../../src/azure/core/resourceGraph';
import { getDirectoryObjects, getGroupsOf } from '../../../src/azure/directory/graph';
import {
  createRoleAssignment,
  listRoleAssignmentsOf,
  listRoleDefinitions,
} from '../../../src/azure/directory/roles';
import { listSubscriptions, listTenants } from '../../../src/azure/directory/subscriptions';
import { listDeletedVaults } from '../../../src/azure/keyVault/deletedVaults';
import { deleteSecret, listDeletedSecrets } from '../../../src/azure/keyVault/secretDeletion';
import {
  getSecretValue,
  listAllSecretsOfVault,
  listAllSecretVersions,
  setSecret,
} from '../../../src/azure/keyVault/secrets';
import { readSecretState, recoverSecret } from '../../../src/azure/keyVault/secretState';
import { addFirewallAddresses } from '../../../src/azure/keyVault/vaultNetwork';
import { addAccessPolicy, getKeyVault } from '../../../src/azure/keyVault/vaults';
import { findInsights, queryInsights } from '../../../src/azure/logs/insights';
import { whyNameIsTaken } from '../../../src/azure/resources/nameChecks';
import {
  deleteResource,
  getResourceJson,
  listResourceGroups,
  putResource,
} from '../../../src/azure/resources/resources';
import { siteId, tenantId, vaultId } from '../../unit/azure/servers';
import type { HostilePorts } from './hostileAzure';

/** What a call needs besides the connection. */
export interface Targets {
  readonly app: FunctionApp;
  readonly fn: FunctionInfo;
  readonly vault: KeyVault;
  /** The secret value that the call sends, if it sends one. */
  readonly secret: string;
}

export interface Call {
  readonly run: (c: Connection, targets: Targets, signal: AbortSignal) => Promise<unknown>;
  /** Waits until an operation ends, which may take as long as the service says, until the person cancels. */
  readonly waits?: true;
  /** Sends {@link Targets.secret}. */
  readonly secret?: true;
}

const someone = '33333333-3333-4333-8333-333333333333';
const fresh = `${siteId}/slots/new`;
const role = `/subscriptions/s/providers/Microsoft.Authorization/roleDefinitions/${someone}`;

/** Calls of every service: every way in which Keyless reads an answer. */
export const calls: Readonly<Record<string, Call>> = {
  'list subscriptions': { run: (c, _, signal) => listSubscriptions(c, signal) },
  'list tenants': { run: (c, _, signal) => listTenants(c, signal) },
  'list resource groups': { run: (c, _, signal) => listResourceGroups(c, 's', signal) },
  'query Resource Graph': { run: (c, _, signal) => queryResourceGraph(c, ['s'], 'resources', signal) },
  'read an app': { run: (c, _, signal) => getFunctionApp(c, siteId, signal) },
  'list slots': { run: (c, { app }, signal) => listSlots(c, app, signal) },
  'list functions': { run: (c, { app }, signal) => listFunctions(c, app, signal) },
  'list settings': { run: (c, { app }, signal) => listAppSettings(c, app, signal) },
  'refresh references': { run: (c, { app }, signal) => refreshReferences(c, app, signal) },
  'read function keys': { run: (c, { app, fn }, signal) => getFunctionKeys(c, app, fn, signal) },
  'read host keys': { run: (c, { app }, signal) => getHostKeys(c, app, signal) },
  'turn on an identity': { run: (c, { app }, signal) => enableSystemAssignedIdentity(c, app, signal) },
  'create an identity': {
    run: (c, _, signal) =>
      createUserAssignedIdentity(
        c,
        { subscriptionId: 's', resourceGroup: 'g', name: 'i', location: 'x' },
        signal,
      ),
  },
  'read a vault': { run: (c, _, signal) => getKeyVault(c, vaultId, signal) },
  'list deleted vaults': { run: (c, _, signal) => listDeletedVaults(c, 's', signal) },
  'add an access policy': {
    run: (c, { vault }, signal) =>
      addAccessPolicy(c, vault, { objectId: someone, permissions: { secrets: ['get'] } }, signal),
  },
  'add a firewall rule': { run: (c, _, signal) => addFirewallAddresses(c, vaultId, ['192.0.2.1'], signal) },
  'assign a role': {
    run: (c, _, signal) =>
      createRoleAssignment(c, { scope: vaultId, roleDefinitionId: role, principalId: someone }, signal),
  },
  'list role assignments': { run: (c, _, signal) => listRoleAssignmentsOf(c, 's', someone, signal) },
  'list role definitions': { run: (c, _, signal) => listRoleDefinitions(c, vaultId, signal) },
  'list deny assignments': { run: (c, _, signal) => listDenyAssignmentsAt(c, vaultId, signal) },
  'check a name': { run: (c, _, signal) => whyNameIsTaken(c, 's', 'keyVault', 'name', signal) },
  'read JSON': { run: (c, _, signal) => getResourceJson(c, fresh, signal) },
  'find Application Insights': { run: (c, { app }, signal) => findInsights(c, app, signal) },
  'query Application Insights': { run: (c, _, signal) => queryInsights(c, 'a', 'traces', signal) },
  'read names from the directory': { run: (c, _, signal) => getDirectoryObjects(c, [someone], signal) },
  'read groups from the directory': { run: (c, _, signal) => getGroupsOf(c, someone, signal) },
  'list secrets': { run: (c, { vault }, signal) => listAllSecretsOfVault(c, vault, signal) },
  'list versions': { run: (c, { vault }, signal) => listAllSecretVersions(c, vault, 'a', signal) },
  'list deleted secrets': { run: (c, { vault }, signal) => listDeletedSecrets(c, vault, signal) },
  'read a secret': { run: (c, { vault }, signal) => getSecretValue(c, vault, 'a', undefined, signal) },
  'read the state of a secret': {
    run: (c, { vault }, signal) => readSecretState(c, vault, 'a', 'v', signal),
  },
  'delete a secret': { run: (c, { vault }, signal) => deleteSecret(c, vault, 'a', signal) },
  'recover a secret': { run: (c, { vault }, signal) => recoverSecret(c, vault, 'a', signal) },
  'list a folder': { run: (c, { app }, signal) => listScmFolder(c, app, 'LogFiles', signal) },
  'read a file': { run: (c, { app }, signal) => readScmFile(c, app, 'LogFiles/a.log', 0, signal) },
  'read the end of a file': { run: (c, { app }, signal) => readScmFile(c, app, 'LogFiles/a.log', 9, signal) },
  'look at a file': { run: (c, { app }, signal) => statSiteFile(c, app, 'site/a', signal) },
  'touch a file': { run: (c, { app }, signal) => touchScmFile(c, app, 'site/a', signal) },
  'move a folder': { run: (c, { app }, signal) => moveSiteFile(c, app, 'a', 'b', true, undefined, signal) },
  'read SCM settings': { run: (c, { app }, signal) => getScmSettings(c, app, signal) },
  'delete a resource': { run: (c, _, signal) => deleteResource(c, fresh, signal), waits: true },
  'create a resource': {
    run: (c, { secret }, signal) =>
      putResource(c, fresh, { location: 'x', properties: { adminPassword: secret } }, signal),
    waits: true,
    secret: true,
  },
  'write a secret': {
    run: (c, { vault, secret }, signal) => setSecret(c, vault, { name: 'a', value: secret }, signal),
    secret: true,
  },
  'change a setting': {
    run: (c, { app, secret }, signal) =>
      changeAppSettings(c, app, { kind: 'set', name: 'A', value: secret }, signal),
    secret: true,
  },
  'write a function key': {
    run: (c, { app, fn, secret }, signal) => setFunctionKey(c, { app, fn, name: 'k' }, secret, signal),
    secret: true,
  },
  'write a file': {
    run: (c, { app, secret }, signal) =>
      writeSiteFile(c, app, 'site/local.settings.json', Buffer.from(secret), '"1"', signal),
    secret: true,
  },
  'run a function': {
    run: (c, { app, fn, secret }, signal) =>
      invokeFunction(c, app, fn, { method: 'POST', key: secret, body: '{}' }, signal),
    secret: true,
  },
};

export function targetsOf({ vault, scm, sites }: HostilePorts, secret = 'a value'): Targets {
  const place = { subscriptionId: 's', resourceGroup: 'rg', location: 'x', tags: {} };
  const host = `app.sites.localhost:${sites}`;
  return {
    app: {
      ...place,
      ...{ id: siteId, name: 'app', kind: 'functionapp', linux: false, state: 'Running', sku: 'Basic' },
      ...{ defaultHostName: host, scmHostName: `app.scm.localhost:${scm}` },
      ...{ identity: { userAssigned: [] }, keyVaultReferenceIdentity: 'SystemAssigned' },
    },
    fn: {
      ...{ id: `${siteId}/functions/f`, name: 'f', disabled: false },
      http: { invokeUrlTemplate: `https://${host}/api/f`, authLevel: 'function', methods: [] },
    },
    vault: {
      ...place,
      ...{ id: vaultId, name: 'kv', tenantId, vaultUri: `https://kv.vault.localhost:${vault}` },
      ...{ permissionModel: 'accessPolicies', publicNetworkAccess: 'Enabled', firewall: false },
      accessPolicies: [],
    },
    secret,
  };
}
