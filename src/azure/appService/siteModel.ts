import { hasKind } from './siteKind';
import * as l10n from '@vscode/l10n';
import { partsOfId } from '../core/armId';
import type { Connection } from '../core/connection';
import { AzureError } from '../core/errors';
import type { JsonObject } from '../core/json';
import { isObject, listOf, objectOf, stringMapOf, stringOf, stringsOf } from '../core/json';
import type { DisabledIn, FunctionApp, FunctionBinding, FunctionInfo, ManagedIdentity } from '../core/model';

/**
 * Reads a site from the response of `GET sites/n`, or from a Resource Graph row with the same property names.
 * Its hosts become trusted, because Resource Manager returned them for this site.
 * @returns undefined unless it has an ID
 */
export function siteOf(c: Connection, json: JsonObject): FunctionApp | undefined {
  const id = stringOf(json['id']);
  if (id === undefined) return undefined;
  const place = partsOfId(id);
  if (!place) return undefined;
  const properties = objectOf(json['properties']);
  const kind = stringOf(json['kind']) ?? 'app';
  const defaultHostName = hostOf(properties['defaultHostName']) ?? '';
  const scmHostName = scmHostOf(properties);
  if (defaultHostName) c.http.trust.learn(defaultHostName, 'site', id);
  if (scmHostName) c.http.trust.learn(scmHostName, 'scm', id);
  const runtime = stringOf(objectOf(objectOf(properties['functionAppConfig'])['runtime'])['name']);
  const sku = stringOf(properties['sku']) ?? stringOf(objectOf(json['sku'])['tier']);
  return {
    id,
    ...place,
    location: stringOf(json['location']) ?? '',
    kind,
    linux: hasKind(kind, 'linux') || properties['reserved'] === true,
    state: stringOf(properties['state']) ?? '',
    ...healthOf(properties),
    ...(sku === undefined ? {} : { sku }),
    ...(runtime === undefined ? {} : { runtime }),
    defaultHostName,
    ...(scmHostName === undefined ? {} : { scmHostName }),
    identity: identityOf(json['identity']),
    keyVaultReferenceIdentity: stringOf(properties['keyVaultReferenceIdentity']) ?? 'SystemAssigned',
    tags: stringMapOf(json['tags']),
  };
}

/** `usageState` and `availabilityState` of WebApps.json. */
function healthOf(properties: JsonObject): Pick<FunctionApp, 'health'> {
  if (stringOf(properties['usageState'])?.toLowerCase() === 'exceeded') return { health: 'quotaExceeded' };
  const availability = stringOf(properties['availabilityState'])?.toLowerCase() ?? 'normal';
  return availability === 'normal' ? {} : { health: 'limited' };
}

/**
 * A site's `identity`, absent for none. If anything else counted as none, a write would take away the app's identities,
 * and an undo would find nothing to undo. @throws AzureError
 */
export function identityIn(json: JsonObject): JsonObject {
  const identity = json['identity'] ?? {};
  const assigned = isObject(identity) ? (identity['userAssignedIdentities'] ?? {}) : undefined;
  if (isObject(identity) && isObject(assigned) && typeof (identity['type'] ?? '') === 'string')
    return identity;
  throw new AzureError(l10n.t("The app's identities can't be read."), { code: 'BadAnswer' });
}

/** For a new principal that takes longer than expected. */
export function identityNotReady(): AzureError {
  return new AzureError(l10n.t("The change was accepted, but the app doesn't show it yet."), {
    code: 'IdentityNotReady',
  });
}

/** For a removal that Azure accepted without effect (azure-sdk-for-java#33544), or that someone else has reverted. */
export function identityStays(id: string): AzureError {
  const name = id.slice(id.lastIndexOf('/') + 1);
  return new AzureError(
    l10n.t('Azure accepted the removal, but the identity {0} is still assigned to the app.', name),
    { code: 'IdentityStays' },
  );
}

/** For a change to an app's identities that someone else's write overwrote. */
export function identityLost(appName: string): AzureError {
  const reason = l10n.t(
    'Your change to the identities of {0} was lost because someone else changed them at the same time.',
    appName,
  );
  const nextStep = l10n.t("Check the app's current identities, then try again.");
  return new AzureError(reason, { code: 'IdentityLost', explanation: { reason, nextStep } });
}

