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
import { hasPlan } from '../access/replace/isReplaceable';
import { dayOf } from '../access/words/format';
import { canTurnOff } from '../azure/resources/keySwitch';
import type { AppKeys } from '../inventory/findKeys';
import { describeUser } from '../inventory/identityUsers';
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
    ...(canTurnOff(openedBy(finding)?.types ?? []) ? { switchable: true } : {}),
    ...(expires ? { expires: dayOf(expires) } : {}),
    ...(fingerprint === undefined ? {} : { fingerprint }),
  };
}

/** In the order in which the page offers them. */
function actionsOn(finding: Finding): KeyAction[] {
  return [
    ...(hasPlan(finding) ? (['replaceWithIdentity'] as const) : []),
    ...(isMovable(finding) ? (['moveToKeyVault'] as const) : []),
    'reveal',
  ];
}

/** Several host names can belong to one resource, such as those of a storage account. */
function resourceOf({ host, account, source }: Finding): string {
  if (source === 'publishing') return source;
  if (host) return `${host.service}/${host.name ?? host.host}`;
  return account === undefined ? '' : `storage/${account.toLowerCase()}`;
}
