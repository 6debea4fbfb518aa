import { actionsOf, rolesFor } from '../../access/operations/accessPermission';
import { listKeysAction } from '../../access/operations/keyAccess';
import type { Wanted } from '../../access/operations/operation';
import { roleOf } from '../../access/operations/operation';
import { resourceOf, typeIn } from '../../access/operations/resourceKinds';
import type { Accessors } from '../../access/operations/whoAccesses';
import { whoAccesses } from '../../access/operations/whoAccesses';
import type { Known, RoleFacts } from '../../access/model/facts';
import { isWithheld } from '../../access/model/facts';
import type { Connection } from '../../azure/core/connection';
import { objectOf } from '../../azure/core/json';
import type { VaultNetwork } from '../../azure/keyVault/vaultNetwork';
import { acceptsKeys } from '../../azure/resources/keySwitch';
import { getResourceJson } from '../../azure/resources/resources';
import { known, readRolesAt } from '../readRoles';
import { readDataRolesAt } from './readDataRoles';
import { readResourceNetwork } from './resourceNetwork';

/** Who can do something with a resource. */
export interface AccessorsRead {
  readonly found: Accessors;
  readonly roles: RoleFacts;
  /** Absent for a resource group or a subscription. */
  readonly network?: Known<VaultNetwork>;
  /** Absent if the resource has no keys, or accepts none. */
  readonly keys?: KeysFound;
}

/** `isSure` is false if it couldn't be read whether the resource accepts keys. */
interface KeysFound {
  readonly isSure: boolean;
  /** Who can list them, and so do everything. */
  readonly listers: Accessors;
}

/** Reads who can do something with a resource, by roles and by its keys. What is refused is withheld. @throws only when canceled */
export async function readAccessors(
  c: Connection,
  scope: string,
  wanted: Wanted,
  signal: AbortSignal,
): Promise<AccessorsRead> {
  const resource = resourceOf(scope);
  const type = typeIn(resource);
  const { own } = roleOf(wanted);
  const [roles, json] = await Promise.all([
    own ? readDataRolesAt(c, resource, signal) : readRolesAt(c, scope, signal, resource),
    type === '' ? undefined : known(() => getResourceJson(c, resource, signal)),
  ]);
  const found = whoAccesses(actionsOf(wanted), scope, rolesFor(wanted, roles));
  if (json === undefined) return { found, roles };
  const network = isWithheld(json) ? json : await readResourceNetwork(c, type, json, signal);
  const action = listKeysAction(type);
  const accepted = isWithheld(json) ? undefined : acceptsKeys(objectOf(json['properties']));
  if (!action || accepted === false) return { found, roles, network };
  const azureRoles = own ? await readRolesAt(c, resource, signal) : roles;
  const keys = { isSure: accepted === true, listers: whoAccesses([[action]], resource, azureRoles) };
  return { found, roles, network, keys };
}
