import type { FunctionApp, UserAssignedIdentity } from '../azure/core/model';
import { nameInId } from './words/format';

/** A managed identity whose name Keyless knows. */
export interface KnownPrincipal {
  readonly principalId: string;
  /** Name of the app (`app/slot` for a slot) or of the user-assigned identity. */
  readonly name: string;
  readonly kind: 'system-assigned' | 'user-assigned';
  /** The app, or the user-assigned identity. */
  readonly resourceId: string;
}

/** Maps each managed identity of these resources by its principal ID in lower case. */
export function knownPrincipals(
  apps: readonly FunctionApp[],
  identities: readonly UserAssignedIdentity[],
): ReadonlyMap<string, KnownPrincipal> {
  const known = new Map<string, KnownPrincipal>();
  for (const app of apps) {
    const principalId = app.identity.systemAssigned?.principalId;
    if (principalId)
      known.set(principalId.toLowerCase(), {
        principalId,
        name: app.name,
        kind: 'system-assigned',
        resourceId: app.id,
      });
  }
  // Apps also name identities in subscriptions that the account doesn't see.
  const assigned = apps.flatMap(({ identity }) =>
    identity.userAssigned.map(({ principalId, resourceId: id }) => ({ principalId, name: nameInId(id), id })),
  );
  for (const { principalId, name, id } of [...assigned, ...identities]) {
    if (principalId)
      known.set(principalId.toLowerCase(), { principalId, name, kind: 'user-assigned', resourceId: id });
  }
  return known;
}

/** Whether `text` is an object ID: a GUID with dashes, as Entra ID writes it. */
export function isObjectId(text: string): boolean {
  return /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(text);
}
