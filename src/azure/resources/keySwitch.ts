import * as l10n from '@vscode/l10n';
import { apiVersions } from '../core/apiVersions';
import { pause } from '../core/clock';
import type { Connection } from '../core/connection';
import { AzureError } from '../core/errors';
import type { JsonObject } from '../core/json';
import { objectOf, stringOf } from '../core/json';
import { untilOperationEnds } from '../core/limits/operation';
import { callResourceManager } from '../core/request';

/** How the keys of a resource type are turned off and on, with one PATCH. */
export interface KeySwitch {
  /** As Azure spells it. */
  readonly type: string;
  readonly apiVersion: string;
  /** The properties to write. */
  readonly off: Properties;
  readonly on: Properties;
  /** Whether turning keys off deletes them for good, so that turning them on makes new ones. */
  readonly deletesKeys: boolean;
}

interface Properties {
  readonly [name: string]: boolean | string | null | Properties;
}

const localAuth = { off: { disableLocalAuth: true }, on: { disableLocalAuth: false } };

/**
 * Sources: the fields of Azure Policy's built-in definitions (Azure/azure-policy), azure-rest-api-specs, and Microsoft Learn:
 * shared-key-authorization-prevent, howto-disable-access-key-authentication (App Configuration), and
 * signalr-howto-disable-local-auth. That Web PubSub deletes its keys is inferred from SignalR.
 */
const switches: readonly KeySwitch[] = [
  {
    ...{ type: 'Microsoft.Storage/storageAccounts', apiVersion: apiVersions.storage, deletesKeys: false },
    ...{ off: { allowSharedKeyAccess: false }, on: { allowSharedKeyAccess: true } },
  },
  {
    // While keys are off, the service accepts no authOptions. Its default, apiKeyOnly, would refuse identities.
    ...{ type: 'Microsoft.Search/searchServices', apiVersion: '2023-11-01', deletesKeys: false },
    off: { disableLocalAuth: true, authOptions: null },
    on: { disableLocalAuth: false, authOptions: { aadOrApiKey: { aadAuthFailureMode: 'http403' } } },
  },
  ...(
    [
      ['Microsoft.ServiceBus/namespaces', '2021-11-01', false],
      ['Microsoft.EventHub/namespaces', '2021-11-01', false],
      ['Microsoft.DocumentDB/databaseAccounts', '2024-11-15', false],
      ['Microsoft.AppConfiguration/configurationStores', '2023-03-01', true],
      ['Microsoft.SignalRService/SignalR', '2023-02-01', true],
      ['Microsoft.SignalRService/WebPubSub', '2023-02-01', true],
      ['Microsoft.EventGrid/topics', '2022-06-15', false],
      ['Microsoft.EventGrid/domains', '2022-06-15', false],
      ['Microsoft.CognitiveServices/accounts', '2023-05-01', false],
    ] as const
  ).map(([type, apiVersion, deletesKeys]) => ({ type, apiVersion, deletesKeys, ...localAuth })),
];

/** The resource types whose keys can be turned off, as Azure spells them. */
export function switchableTypes(): readonly string[] {
  return switches.map(({ type }) => type);
}

/** Whether the keys of one of these types can be turned off. */
export function canTurnOff(types: readonly string[]): boolean {
  return types.some((type) => switches.some((one) => one.type.toLowerCase() === type.toLowerCase()));
}

/** Undefined for a resource of another type. */
export function keySwitchOf(resourceId: string): KeySwitch | undefined {
  const type = /\/providers\/([^/]+\/[^/]+)\/[^/]*$/.exec(resourceId)?.[1]?.toLowerCase();
  return switches.find((one) => one.type.toLowerCase() === type);
}

/** Whether keys work, by the properties of a resource: without one that turns them off, they do (azure-rest-api-specs). */
export function acceptsKeys({
  allowSharedKeyAccess,
  disableLocalAuth,
  disableAccessKeyAuthentication,
}: JsonObject): boolean {
  const off = disableLocalAuth === true || disableAccessKeyAuthentication === true;
  return allowSharedKeyAccess !== false && !off;
}

/** A resource that has keys, and whether they work. */
export interface KeyState {
  readonly id: string;
  readonly name: string;
  readonly keysWork: boolean;
  /** Whether the service has finished its last change. */
  readonly isReady: boolean;
  readonly properties: JsonObject;
}

/** A resource whose keys can be turned off, and whether they work. */
export interface KeyedResource extends KeyState {
  readonly keySwitch: KeySwitch;
}

/** Reads whether the keys of a resource work. @throws AzureError */
export async function readKeyedResource(
  c: Connection,
  id: string,
  signal?: AbortSignal,
): Promise<KeyedResource> {
  const keySwitch = keySwitchOf(id);
  if (!keySwitch)
    throw new AzureError(l10n.t('Keyless knows no way to turn off the keys of this resource type.'), {
      code: 'InvalidResourceType',
    });
  return { ...(await readKeyState(c, id, keySwitch.apiVersion, signal)), keySwitch };
}

/** Reads whether the keys of a resource of any type work. @throws AzureError */
export async function readKeyState(
  c: Connection,
  id: string,
  apiVersion: string,
  signal?: AbortSignal,
): Promise<KeyState> {
  const { body, status } = await callResourceManager(c, { method: 'GET', path: id, apiVersion, signal });
  const json = objectOf(body);
  const [ownId, name, properties] = [stringOf(json['id']), stringOf(json['name']), json['properties']];
  if (ownId === undefined || name === undefined || typeof properties !== 'object' || properties === null)
    throw new AzureError(l10n.t("The response isn't a resource."), { code: 'BadAnswer', status });
  const own = objectOf(properties);
  const state = stringOf(own['provisioningState']) ?? 'Succeeded';
  const isReady = !/^(updating|accepted|creating|running|inprogress|provisioning)$/i.test(state);
  return { id: ownId, name, keysWork: acceptsKeys(own), isReady, properties: own };
}

/** Milliseconds between two looks, and how long the resource may still show the old state. */
const [poll, grace] = [2000, 60_000];

/** Turns keys off or on with one PATCH, and waits until the resource shows it. @throws AzureError, `OperationPending` */
export async function writeKeyAccess(
  c: Connection,
  { id, keySwitch }: Pick<KeyedResource, 'id' | 'keySwitch'>,
  keysWork: boolean,
  signal?: AbortSignal,
): Promise<void> {
  const { apiVersion, on, off } = keySwitch;
  const body = { properties: keysWork ? on : off };
  await callResourceManager(c, { method: 'PATCH', path: id, apiVersion, body, signal });
  await untilOperationEnds(c, id, signal, async (within) => {
    for (let waited = 0; ; waited += poll) {
      const now = await readKeyedResource(c, id, within);
      if (now.isReady && now.keysWork === keysWork) return;
      if (now.isReady && waited >= grace)
        throw new AzureError(l10n.t("The resource accepted the change, but didn't apply it."), {
          code: 'NotApplied',
        });
      await pause(c, poll, within);
    }
  });
}
