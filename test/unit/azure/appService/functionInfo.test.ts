import assert from 'node:assert/strict';
import { functionOf } from '../../../../src/azure/appService/siteModel';

describe('what Azure says of a function', () => {
  const of = (properties: Record<string, unknown>) => functionOf({ id: 'f', properties });
  const http = (route?: string) => [{ type: 'httpTrigger', ...(route === undefined ? {} : { route }) }];

  // azure-functions-host#4983, and Resources/Functions/WarmUp/function.json of the host
  it("is left out only if it's the host's placeholder", () => {
    const warmUp = (bindings: unknown) => of({ name: 'WarmUp', config: { bindings } })?.name;
    assert.equal(warmUp(http('{x:regex(^(warmup|csharphttpwarmup)$)}')), undefined);
    assert.equal(of({ name: 'WarmUp' }), undefined);
    assert.equal(warmUp([{ type: 'warmupTrigger', name: 'context' }]), 'WarmUp');
    assert.equal(warmUp(http()), 'WarmUp');
    assert.equal(of({ name: 'Other' })?.name, 'Other');
  });

  // azure-functions-host#2767 and #2471, and the recording canZipDeployFunction of azure-libraries-for-java
  it('follows the version of the runtime on whether it is disabled', () => {
    const states = [
      { language: 'node', isDisabled: true },
      { language: 'node', isDisabled: false, config: { disabled: true } },
      { language: 'dotnet', isDisabled: false, config: { disabled: 'OFF' } },
      { language: null, isDisabled: false, config: { disabled: true } },
      { language: null, isDisabled: false, config: { disabled: 'OFF' } },
      { language: null, isDisabled: false, config: { disabled: false } },
    ].map((properties) => {
      const { disabled, disabledIn } = of({ name: 'f', ...properties }) ?? assert.fail();
      return [disabled, disabledIn];
    });
    assert.deepEqual(states, [
      [true, { place: 'host' }],
      [false, { place: 'ignored' }],
      [false, undefined],
      [true, { place: 'functionJson' }],
      [false, { place: 'setting', setting: 'OFF' }],
      [false, undefined],
    ]);
  });
});
