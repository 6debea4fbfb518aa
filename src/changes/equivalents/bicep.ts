import type { AccessPolicyChange, AppSettingChange, Change, ExchangedSettings } from '../change';
import { settingKindOf } from '../../azure/appService/settings/settingsMap';
import { toAzureCli } from './azureCli';
import type { ApiVersionOf, BicepValue } from './bicepText';
import {
  asComments,
  comment,
  declaration,
  deployedTo,
  expression,
  fragment,
  inVersions,
  keyOf,
  quote,
} from './bicepText';
import { joinParts } from './bicepFiles';
import { keysInBicep, platformInBicep, publishingPolicy } from './keyAccess';
import { identityAfter, placeOf, typeOfApp, valuePlaceholder, webApiVersion } from './place';
import { creationInBicep } from './bicepCreation';
import { roleAssignmentInBicep } from './bicepRoles';
import { dataRoleInBicep } from './dataRoles';

const vaultType = 'Microsoft.KeyVault/vaults';
const vaultVersion = '2026-02-01';

/**
 * Writes a Bicep file that makes the same change, or the properties to add to a declaration. Bicep declares what should
 * exist and deletes nothing, so what it can't express becomes Azure CLI commands in comments. Secret values are parameters.
 */
export function toBicep(change: Change): string {
  return allToBicep([change]);
}

/**
 * The same for several changes. Those that can't share a file become several, each with its number above it.
 * @param versionOf for clouds that don't know all versions
 */
export function allToBicep(changes: readonly Change[], versionOf?: ApiVersionOf): string {
  const text = joinParts(changes.map(partsOf));
  return versionOf ? inVersions(text, versionOf) : text;
}

function partsOf(change: Change): string[] {
  switch (change.kind) {
    case 'enableIdentity':
    case 'disableIdentity':
    case 'assignIdentity':
    case 'removeIdentity': {
      const { type, userAssigned } = identityAfter(change.app);
      const map = Object.fromEntries(userAssigned.map((id) => [id, {}]));
      const identity = { type, ...(userAssigned.length > 0 ? { userAssignedIdentities: map } : {}) };
      return partOfApp(change.app.id, { identity });
    }
    case 'setKeyVaultReferenceIdentity':
      return partOfApp(change.appId, { properties: { keyVaultReferenceIdentity: change.identity } });
    case 'createIdentity':
      return [
        deployedTo(change.identityId),
        declaration('identity', 'Microsoft.ManagedIdentity/userAssignedIdentities@2023-01-31', {
          name: placeOf(change.identityId).name,
          location: change.location,
        }),
      ];
    case 'addAccessPolicy':
    case 'removeAccessPolicy':
      return ofPolicy(change);
    case 'createRoleAssignment':
      return (
        roleAssignmentInBicep(change, deployedTo(change.scope)) ?? [
          withAzureCli(
            "Keyless doesn't know an API version for this resource, which Bicep requires.",
            change,
          ),
        ]
      );
    case 'assignDataRole':
      return dataRoleInBicep(change, deployedTo(change.resourceId));
    case 'setSecret':
      return [
        deployedTo(change.vaultId),
        secureValue,
        existingVault(change.vaultId),
        declaration('secret', `${vaultType}/secrets@${vaultVersion}`, {
          parent: expression('vault'),
          name: change.name,
          properties: { value: expression('value') },
        }),
      ];
    case 'openToFirewall':
      return partOfVault(change.vaultId, {
        properties: { publicNetworkAccess: 'Enabled', networkAcls: { defaultAction: 'Deny' } },
      });
    case 'createResourceGroup': {
      const { resourceGroup, subscriptionId } = placeOf(change.groupId);
      return [
        comment(`Deploy to subscription ${subscriptionId}.`),
        "targetScope = 'subscription'",
        declaration('group', 'Microsoft.Resources/resourceGroups@2024-07-01', {
          name: resourceGroup,
          location: change.location,
        }),
      ];
    }
    case 'createStorageAccount':
    case 'createPlan':
    case 'createWorkspace':
    case 'createComponent':
    case 'createApp':
      return [...creationInBicep(change, deployedTo)];
    case 'createVault':
      return [
        deployedTo(change.vaultId),
        declaration('vault', `${vaultType}@${vaultVersion}`, {
          name: placeOf(change.vaultId).name,
          location: change.location,
          properties: {
            tenantId: change.tenantId,
            sku: { family: 'A', name: 'standard' },
            accessPolicies: [],
            enableRbacAuthorization: expression(String(change.permissionModel === 'rbac')),
            softDeleteRetentionInDays: expression(String(change.retentionDays)),
            enablePurgeProtection: change.purgeProtection ? expression('true') : undefined,
          },
        }),
      ];
    case 'addFirewallAddress':
      return partOfVault(
        change.vaultId,
        { properties: { networkAcls: { ipRules: [{ value: change.address }] } } },
        'Keep the addresses that the list already has.',
      );
    case 'setAppSetting':
    case 'deleteAppSetting':
    case 'renameAppSetting':
      return ofSetting(change);
    case 'exchangeAppSettings':
      return ofExchange(change);
    case 'setSlotSetting':
      return [
        deployedTo(change.appId),
        ...existingApp(change.appId),
        declaration('slotSettings', `Microsoft.Web/sites/config@${webApiVersion}`, {
          ...{ parent: expression('app'), name: 'slotConfigNames', properties: change.lists },
        }),
      ];
    case 'turnOffKeys':
    case 'turnOnKeys':
      return [keysInBicep(change)];
    case 'setPlatformSignIn':
      return partOfApp(change.appId, platformInBicep(change));
    case 'setBasicPublishing':
      return [deployedTo(change.appId), ...existingApp(change.appId), publishingPolicy(change)];
    case 'regenerateKey':
    case 'deleteIdentity':
    case 'deleteRoleAssignment':
    case 'removeDataRole':
    case 'updateSecret':
    case 'deleteSecret':
    case 'purgeSecret':
    case 'enableSecret':
    case 'recoverSecret':
    case 'recoverVault':
    case 'purgeVault':
    case 'setFunctionKey':
    case 'deleteFunctionKey':
    case 'deleteResourceGroup':
    case 'registerProvider':
    case 'deleteVault':
    case 'deleteApp':
    case 'deleteResource':
    case 'startApp':
    case 'stopApp':
    case 'restartApp':
    case 'syncTriggers':
      return [withAzureCli("Bicep declares what should exist and can't express this.", change)];
    case 'writeSiteFile':
    case 'createSiteFolder':
    case 'deleteSiteFile':
    case 'deleteSiteFolder':
    case 'moveSiteFile':
    case 'moveSiteFolder':
      return [withAzureCli("An app's files aren't resources, so Bicep can't express this.", change)];
  }
}

