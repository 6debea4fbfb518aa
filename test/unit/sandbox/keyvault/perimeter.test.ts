import assert from 'node:assert/strict';
import { errorOf, Harness } from './harness';

describe('A sandbox vault in a network security perimeter', function () {
  this.timeout(30_000);
  let harness: Harness;
  before(async () => {
    harness = await Harness.start();
  });
  after(() => harness.stop());

  it('accepts the setting, and refuses every request to its data', async () => {
    const vault = harness.addOpenVault('inside-kv');
    const ask = () => harness.ask(vault, 'GET', '/secrets?api-version=7.5');
    assert.equal((await ask()).status, 200);
    const { status } = await harness.manage('PATCH', `${vault.id}?api-version=2023-07-01`, {
      properties: { publicNetworkAccess: 'SecuredByPerimeter' },
    });
    assert.equal(status, 200);
    const error = errorOf(await ask());
    assert.deepEqual([error.code, error.inner], ['Forbidden', 'ForbiddenByNsp']);
    assert.match(
      error.message ?? '',
      /^The request was forbidden by NSP policy\.\r\nCaller: [^\r]+\r\nVault: inside-kv;location=westeurope$/,
    );
  });
});
