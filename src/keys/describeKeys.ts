import { isMovable } from '../access/credentials/movable';
import {
  kindWords,
  nameWords,
  opensWords,
  reasonWords,
  unreadWords,
  usersWords,
} from '../access/credentials/words';
import type { Finding } from '../access/credentials/findings';
import { openedBy } from '../access/credentials/opened';
import { isRotatable } from '../access/keyAccess/rotatable';
import { hasPlan } from '../access/replace/isReplaceable';
import { dayOf } from '../access/words/format';
import { canTurnOff } from '../azure/resources/keySwitch';
import type { AppKeys } from '../inventory/findKeys';
import { describeUser } from '../inventory/identityUsers';
import type { AppTarget } from '../inventory/targets';
import type { KeyLeft } from '../inventory/keysLeft';
import { reasonOf } from '../ui/errors';
import type { AppRows, KeyAction, KeyRow } from './model/keyRows';

/** The keys of an app in words. */
export function describeKeys({ app, found, failure }: AppKeys): AppRows {
  const unread = failure
    ? reasonOf(failure)
    : found && found.unread.length > 0
      ? unreadWords(found.unread)
      : undefined;
  return {
    id: app.id,
    name: describeUser(app.id).name,
    place: app.resourceGroup,
    keys: (found?.keys ?? []).map(describeKey),
    ...(unread === undefined ? {} : { unread }),
  };
}

/** Unique in its app. */
export function idOfKey({ source, name }: Finding): string {
  return `${source}/${name}`;
}

function describeKey({ finding }: KeyLeft): KeyRow {
  const { kind, wayOut, expires, fingerprint } = finding;
  return {
    id: idOfKey(finding),
    name: nameWords(finding),
    kind: kindWords(kind),
    opens: opensWords(finding) ?? '',
    resource: resourceOf(finding),
    usedBy: usersWords(finding),
    way: wayOut.way,
    why: reasonWords(wayOut.because),
    actions: actionsOn(finding),
    ofResource: [
      ...(isRotatable(finding) ? (['rotateKey'] as const) : []),
      ...(canTurnOff(openedBy(finding)?.types ?? []) ? (['turnOffKeyAccess'] as const) : []),
    ],
    ...(expires ? { expires: dayOf(expires) } : {}),
    ...(fingerprint === undefined ? {} : { fingerprint }),
  };
}

/** The keys that open a resource, and who holds them. */
export function keysTo(
  resource: string,
  all: readonly AppKeys[],
): { readonly resource: string; readonly apps: readonly HoldingApp[] } {
  const held = all.flatMap(({ connection, app, found }) => {
    const findings = (found?.keys ?? []).map(({ finding }) => finding);
    const own = findings.filter((finding) => resourceOf(finding) === resource);
    return own.length > 0 ? [{ connection, app, own }] : [];
  });
  const [first] = held.flatMap(({ own }) => own);
  return {
    resource: (first && opensWords(first)) ?? resource,
    apps: held.map(({ own, ...target }) => ({
      ...target,
      settings: own.map(({ name, source }) => ({ name, source })),
    })),
  };
}

/** An app and the settings that hold certain keys. */
type HoldingApp = AppTarget & { readonly settings: readonly Pick<Finding, 'name' | 'source'>[] };

/** In the order in which the page offers them. */
function actionsOn(finding: Finding): KeyAction[] {
  return [
    ...(hasPlan(finding) ? (['replaceWithIdentity'] as const) : []),
    ...(isMovable(finding) ? (['moveToKeyVault'] as const) : []),
    'reveal',
  ];
}

/** The same for all keys of a resource. Several host names can belong to one, such as those of a storage account. */
function resourceOf({ host, account, source }: Finding): string {
  if (source === 'publishing') return source;
  if (host) return `${host.service}/${host.name ?? host.host}`;
  return account === undefined ? '' : `storage/${account.toLowerCase()}`;
}
