import assert from 'node:assert/strict';
import { describe as appearance } from '../../../src/tree/describe/describe';
import type { Node } from '../../../src/tree/nodes/nodes';
import { app, connection, secret, vault } from './samples';

const now = new Date('2026-11-22T12:00:00Z');
const inDays = (days: number) => new Date(now.getTime() + days * 86_400_000);

describe('the state that a node shows at a glance', () => {
  const secretNode = (changes: Parameters<typeof secret>[0]): Node => ({
    ...{ kind: 'secret', id: 's', connection: connection(), vault: vault() },
    secret: secret(changes),
  });

  it('shows the state, operating system, plan, and identity of an app', () => {
    const of = (changes: Parameters<typeof app>[0]) => {
      const { description: words, mark } = appearance(
        { kind: 'app', id: 'a', connection: connection(), app: app({ state: 'Running', ...changes }) },
        now,
      );
      return [words, mark];
    };
    const systemAssigned = { principalId: 'p', tenantId: 't' };
    const reader = { resourceId: '/x/reader', principalId: 'p', clientId: 'c' };
    assert.deepEqual(
      [
        of({ linux: true, sku: 'FlexConsumption', identity: { systemAssigned, userAssigned: [] } }),
        of({ sku: 'Dynamic', identity: { userAssigned: [reader] } }),
        of({ sku: 'PremiumV3', state: 'Stopped' }),
        of({ sku: 'ElasticPremium', health: 'quotaExceeded' }),
        of({ kind: 'functionapp,linux,WorkflowApp', sku: 'WorkflowStandard' }),
        of({ state: '' }),
      ],
      [
        ['Running, Linux, Flex Consumption, identity on', undefined],
        ['Running, Windows, Consumption, user-assigned identity', undefined],
        ['Stopped, Windows, PremiumV3, no identity', undefined],
        ['Running, quota exceeded, Windows, Premium, no identity', 'attention'],
        ['Running, logic app, Windows, WorkflowStandard, no identity', undefined],
        ['Windows, no identity', undefined],
      ],
    );
  });

  it('shows the state of a secret in its icon and mark', () => {
    const of = (changes: Parameters<typeof secretNode>[0]) => {
      const { icon, mark } = appearance(secretNode(changes), now);
      return ['theme' in icon ? icon.theme : icon.file, mark];
    };
    assert.deepEqual(
      [
        of({}),
        of({ managed: true }),
        of({ expires: inDays(31) }),
        of({ expires: inDays(29) }),
        of({ expires: inDays(-1), managed: true }),
        of({ enabled: false, expires: inDays(-1) }),
        of({ notBefore: inDays(1) }),
      ],
      [
        ['secret', undefined],
        ['verified', undefined],
        ['secret', undefined],
        ['watch', 'attention'],
        ['error', 'attention'],
        ['circle-slash', undefined],
        ['watch', undefined],
      ],
    );
  });

  it("shows the first digits of a version's ID, and which version is current", () => {
    const version = '0123456789abcdef0123456789abcdef';
    const of = (current: boolean) => {
      const node = { id: 'v', connection: connection(), vault: vault(), current } as const;
      const shown = appearance(
        { ...node, kind: 'version', secret: secret({ version, enabled: false }) },
        now,
      );
      return [shown.label, shown.description];
    };
    assert.deepEqual(of(true), ['01234567', 'Current, disabled']);
    assert.deepEqual(of(false), ['01234567', 'disabled']);
  });
});
