import { regenerateRequest } from '../../azure/resources/keyRotation';
import { platformPath } from '../../azure/appService/settings/platformSignIn';
import { keySwitchOf } from '../../azure/resources/keySwitch';
import { objectOf, stringMapOf, stringOf } from '../../azure/core/json';
import type { KeyAccessChange } from '../change';
import type { CommandWords } from './azureCliText';
import { option } from './azureCliText';
import type { BicepValue } from './bicepText';
import { comment, declaration, expression, fragment } from './bicepText';
import { placeOf, typeOfApp, webApiVersion } from './place';
import { quote } from './powerShellText';

/** The request that makes a change of key access, which is the same in all tools. */
interface KeyAccessRequest {
  readonly method: 'PATCH' | 'PUT' | 'POST';
  readonly path: string;
  readonly body?: object;
}

/** No command changes these alone: `az servicebus namespace update` and its like write the whole resource. */
function requestOf(change: KeyAccessChange): KeyAccessRequest {
  switch (change.kind) {
    case 'setBasicPublishing': {
      const { appId, method, allow } = change;
      const path = `${appId}/basicPublishingCredentialsPolicies/${method}?api-version=${webApiVersion}`;
      return { method: 'PUT', path, body: { properties: { allow } } };
    }
    case 'regenerateKey': {
      const { resourceId, keyName: name, keyId } = change;
      const key = { name, ...(keyId === undefined ? {} : { id: keyId }) };
      const { path, apiVersion, ...rest } = regenerateRequest(resourceId, key);
      return { method: 'POST', path: `${path}?api-version=${apiVersion}`, ...rest };
    }
    case 'setPlatformSignIn': {
      const { appId, fetched, properties } = change;
      const path = `${platformPath(appId, fetched)}?api-version=${webApiVersion}`;
      return { method: 'PATCH', path, body: { properties } };
    }
    default: {
      const { path, properties } = switchOf(change);
      return { method: 'PATCH', path, body: { properties } };
    }
  }
}

type KeySwitchChange = Extract<KeyAccessChange, { kind: 'turnOffKeys' | 'turnOnKeys' }>;

/** The properties that turn keys off or on, and where. */
function switchOf({ kind, resourceId }: KeySwitchChange) {
  const { off = {}, on = {}, type = '', apiVersion = '' } = keySwitchOf(resourceId) ?? {};
  const properties = kind === 'turnOffKeys' ? off : on;
  return { properties, type, apiVersion, path: `${resourceId}?api-version=${apiVersion}` };
}

/** Bicep replaces the whole resource: a declaration with only these properties would remove the others. */
export function keysInBicep(change: KeySwitchChange): string {
  const { type, apiVersion, properties } = switchOf(change);
  const where = `${placeOf(change.resourceId).name} (${type}@${apiVersion})`;
  return [comment(`Add this to the declaration of ${where}:`), fragment({ properties })].join('\n');
}

export function publishingPolicy({
  appId,
  method: name,
  allow,
}: Extract<KeyAccessChange, { kind: 'setBasicPublishing' }>): string {
  const type = `${typeOfApp(appId).type}/basicPublishingCredentialsPolicies@${webApiVersion}`;
  return declaration('policy', type, { parent: expression('app'), name, properties: { allow } });
}

/** As `az`. */
export function keyAccessCommand(change: KeyAccessChange): CommandWords {
  if (change.kind === 'regenerateKey' && isOfStorage(change.resourceId)) {
    const { name, resourceGroup } = placeOf(change.resourceId);
    const key = change.keyName === 'key1' ? 'primary' : 'secondary';
    const account = [...option('--account-name', name), ...option('--resource-group', resourceGroup)];
    return ['storage', 'account', 'keys', 'renew', ...account, '--key', key, '--output', 'none'];
  }
  const { method, path, body } = requestOf(change);
  const given = body ? option('--body', JSON.stringify(body)) : [];
  // Azure answers with the keys.
  const hidden = change.kind === 'regenerateKey' ? ['--output', 'none'] : [];
  return ['rest', '--method', method.toLowerCase(), '--url', path, ...given, ...hidden];
}

/** As a cmdlet. */
export function keyAccessCmdlet(change: KeyAccessChange): string {
  if (change.kind === 'regenerateKey' && isOfStorage(change.resourceId)) {
    const { name, resourceGroup } = placeOf(change.resourceId);
    return `$null = New-AzStorageAccountKey -ResourceGroupName ${quote(resourceGroup)} -Name ${quote(name)} -KeyName ${quote(change.keyName)}`;
  }
  const { method, path, body } = requestOf(change);
  const payload = body ? ` -Payload ${quote(JSON.stringify(body))}` : '';
  const hidden = change.kind === 'regenerateKey' ? '$null = ' : '';
  return `${hidden}Invoke-AzRestMethod -Method ${method} -Path ${quote(path)}${payload}`;
}

/** Storage accounts have commands for it that name the key as Azure does. */
function isOfStorage(resourceId: string): boolean {
  return /\/storageAccounts\/[^/]+$/i.test(resourceId);
}

/** Only how the platform signs in, among the properties of the app. */
export function platformInBicep({
  fetched,
  properties,
}: Extract<KeyAccessChange, { kind: 'setPlatformSignIn' }>): Readonly<Record<string, BicepValue>> {
  if (fetched === 'image') {
    const { acrUseManagedIdentityCreds: isOn, acrUserManagedIdentityID } = properties;
    const clientId = stringOf(acrUserManagedIdentityID) ?? '';
    const siteConfig = { acrUseManagedIdentityCreds: isOn === true, acrUserManagedIdentityID: clientId };
    return { properties: { siteConfig } };
  }
  const { deployment } = objectOf(properties['functionAppConfig']);
  const { authentication } = objectOf(objectOf(deployment)['storage']);
  const signIn = stringMapOf(authentication);
  return { properties: { functionAppConfig: { deployment: { storage: { authentication: signIn } } } } };
}
