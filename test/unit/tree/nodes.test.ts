import assert from 'node:assert/strict';
import { nodeId } from '../../../src/tree/nodes/nodes';
import { app, connection } from './samples';

describe('IDs of nodes', () => {
  it('are the same for the same resource, however its ID is written', () => {
    assert.equal(nodeId(connection(), app().id), nodeId(connection(), app().id.toUpperCase()));
  });

  it('tell accounts and tenants apart', () => {
    const ids = [
      connection(),
      connection({ accountId: 'microsoft/alex' }),
      connection({ tenantId: 'tenant-2' }),
    ].map((c) => nodeId(c, app().id));
    assert.equal(new Set(ids).size, 3);
  });

  it('tell the groups of a resource from the resource', () => {
    assert.notEqual(nodeId(connection(), app().id), nodeId(connection(), app().id, 'slots'));
  });
});
