import { testIdentity } from '../../../src/azure/appService/identityProbe';
import {
  assignUserAssignedIdentity,
  createUserAssignedIdentity,
  deleteUserAssignedIdentity,
  removeUserAssignedIdentity,
} from '../../../src/azure/appService/identities';
import {
  disableSystemAssignedIdentity,
  enableSystemAssignedIdentity,
} from '../../../src/azure/appService/sites';
import { getResourceJson } from '../../../src/azure/resources/resources';
import type { FunctionApp } from '../../../src/azure/core/model';
import { outcomeOf, yes } from '../kit/report';
import { nameOf, type Scenario } from '../kit/run';

/** Identities are turned on and off, assigned and removed. */
export const identities: Scenario = {
  name: 'identities',
  async run(run) {
    const { c, subscriptionId, location, groupName: resourceGroup, signal } = run;
    const windows = run.app('windows');
    const before = windows.identity.systemAssigned?.principalId;
    await run.check(
      'The identity after it was turned off',
      { expected: 'none', source: 'recording: azure-cli test_webapp_remove_identity (2020)' },
      async () => identityOf(await disableSystemAssignedIdentity(c, windows, signal)),
    );
    const enabled = await enableSystemAssignedIdentity(c, windows, signal);
    run.keepApp('windows', enabled);
    await run.check(
      'Turned on again, it is another principal',
      {
        expected: 'yes',
        source: 'learn.microsoft.com/azure/app-service/overview-managed-identity, Remove an identity',
      },
      () => {
        const { systemAssigned } = enabled.identity;
        return Promise.resolve(yes(systemAssigned !== undefined && systemAssigned.principalId !== before));
      },
    );
    await run.check(
      'A token that the Windows app gets is for its identity',
      {
        expected: 'yes',
        source: 'learn.microsoft.com/azure/app-service/overview-managed-identity, Connect to Azure services',
      },
      async () => {
        const look = () => testIdentity(c, enabled, c.cloud.vaultAudience, undefined, signal);
        // The site restarts with its new identity.
        const test = await run.until(look, ({ kind }) => kind === 'claims');
        if (test.kind !== 'claims') return test.kind;
        return yes(test.of.claims['oid'] === enabled.identity.systemAssigned?.principalId);
      },
    );
    const place = { subscriptionId, resourceGroup, location };
    const made = await createUserAssignedIdentity(c, { ...place, name: nameOf(run.id, 'id') }, signal);
    const source = 'recording: azure-cli test_functionapp_assign_user_identity (2025)';
    await run.check(
      'The identities with a user-assigned one',
      { expected: 'system-assigned and 1 user-assigned', source },
      async () => {
        const both = await assignUserAssignedIdentity(c, run.app('linux'), made.id, signal);
        run.keepApp('linux', both);
        return identityOf(both);
      },
    );
    await run.check(
      'The identities after it was removed',
      { expected: 'system-assigned', source },
      async () => {
        const one = await removeUserAssignedIdentity(c, run.app('linux'), made.id, signal);
        run.keepApp('linux', one);
        return identityOf(one);
      },
    );
    await run.check(
      'Reading the user-assigned identity after it was deleted',
      {
        expected: '404 ResourceNotFound',
        source:
          'recording: azure-service-operator Test_ManagedIdentity_UserAssignedIdentity_20230131_CRUD (2023)',
      },
      async () => {
        await deleteUserAssignedIdentity(c, made.id, signal);
        return await outcomeOf(getResourceJson(c, made.id, signal));
      },
    );
  },
};

function identityOf({ identity: { systemAssigned, userAssigned } }: FunctionApp): string {
  const parts = [
    ...(systemAssigned ? ['system-assigned'] : []),
    ...(userAssigned.length > 0 ? [`${userAssigned.length} user-assigned`] : []),
  ];
  return parts.length === 0 ? 'none' : parts.join(' and ');
}
