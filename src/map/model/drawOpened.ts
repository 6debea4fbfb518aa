import * as l10n from '@vscode/l10n';
import type { Finding } from '../../access/credentials/findings';
import type { IdentityConnection } from '../../access/credentials/identityConnections';
import { kindWords, usersWords } from '../../access/credentials/words';
import { isWithheld } from '../../access/model/facts';
import { isReplaceable } from '../../access/replace/isReplaceable';
import { sameText } from '../../access/rules/policyRules';
import { listed } from '../../access/words/format';
import type { FunctionApp } from '../../azure/core/model';
import type { MapBuilder } from './mapBuilder';
import type { AppOnMap } from './mapFacts';
import { appNode, identityNode } from './resourceNodes';
import type { RoleNames } from './roleNames';

type Opened = Pick<IdentityConnection, 'host' | 'account'>;

/** The same for all that opens one resource, such as the addresses of a storage account; undefined if it has no name. */
export function openedKey({ host, account }: Opened): string | undefined {
  const name = host ? host.name : account;
  return name === undefined ? undefined : `${host?.service ?? 'storage'}/${name}`.toLowerCase();
}

/** Adds the resources that an app opens with keys, and those that it opens as its identity instead. */
export function addOpened(
  map: MapBuilder,
  { app, opens }: AppOnMap,
  resources: ReadonlyMap<string, string>,
  roleNames: RoleNames,
): void {
  if (isWithheld(opens)) {
    map.problem(appNode(app), l10n.t("Its keys couldn't be read: {0}", opens.withheld));
    return;
  }
  for (const key of opens?.keys ?? []) {
    const to = resourceNode(map, key, resources);
    if (to !== undefined) addKey(map, app, key, to);
  }
  for (const one of opens?.byIdentity ?? []) {
    const to = resourceNode(map, one, resources);
    if (to !== undefined) addIdentity(map, app, one, to, roleNames, resources.get(openedKey(one) ?? ''));
  }
}

function resourceNode(
  map: MapBuilder,
  opened: Opened,
  resources: ReadonlyMap<string, string>,
): string | undefined {
  const key = openedKey(opened);
  if (key === undefined) return undefined;
  const resourceId = resources.get(key);
  return map.node({
    id: `resource ${key}`,
    kind: 'resource',
    name: opened.host?.name ?? opened.account ?? '',
    note: opened.host?.host ?? l10n.t('storage account'),
    ...(resourceId === undefined ? {} : { resourceId }),
  });
}

function addKey(map: MapBuilder, app: FunctionApp, key: Finding, to: string): void {
  map.path('key', appNode(app), to, {
    label: l10n.t('key {0}', key.name),
    text: l10n.t('{0}: {1}, used by {2}', key.name, kindWords(key.kind), usersWords(key)),
    ...(isReplaceable(key) ? { fix: { kind: 'key', app: appNode(app), about: key.name } } : {}),
  });
}

function addIdentity(
  map: MapBuilder,
  app: FunctionApp,
  { name, clientId }: IdentityConnection,
  to: string,
  roleNames: RoleNames,
  resourceId: string | undefined,
): void {
  const { systemAssigned, userAssigned } = app.identity;
  const user =
    clientId === undefined ? undefined : userAssigned.find((one) => sameText(one.clientId, clientId));
  // A client ID that isn't one of the app's gives it no token, and isn't about the app's other identities.
  const identity = clientId === undefined ? systemAssigned : user;
  const roles = roleNames.of(identity?.principalId, resourceId);
  map.path('instead', user ? identityNode(user.resourceId) : appNode(app), to, {
    label: roles[0] ?? l10n.t('setting {0}', name),
    // Roles of groups and of other subscriptions aren't read.
    ...(roles.length === 0
      ? { text: l10n.t('{0} of {1}, without a key; no role is known', name, app.name), unsure: true }
      : { text: l10n.t('{0} of {1}, without a key: {2}', name, app.name, listed(roles)) }),
  });
}
