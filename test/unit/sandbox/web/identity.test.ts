import assert from 'node:assert/strict';
import type { ArmCall } from '../../../../src/sandbox/arm/provider';
import type { SandboxContext } from '../../../../src/sandbox/context';
import { applyIdentity } from '../../../../src/sandbox/web/resources/identity';
import type { Site } from '../../../../src/sandbox/world/world';

const group = '/subscriptions/s/resourceGroups/rg/providers';
const one = `${group}/Microsoft.ManagedIdentity/userAssignedIdentities/one`;
const two = `${group}/Microsoft.ManagedIdentity/userAssignedIdentities/two`;

describe('Writing the identity of a site', () => {
  let context: SandboxContext;
  let site: Site;
  let mayAssign: boolean;

  beforeEach(() => {
    mayAssign = true;
    const identities = new Map(
      [one, two].map((id) => [
        id.toLowerCase(),
        { id, name: id.slice(-3), principalId: `principal of ${id.slice(-3)}`, clientId: 'client' },
      ]),
    );
    context = {
      world: {
        identities,
        servicePrincipals: new Map(),
        subscriptions: new Map(),
        tenants: [{ tenantId: 'tenant' }],
      },
      settings: { patchRemovesOmittedIdentities: false, principalReplicationMs: 1000 },
      clock: { now: () => 5000 },
    } as unknown as SandboxContext;
    site = { id: `${group}/Microsoft.Web/sites/app`, name: 'app/slot' } as Site;
  });

  const write = (mode: 'put' | 'patch', identity: unknown): Site['identity'] => {
    const call = { resourceId: site.id, caller: {}, mayDo: () => mayAssign } as unknown as ArmCall;
    applyIdentity(context, call, site, identity, mode);
    return site.identity;
  };
  const names = (identity: Site['identity']): string[] =>
    Object.keys(identity?.userAssignedIdentities ?? {}).map((id) => id.slice(-3));

  it('accepts the type with and without the space, in any case', () => {
    assert.equal(
      write('put', { type: 'systemassigned,userassigned', userAssignedIdentities: { [one]: {} } })?.type,
      'SystemAssigned, UserAssigned',
    );
    assert.throws(() => write('put', { type: 'Nonsense' }), { code: 'BadRequest' });
  });

  it('creates a principal named after app and slot that is not visible at once, and deletes it', () => {
    const principalId = write('patch', { type: 'SystemAssigned' })?.principalId ?? '';
    const principal = context.world.servicePrincipals.get(principalId);
    assert.deepEqual(
      [principal?.displayName, principal?.visibleFrom, principal?.resourceId],
      ['app/slots/slot', 6000, site.id],
    );
    assert.equal(
      write('patch', { type: 'SystemAssigned' })?.principalId,
      principalId,
      'the same while it stays on',
    );
    write('patch', { type: 'UserAssigned', userAssignedIdentities: { [one]: {} } });
    assert.equal(context.world.servicePrincipals.size, 0);
  });

  it('replaces the map with PUT; with PATCH adds, removes with null, and keeps what is omitted', () => {
    write('put', { type: 'UserAssigned', userAssignedIdentities: { [one]: {} } });
    assert.deepEqual(names(write('put', { type: 'UserAssigned', userAssignedIdentities: { [two]: {} } })), [
      'two',
    ]);
    assert.deepEqual(names(write('patch', { type: 'UserAssigned', userAssignedIdentities: { [one]: {} } })), [
      'two',
      'one',
    ]);
    assert.deepEqual(
      names(write('patch', { type: 'UserAssigned', userAssignedIdentities: { [two.toUpperCase()]: null } })),
      ['one'],
    );
    assert.equal(
      write('patch', { type: 'UserAssigned', userAssignedIdentities: { [one]: null } }),
      undefined,
      'nothing is left',
    );
    write('put', { type: 'UserAssigned', userAssignedIdentities: { [one]: {} } });
    context.settings.patchRemovesOmittedIdentities = true;
    assert.deepEqual(names(write('patch', { type: 'UserAssigned', userAssignedIdentities: { [two]: {} } })), [
      'two',
    ]);
    assert.deepEqual(names(write('patch', undefined)), ['two'], 'a body without identity leaves it alone');
  });

  it('refuses to keep an identity that was deleted, and removes it', () => {
    write('put', { type: 'UserAssigned', userAssignedIdentities: { [one]: {}, [two]: {} } });
    context.world.identities.delete(one.toLowerCase());
    assert.throws(
      () => write('patch', { type: 'UserAssigned', userAssignedIdentities: { [one]: {}, [two]: {} } }),
      { code: 'FailedIdentityOperation', message: /was not found/ },
    );
    const rest = write('patch', {
      type: 'UserAssigned',
      userAssignedIdentities: { [one]: null, [two]: {} },
    });
    assert.deepEqual(names(rest), ['two']);
  });

  it('requires an existing identity and permission to assign it', () => {
    assert.throws(
      () => write('patch', { type: 'UserAssigned', userAssignedIdentities: { [`${one}x`]: {} } }),
      { code: 'FailedIdentityOperation' },
    );
    mayAssign = false;
    assert.throws(() => write('patch', { type: 'UserAssigned', userAssignedIdentities: { [one]: {} } }), {
      code: 'LinkedAuthorizationFailed',
    });
  });
});