/** Reads an app's `identity`, which is absent or `None` if there is none, and has no principal for UserAssigned. */
export function identityOf(json: unknown): ManagedIdentity {
  const identity = objectOf(json);
  const types = (stringOf(identity['type']) ?? '').toLowerCase().split(/\s*,\s*/);
  const principalId = stringOf(identity['principalId']);
  const userAssigned = Object.entries(objectOf(identity['userAssignedIdentities'])).map(
    ([resourceId, value]) => {
      const ids = objectOf(value);
      return {
        resourceId,
        principalId: stringOf(ids['principalId']) ?? '',
        clientId: stringOf(ids['clientId']) ?? '',
      };
    },
  );
  if (!types.includes('systemassigned') || principalId === undefined) return { userAssigned };
  return { systemAssigned: { principalId, tenantId: stringOf(identity['tenantId']) ?? '' }, userAssigned };
}

/** Reads a `FunctionEnvelope`; undefined for the placeholder of a host that is still starting. */
export function functionOf(json: JsonObject): FunctionInfo | undefined {
  const id = stringOf(json['id']);
  const properties = objectOf(json['properties']);
  const name = stringOf(properties['name']) ?? stringOf(json['name'])?.split('/').pop();
  if (id === undefined || name === undefined || isPlaceholder(name, properties)) return undefined;
  const language = stringOf(properties['language']);
  const http = httpOf(properties);
  const disabledIn = disabledInOf(properties);
  const bindings = bindingsOf(properties).map(bindingOf);
  return {
    id,
    name,
    ...(language === undefined ? {} : { language }),
    disabled: disabledIn?.place === 'host' || disabledIn?.place === 'functionJson',
    ...(disabledIn ? { disabledIn } : {}),
    ...(http ? { http } : {}),
    ...(bindings.length > 0 ? { bindings } : {}),
  };
}

function bindingOf(binding: JsonObject): FunctionBinding {
  const members = Object.entries(binding).flatMap(([name, value]) =>
    typeof value === 'string' || typeof value === 'boolean' ? [[name, String(value)] as const] : [],
  );
  return { type: stringOf(binding['type'])?.toLowerCase() ?? '', members: Object.fromEntries(members) };
}

/**
 * Whether it's the placeholder that runs until the host gets its app: the HTTP function with this route of the host's
 * Resources/Functions/WarmUp/function.json, or (inferred) one whose files are already gone. An app's own function may
 * have the same name, for example with a warmup trigger (azure-functions-host#4983).
 */
function isPlaceholder(name: string, properties: JsonObject): boolean {
  if (name !== 'WarmUp') return false;
  const bindings = bindingsOf(properties);
  return (
    bindings.length === 0 || bindings.some(({ route }) => /\bcsharphttpwarmup\b/i.test(stringOf(route) ?? ''))
  );
}

/**
 * Since version 2, the host says whether a function is disabled, and `disabled` in function.json counts for nothing
 * (azure-functions-host#2767). Version 1 follows function.json, which may also name an app setting (#2471); its functions
 * have no language and always `isDisabled: false` (recorded in azure-libraries-for-java, canZipDeployFunction).
 */
function disabledInOf(properties: JsonObject): DisabledIn | undefined {
  if (properties['isDisabled'] === true) return { place: 'host' };
  const { disabled } = objectOf(properties['config']);
  const isVersion1 = stringOf(properties['language']) === undefined;
  if (disabled === true) return { place: isVersion1 ? 'functionJson' : 'ignored' };
  return isVersion1 && typeof disabled === 'string' && disabled !== ''
    ? { place: 'setting', setting: disabled }
    : undefined;
}

function bindingsOf(properties: JsonObject): JsonObject[] {
  return listOf(objectOf(properties['config'])['bindings']).filter(isObject);
}

function httpOf(properties: JsonObject): FunctionInfo['http'] {
  const bindings = bindingsOf(properties);
  const trigger = bindings.find((binding) => stringOf(binding['type'])?.toLowerCase() === 'httptrigger');
  const invokeUrlTemplate = stringOf(properties['invoke_url_template']);
  if (!trigger || invokeUrlTemplate === undefined) return undefined;
  const level = stringOf(trigger['authLevel'])?.toLowerCase();
  const authLevel = level === 'anonymous' || level === 'admin' ? level : 'function';
  return {
    invokeUrlTemplate,
    authLevel,
    methods: stringsOf(trigger['methods']).map((method) => method.toUpperCase()),
  };
}

/** The host of the SCM site, which is never derived from the app's name. */
function scmHostOf(properties: JsonObject): string | undefined {
  const states = listOf(properties['hostNameSslStates']).filter(isObject);
  const repository = states.find((state) => stringOf(state['hostType'])?.toLowerCase() === 'repository');
  return hostOf(repository?.['name']);
}

/** A host name, with a port in the sandbox; undefined if it's invalid. */
function hostOf(value: unknown): string | undefined {
  const host = stringOf(value);
  return host && /^[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?(:\d{1,5})?$/i.test(host)
    ? host.toLowerCase()
    : undefined;
}
