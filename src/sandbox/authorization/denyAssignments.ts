import { isAtOrBelow, sameId } from '../arm/ids';
import { ArmError, type ArmCall } from '../arm/provider';
import type { SandboxContext } from '../context';
import { everyone } from './rbac';
import type { World } from '../world/world';
import type { DenyAssignment } from '../world/rights';
import { readAuthorizationFilter } from './filter';
import { principalTypeOf } from './principals';

/** Lists the deny assignments at a scope, or returns the one called `name`. @throws ArmError 404 */
export function listDenyAssignments({ world, clock }: SandboxContext, call: ArmCall, name?: string): object {
  if (name !== undefined) {
    const found = world.denyAssignments.find(
      (deny) => sameId(deny.name, name) && sameId(deny.scope, scopeOf(call)),
    );
    if (found === undefined) {
      throw new ArmError(404, 'DenyAssignmentNotFound', `The deny assignment '${name}' is not found.`);
    }
    return denyJson(found, world, clock.now());
  }
  const filter = readAuthorizationFilter(call.query.get('$filter'), [
    'denyassignmentname',
    'principalid',
    'gdprexportprincipalid',
  ]);
  const principal = filter.values['principalid'] ?? filter.values['gdprexportprincipalid'];
  const listed = world.denyAssignments.filter(
    (deny) =>
      (isAtOrBelow(call.scope, deny.scope) || (!filter.atScope && isAtOrBelow(deny.scope, scopeOf(call)))) &&
      (principal === undefined || deny.principalIds.some((id) => sameId(id, principal))) &&
      (filter.values['denyassignmentname'] === undefined ||
        deny.displayName === filter.values['denyassignmentname']),
  );
  return { value: listed.map((deny) => denyJson(deny, world, clock.now())) };
}

function denyJson(deny: DenyAssignment, world: World, now: number): object {
  const typeOf = (id: string) =>
    id === everyone ? 'SystemDefined' : (principalTypeOf(world, id, now) ?? 'ServicePrincipal');
  const principals = (ids: string[]) => ids.map((id) => ({ id, type: typeOf(id), displayName: '' }));
  return {
    properties: {
      denyAssignmentName: deny.displayName,
      description: '',
      permissions: deny.permissions,
      scope: deny.scope,
      doNotApplyToChildScopes: deny.doNotApplyToChildScopes === true,
      principals: principals(deny.principalIds),
      excludePrincipals: principals(deny.excludePrincipalIds),
      isSystemProtected: true,
      // Not in the OpenAPI document of 2022-04-01. Whether that version returns it is not known.
      ...(deny.audit === true && { denyAssignmentEffect: 'audit' }),
    },
    id: `${deny.scope === '/' ? '' : deny.scope}/providers/Microsoft.Authorization/denyAssignments/${deny.name}`,
    type: 'Microsoft.Authorization/denyAssignments',
    name: deny.name,
  };
}

function scopeOf(call: ArmCall): string {
  return call.scope === '' ? '/' : call.scope;
}
