import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import type * as appSummaryModule from '../../../../src/ui/creation/appSummary';
import type { NewFunctionApp } from '../../../../src/azure/appService/creation/functionAppCreation';
import { withVscodeStub } from '../../account/vscodeStub';

const load = createRequire(__filename);
const { appSummary } = withVscodeStub(
  () => load('../../../../src/ui/creation/appSummary') as typeof appSummaryModule,
  load.resolve('../inputStub'),
);

describe('the summary of a new function app', () => {
  const group = { name: 'shop', location: 'northeurope', isNew: false };
  const linesOf = (wanted: Partial<NewFunctionApp>) =>
    appSummary(
      {
        ...{ name: 'shop-app', subscriptionId: 's', resourceGroup: 'shop', location: 'northeurope' },
        ...{ linux: true, runtime: { name: 'node', version: '22' }, plan: 'flex', storageName: 'shop' },
        ...wanted,
      },
      group,
    );
  const costsOf = (wanted: Partial<NewFunctionApp>) =>
    linesOf(wanted)
      .filter((line) => line.group !== undefined)
      .map(({ label }) => label);

  it('says what is created and what exists already', () => {
    const planId = '/subscriptions/s/resourceGroups/g/providers/Microsoft.Web/serverfarms/shared';
    const words = linesOf({ plan: 'basic', planId, insights: {} }).map(
      ({ label, description }) => `${label}: ${description ?? ''}`,
    );
    assert.deepEqual(words.slice(0, 5), [
      ...['Resource group shop: exists already · northeurope', 'Function app shop-app: node 22 · Linux'],
      ...['Plan shared: exists already', 'Storage account shop: new', 'Application Insights: new'],
    ]);
  });

  it('says how each plan is charged, and names no price', () => {
    const plans = (['flex', 'consumption', 'premium', 'basic'] as const).map((plan) => costsOf({ plan })[0]);
    assert.match(plans[0] ?? '', /only while functions run/);
    assert.equal(plans[1], plans[0]);
    assert.match(plans[2] ?? '', /one EP1 instance is charged all the time/);
    assert.match(plans[3] ?? '', /even while the app is stopped/);
    const planId = '/subscriptions/s/resourceGroups/g/providers/Microsoft.Web/serverfarms/shared';
    assert.match(costsOf({ plan: 'basic', planId })[0] ?? '', /charged already/);
    assert.doesNotMatch(plans.join(), /[$€£]|\d+ ?(USD|EUR)/);
  });

  it('says what else is charged, and that existing storage is shared', () => {
    const storageId = '/subscriptions/s/resourceGroups/g/providers/Microsoft.Storage/storageAccounts/shop';
    assert.equal(costsOf({}).length, 2);
    assert.match(costsOf({ storageId })[1] ?? '', /adds to its stored data/);
    assert.match(costsOf({ insights: {} })[2] ?? '', /by data volume/);
  });
});
