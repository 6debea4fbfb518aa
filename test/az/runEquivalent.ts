import assert from 'node:assert/strict';
import type { Change, FunctionKeyChange } from '../../src/changes/change';
import type { SiteFileChange } from '../../src/changes/siteFileChange';
import { syncFunctionTriggers } from '../../src/azure/appService/appProject';
import { changeAppSettings } from '../../src/azure/appService/settings/appSettings';
import { changeSlotSetting } from '../../src/azure/appService/settings/slotSettings';
import { settingIdOf } from '../../src/azure/appService/settings/settingsMap';
import type { Connection } from '../../src/azure/core/connection';
import { purgeVault, recoverVault } from '../../src/azure/keyVault/deletedVaults';
import {
  deleteFunctionKey,
  setFunctionKey,
  type FunctionKeyId,
} from '../../src/azure/appService/functionKeys';
import {
  assignUserAssignedIdentity,
  createUserAssignedIdentity,
  deleteUserAssignedIdentity,
  removeUserAssignedIdentity,
  setKeyVaultReferenceIdentity,
} from '../../src/azure/appService/identities';
import {
  componentBody,
  planBody,
  storageBody,
  workspaceBody,
} from '../../src/azure/appService/creation/functionAppBody';
import { readKeyedResource, writeKeyAccess } from '../../src/azure/resources/keySwitch';
import { deleteResource, putResource } from '../../src/azure/resources/resources';
import { createRoleAssignment, deleteRoleAssignment } from '../../src/azure/directory/roles';
import { enableSecret, setSecret } from '../../src/azure/keyVault/secrets';
import { recoverSecret } from '../../src/azure/keyVault/secretState';
import {
  createSiteFolder,
  deleteSiteFile,
  deleteSiteFolder,
  statSiteFile,
  writeSiteFile,
} from '../../src/azure/appService/siteFiles';
import { moveSiteFile } from '../../src/azure/appService/siteMove';
import * as sites from '../../src/azure/appService/sites';
import { addFirewallAddresses, openToFirewall } from '../../src/azure/keyVault/vaultNetwork';
import {
  addAccessPolicy,
  getKeyVault,
  removeAccessPolicy,
  removePermissions,
} from '../../src/azure/keyVault/vaults';

/** The placeholder for values. The Azure CLI gets it literally. */
const value = '<value>';

/** File content for tests: JSON in an unusual format, Windows line ends, and bytes that aren't text. */
export const fileContent = Buffer.concat([
  Buffer.from('{ "größer":   1,\r\n "a":[ ] }\r\n'),
  Buffer.from([0, 255, 254, 128]),
]);

