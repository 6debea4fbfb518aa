import assert from 'node:assert/strict';
import { permissionByRoles } from '../../../src/access/rules/roleRules';
import type { RoleFacts } from '../../../src/access/model/facts';
import type { RoleAssignment } from '../../../src/azure/core/model';
import type { RoleDefinition } from '../../../src/azure/directory/roles';
import { drawMap } from '../../../src/map/model/drawMap';
import {
  definition,
  group,
  principalId,
  role,
  secretId,
  secretsUserDefinition,
  subscription,
  vaultId,
  vaultWith,
} from './readWorld';

/** Counts how often the rules look at one of the facts, which doesn't depend on the machine. */
class Counter {
  looks = 0;

  assignment(change: Partial<RoleAssignment>): RoleAssignment {
    return this.counting(role(change), ['principalType', 'scope', 'roleDefinitionId']);
  }

  definition(definition: RoleDefinition): RoleDefinition {
    return this.counting(definition, ['id']);
  }

  private counting<T extends object>(object: T, names: readonly (keyof T)[]): T {
    for (const name of names) {
      const value = object[name];
      Object.defineProperty(object, name, {
        enumerable: true,
        get: () => {
          this.looks += 1;
          return value;
        },
      });
    }
    return object;
  }
}

const guid = (number: number) => `00000000-0000-4000-8000-${String(number).padStart(12, '0')}`;

/** Assignments of different principals in a subscription with as many roles as Azure has. */
function world(count: number, scopeOf: (number: number) => string): { facts: RoleFacts; counter: Counter } {
  const counter = new Counter();
  const others = Array.from({ length: 700 }, (_, number) => definition(guid(number), []));
  const facts = {
    assignments: Array.from({ length: count }, (_, number) =>
      counter.assignment({ id: `a${number}`, principalId: guid(number), scope: scopeOf(number) }),
    ),
    definitions: [...others, secretsUserDefinition].map((one) => counter.definition(one)),
    denyAssignments: [],
    unreadableScopes: [],
  };
  return { facts, counter };
}

const vaultNumber = (number: number) =>
  vaultWith({ id: `${vaultId}-${number}`, name: `kv-${number}`, permissionModel: 'rbac' });

describe('access in large subscriptions', () => {
  const vaults = Array.from({ length: 10 }, (_, number) => vaultNumber(number));
  const draw = (roles: RoleFacts) =>
    drawMap({
      apps: [],
      identities: [],
      names: new Map(),
      vaults: vaults.map((vault) => ({ vault, roles })),
    });

  it('looks at each of 2,000 assignments a few times per vault that it reaches', () => {
    const { facts, counter } = world(2000, () => subscription);
    assert.equal(draw(facts).edges.length, 2000 * 10);
    assert.ok(counter.looks < 2000 * 10 * 10, `looked ${counter.looks} times`);
  });

  it('looks at assignments on one vault only for that vault', () => {
    const { facts, counter } = world(2000, (number) => `${vaultId}-${number % 10}`);
    assert.equal(draw(facts).edges.length, 2000);
    assert.ok(counter.looks < 2000 * 12, `looked ${counter.looks} times`);
  });

  it("doesn't search all role definitions for each assignment when it explains an app's access", () => {
    const { facts, counter } = world(2000, () => group);
    const who = { principalId, groups: [] };
    assert.equal(permissionByRoles(who, secretId, facts, new Set()).holds, false);
    assert.ok(counter.looks < 2000 * 10, `looked ${counter.looks} times`);
  });
});
