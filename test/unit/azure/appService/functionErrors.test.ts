import assert from 'node:assert/strict';
import { failingFunctions } from '../../../../src/azure/appService/hosting/functionErrors';
import type { FunctionInfo } from '../../../../src/azure/core/model';
import { json, siteId, testCloud, TestServer } from '../servers';

describe('The functions whose trigger fails', () => {
  let arm: TestServer;
  before(async () => {
    const asked = '/hostruntime/admin/functions/';
    arm = await TestServer.start(({ url = '' }, response) => {
      const [name = ''] = url.slice(url.indexOf(asked) + asked.length).split('/status');
      json(response, 200, { errors: decodeURIComponent(name) === 'Works' ? [] : ['It failed.'] });
    });
  });
  after(() => arm.stop());

  it('are found by names of any characters', async () => {
    const { c } = await testCloud({ arm: arm.port });
    const names = ['Works', 'Count orders', '100% #1?'];
    const functions = names.map((name) => ({ name }) as FunctionInfo);
    assert.deepEqual((await failingFunctions(c, { id: siteId }, functions)).sort(), names.slice(1).sort());
  });
});