function withAzureCli(why: string, change: Change): string {
  return asComments(`${why} With the Azure CLI in Bash:`, toAzureCli(change));
}

/** Bicep replaces the whole app: a declaration with only these properties would remove the others. */
function partOfApp(id: string, properties: Readonly<Record<string, BicepValue>>): string[] {
  const { type, version } = typeOfApp(id);
  return [
    [
      comment(`Add this to the declaration of ${nameOfApp(id)} (${type}@${version}):`),
      fragment(properties),
    ].join('\n'),
  ];
}

/** As with an app, a declaration with only these properties would remove the others. */
function partOfVault(id: string, properties: Readonly<Record<string, BicepValue>>, hint?: string): string[] {
  const where = `Add this to the declaration of ${placeOf(id).name} (${vaultType}@${vaultVersion}):`;
  return [[comment(hint === undefined ? where : `${where} ${hint}`), fragment(properties)].join('\n')];
}

/** Child resources named `add` and `remove` change one entry and leave the others alone. */
function ofPolicy(change: AccessPolicyChange): string[] {
  const { tenantId, objectId, applicationId, permissions } = change;
  return [
    deployedTo(change.vaultId),
    existingVault(change.vaultId),
    declaration('policy', `${vaultType}/accessPolicies@${vaultVersion}`, {
      parent: expression('vault'),
      name: change.kind === 'addAccessPolicy' ? 'add' : 'remove',
      properties: {
        accessPolicies: [
          {
            ...{ tenantId, objectId },
            ...(applicationId === undefined ? {} : { applicationId }),
            permissions: { ...permissions },
          },
        ],
      },
    }),
  ];
}

function ofExchange({ appId, set, remove }: ExchangedSettings): string[] {
  const listed = `list('\${app.id}/config/appsettings', '${webApiVersion}').properties`;
  const removed = remove.map(quote).join(', ');
  const others =
    remove.length === 0
      ? listed
      : `toObject(filter(items(${listed}), setting => !contains([${removed}], setting.key)), setting => setting.key, setting => setting.value)`;
  const added = Object.entries(set).map(
    ([name, value]) => `${keyOf(name)}: ${value === null ? 'value' : quote(value)}`,
  );
  return settingsIn(
    appId,
    'appsettings',
    added.length === 0 ? others : `union(${others}, { ${added.join(', ')} })`,
    Object.values(set).includes(null),
  );
}

/** All settings are written at once, so the deployment lists the existing ones. */
function ofSetting(change: AppSettingChange): string[] {
  const { appId, name, kind, connectionType } = change;
  const config = settingKindOf(change);
  const listed = `list('\${app.id}/config/${config}', '${webApiVersion}').properties`;
  const others = `toObject(filter(items(${listed}), setting => setting.key != ${quote(name)}), setting => setting.key, setting => setting.value)`;
  const added = kind === 'renameAppSetting' ? change.newName : name;
  const reference = kind === 'deleteAppSetting' ? undefined : change.reference;
  const text = reference === undefined ? 'value' : quote(reference);
  const value = connectionType === undefined ? text : `{ value: ${text}, type: ${quote(connectionType)} }`;
  const properties =
    kind === 'deleteAppSetting'
      ? others
      : `union(${kind === 'setAppSetting' ? listed : others}, { ${keyOf(added)}: ${value} })`;
  return settingsIn(appId, config, properties, kind !== 'deleteAppSetting' && reference === undefined);
}

/** @param asks whether the deployment asks for a secret value */
function settingsIn(appId: string, name: string, properties: string, asks: boolean): string[] {
  return [
    deployedTo(appId),
    ...(asks ? [secureValue] : []),
    ...existingApp(appId),
    declaration('settings', `${typeOfApp(appId).type}/config@${webApiVersion}`, {
      parent: expression('app'),
      name,
      properties: expression(properties),
    }),
  ];
}

/** The deployment asks for the value and doesn't keep it in its history. */
const secureValue = `@secure()\nparam value string // ${valuePlaceholder}`;

function existingVault(id: string): string {
  return declaration('vault', `${vaultType}@${vaultVersion}`, { name: placeOf(id).name }, 'existing');
}

function existingApp(id: string): string[] {
  const { name, slot } = placeOf(id);
  const type = `${typeOfApp(id).type}@${webApiVersion}`;
  if (slot === undefined) return [declaration('app', type, { name }, 'existing')];
  return [
    declaration('site', `Microsoft.Web/sites@${webApiVersion}`, { name }, 'existing'),
    declaration('app', type, { parent: expression('site'), name: slot }, 'existing'),
  ];
}

function nameOfApp(id: string): string {
  const { name, slot } = placeOf(id);
  return slot === undefined ? name : `${name}/${slot}`;
}
