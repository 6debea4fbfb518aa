import assert from 'node:assert/strict';
import type { AppFeature } from '../../../../src/azure/appService/hosting/features';
import { hasFeature, requireFeature } from '../../../../src/azure/appService/hosting/features';
import { explain } from '../../../../src/azure/explain/explain';
import { app } from '../../tree/samples';

const all: readonly AppFeature[] = [
  ...(['functions', 'functionKeys', 'settings', 'references', 'scmSite', 'logs', 'lifecycle'] as const),
];
const group = app().id.slice(0, app().id.indexOf('/providers/'));
const containerApp = app({ id: `${group}/providers/Microsoft.App/containerapps/app`, kind: 'functionapp' });
const onContainerApps = app({ kind: 'functionapp,linux,container,azurecontainerapps' });
const logicApp = app({ kind: 'functionapp,workflowapp' });

describe('what an app has', () => {
  it('depends on its kind', () => {
    const missing = (one: typeof logicApp) => all.filter((feature) => !hasFeature(one, feature));
    assert.deepEqual(missing(app()), []);
    assert.deepEqual(missing(app({ kind: 'functionapp,linux,container,kubernetes' })), []);
    assert.deepEqual(missing(logicApp), ['functions', 'functionKeys']);
    assert.deepEqual(missing(onContainerApps), ['references', 'scmSite']);
    assert.deepEqual(missing(containerApp), all);
  });

  it('is refused with the reason and what to do instead', () => {
    for (const one of [logicApp, onContainerApps, containerApp])
      for (const feature of all) {
        if (hasFeature(one, feature)) {
          requireFeature(one, feature);
          continue;
        }
        assert.throws(
          () => {
            requireFeature(one, feature);
          },
          (error: Error) => {
            const { reason, nextStep = '' } = explain(error);
            assert.match(reason, /^app (is a|runs on) /);
            assert.match(nextStep, /\.$/);
            return true;
          },
        );
      }
  });
});