/** Makes a change with the same code as Keyless's commands. */
export async function carryOut(c: Connection, change: Change): Promise<unknown> {
  switch (change.kind) {
    case 'enableIdentity':
      return sites.enableSystemAssignedIdentity(c, await sites.getFunctionApp(c, change.app.id));
    case 'disableIdentity':
      return sites.disableSystemAssignedIdentity(c, await sites.getFunctionApp(c, change.app.id));
    case 'assignIdentity':
      return assignUserAssignedIdentity(c, await sites.getFunctionApp(c, change.app.id), change.identityId);
    case 'removeIdentity':
      return removeUserAssignedIdentity(c, await sites.getFunctionApp(c, change.app.id), change.identityId);
    case 'createIdentity': {
      const [, , subscriptionId = '', , resourceGroup = ''] = change.identityId.split('/');
      const name = change.identityId.split('/').at(-1) ?? '';
      return createUserAssignedIdentity(c, {
        subscriptionId,
        resourceGroup,
        name,
        location: change.location,
      });
    }
    case 'deleteIdentity':
      return deleteUserAssignedIdentity(c, change.identityId);
    case 'setKeyVaultReferenceIdentity':
      return setKeyVaultReferenceIdentity(c, await sites.getFunctionApp(c, change.appId), change.identity);
    case 'addAccessPolicy':
      return addAccessPolicy(c, await getKeyVault(c, change.vaultId), change);
    case 'removeAccessPolicy': {
      const vault = await getKeyVault(c, change.vaultId);
      return change.left ? removePermissions(c, vault, change) : removeAccessPolicy(c, vault, change);
    }
    case 'createRoleAssignment':
      return createRoleAssignment(c, change);
    case 'deleteRoleAssignment':
      return deleteRoleAssignment(c, change.id);
    case 'setSecret':
      return setSecret(c, await getKeyVault(c, change.vaultId), { name: change.name, value });
    case 'enableSecret':
      return enableSecret(c, await getKeyVault(c, change.vaultId), change.name);
    case 'recoverSecret':
      return recoverSecret(c, await getKeyVault(c, change.vaultId), change.name);
    case 'recoverVault':
      return recoverVault(c, change, c.tenantId);
    case 'purgeVault':
      return purgeVault(c, change);
    case 'openToFirewall':
      return openToFirewall(c, change.vaultId);
    case 'addFirewallAddress':
      return addFirewallAddresses(c, change.vaultId, [change.address]);
    case 'setAppSetting':
    case 'deleteAppSetting':
    case 'renameAppSetting':
      return changeAppSettings(c, await sites.getFunctionApp(c, change.appId), settingChange(change));
    case 'exchangeAppSettings': {
      const set = Object.entries(change.set).map(([name, now]) => [name, now ?? value] as const);
      const edit = {
        kind: 'exchange',
        name: '',
        set: Object.fromEntries(set),
        remove: change.remove,
      } as const;
      return changeAppSettings(c, await sites.getFunctionApp(c, change.appId), edit);
    }
    case 'setSlotSetting':
      return changeSlotSetting(c, await sites.getFunctionApp(c, change.appId), change, change.slotSetting);
    case 'startApp':
    case 'stopApp':
    case 'restartApp':
      return sites[change.kind](c, await sites.getFunctionApp(c, change.appId));
    case 'syncTriggers':
      return syncFunctionTriggers(c, await sites.getFunctionApp(c, change.appId));
    case 'setFunctionKey':
      return setFunctionKey(c, await keyOf(c, change));
    case 'deleteFunctionKey':
      return deleteFunctionKey(c, await keyOf(c, change));
    case 'writeSiteFile':
    case 'createSiteFolder':
    case 'deleteSiteFile':
    case 'deleteSiteFolder':
    case 'moveSiteFile':
    case 'moveSiteFolder':
      return changeFiles(c, change);
    case 'turnOffKeys':
    case 'turnOnKeys':
      return writeKeyAccess(c, await readKeyedResource(c, change.resourceId), change.kind === 'turnOnKeys');
    case 'createStorageAccount':
      return putResource(c, change.storageId, storageBody(change.location, change.byIdentity));
    case 'createPlan':
      return putResource(c, change.planId, planBody({ ...shape, ...change }) ?? {});
    case 'createWorkspace':
      return putResource(c, change.workspaceId, workspaceBody(change.location));
    case 'createComponent':
      return putResource(c, change.componentId, componentBody(change.location, change.workspaceId));
    case 'deleteResource':
      return deleteResource(c, change.resourceId);
    default:
      throw new Error(`The test can't make this change: ${JSON.stringify(change)}`);
  }
}

async function changeFiles(c: Connection, change: SiteFileChange): Promise<unknown> {
  const app = await sites.getFunctionApp(c, change.appId);
  const { path } = change;
  switch (change.kind) {
    case 'writeSiteFile':
      return writeSiteFile(c, app, path, fileContent, (await statSiteFile(c, app, path))?.etag);
    case 'createSiteFolder':
      return createSiteFolder(c, app, path);
    case 'deleteSiteFile':
      return deleteSiteFile(c, app, path, '*');
    case 'deleteSiteFolder':
      return deleteSiteFolder(c, app, path, true);
    case 'moveSiteFile':
      return moveSiteFile(c, app, path, change.to, false);
    case 'moveSiteFolder':
      assert.deepEqual(await moveSiteFile(c, app, path, change.to, true), {
        entries: change.entries,
        kept: [],
      });
      return;
  }
}
const shape = { name: '', runtime: { name: 'node', version: '22' } } as const;

/** Identifies a key of the host. */
async function keyOf(c: Connection, { appId, keyName }: FunctionKeyChange): Promise<FunctionKeyId> {
  return { app: await sites.getFunctionApp(c, appId), name: keyName };
}

function settingChange(
  change: Extract<Change, { kind: 'setAppSetting' | 'deleteAppSetting' | 'renameAppSetting' }>,
): Parameters<typeof changeAppSettings>[2] {
  const id = settingIdOf(change);
  switch (change.kind) {
    case 'setAppSetting':
      return { kind: 'set', ...id, value: change.reference ?? value };
    case 'deleteAppSetting':
      return { kind: 'delete', ...id };
    case 'renameAppSetting':
      return { kind: 'rename', ...id, newName: change.newName };
  }
}
