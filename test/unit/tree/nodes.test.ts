import assert from 'node:assert/strict';
import { nodeId } from '../../../src/tree/nodes/nodes';
import { app, connection } from './samples';

describe('node IDs', () => {
  it("don't depend on the case of the resource ID", () => {
    assert.equal(nodeId(connection(), app().id), nodeId(connection(), app().id.toUpperCase()));
  });

  it('differ between accounts and tenants', () => {
    const ids = [
      connection(),
      connection({ accountId: 'microsoft/alex' }),
      connection({ tenantId: 'tenant-2' }),
    ].map((c) => nodeId(c, app().id));
    assert.equal(new Set(ids).size, 3);
  });

  it('differ between a resource and its groups', () => {
    assert.notEqual(nodeId(connection(), app().id), nodeId(connection(), app().id, 'slots'));
  });
});
