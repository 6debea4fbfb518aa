import { placeOf } from '../core/armId';
import type { Connection } from '../core/connection';
import type { JsonObject } from '../core/json';
import { isObject, listOf, objectOf, stringMapOf, stringOf, stringsOf } from '../core/json';
import type { FunctionApp, FunctionInfo, ManagedIdentity } from '../core/model';

/**
 * A site as `GET sites/n` answers it, or a row of Resource Graph with the same names.
 * Its hosts become trusted: Resource Manager named them for this site.
 * @returns undefined for what is no site with an ID
 */
export function siteOf(c: Connection, json: JsonObject): FunctionApp | undefined {
  const id = stringOf(json['id']);
  if (id === undefined) return undefined;
  const place = placeOf(id);
  if (!place) return undefined;
  const properties = objectOf(json['properties']);
  const kind = stringOf(json['kind']) ?? 'app';
  const defaultHostName = hostOf(properties['defaultHostName']) ?? '';
  const scmHostName = scmHostOf(properties);
  if (defaultHostName) c.http.trust.learn(defaultHostName, 'site', id);
  if (scmHostName) c.http.trust.learn(scmHostName, 'scm', id);
  const sku = stringOf(properties['sku']) ?? stringOf(objectOf(json['sku'])['tier']);
  return {
    id,
    ...place,
    location: stringOf(json['location']) ?? '',
    kind,
    linux: hasKind(kind, 'linux') || properties['reserved'] === true,
    state: stringOf(properties['state']) ?? '',
    ...(sku === undefined ? {} : { sku }),
    defaultHostName,
    ...(scmHostName === undefined ? {} : { scmHostName }),
    identity: identityOf(json['identity']),
    keyVaultReferenceIdentity: stringOf(properties['keyVaultReferenceIdentity']) ?? 'SystemAssigned',
    tags: stringMapOf(json['tags']),
  };
}

/** Function apps, and not the Logic Apps that also say `functionapp`. */
export function isFunctionApp(site: FunctionApp): boolean {
  return hasKind(site.kind, 'functionapp') && !hasKind(site.kind, 'workflowapp');
}

/** One of the comma parts of `kind`, without case. */
export function hasKind(kind: string, part: string): boolean {
  return kind
    .toLowerCase()
    .split(',')
    .some((one) => one.trim() === part);
}

/** `identity` of a site; absent for None, without principal for UserAssigned. */
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

/** A `FunctionEnvelope`; undefined for the placeholder that a cold host shows. */
export function functionOf(json: JsonObject): FunctionInfo | undefined {
  const id = stringOf(json['id']);
  const properties = objectOf(json['properties']);
  const name = stringOf(properties['name']) ?? stringOf(json['name'])?.split('/').pop();
  if (id === undefined || name === undefined || name === 'WarmUp') return undefined;
  const language = stringOf(properties['language']);
  const http = httpOf(properties);
  return {
    id,
    name,
    ...(language === undefined ? {} : { language }),
    disabled: properties['isDisabled'] === true || objectOf(properties['config'])['disabled'] === true,
    ...(http ? { http } : {}),
  };
}

function httpOf(properties: JsonObject): FunctionInfo['http'] {
  const bindings = listOf(objectOf(properties['config'])['bindings']).filter(isObject);
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

/** Host of the SCM site: never made up from the app's name. */
function scmHostOf(properties: JsonObject): string | undefined {
  const states = listOf(properties['hostNameSslStates']).filter(isObject);
  const repository = states.find((state) => stringOf(state['hostType'])?.toLowerCase() === 'repository');
  return hostOf(repository?.['name']);
}

/** A host name, with port in the sandbox; undefined for anything that is none. */
function hostOf(value: unknown): string | undefined {
  const host = stringOf(value);
  return host && /^[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?(:\d{1,5})?$/i.test(host)
    ? host.toLowerCase()
    : undefined;
}
