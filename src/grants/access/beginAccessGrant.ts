import { isWithheld } from '../../access/model/facts';
import { roleOf } from '../../access/operations/operation';
import type { AccessPlan } from '../../access/operations/planAccess';
import { getFunctionApp } from '../../azure/appService/sites';
import { roleGuid } from '../../azure/directory/roles';
import { principalOf, readReferences, settingsThatConnect } from '../dependents';
import type { Grant } from '../grant';
import { known } from '../readRoles';
import type { AccessQuestion } from './readAccessFacts';

/** What a grant of access to a resource is about, before its first step. @throws AzureError if the app can't be read */
export async function beginAccessGrant(
  { connection: c, appId, identity, scope, wanted }: AccessQuestion,
  { expected }: AccessPlan,
  signal: AbortSignal,
): Promise<Omit<Grant, 'id' | 'title'>> {
  const app = await getFunctionApp(c, appId, signal);
  const principalId = principalOf(app, identity);
  const connected = await known(() => settingsThatConnect(c, app, scope, signal));
  const before = await known(() => readReferences(c, app, signal));
  const through = expected.kind === 'can' ? expected.through : [];
  const roleIds = through.flatMap((one) => (one.kind === 'role' ? [roleGuid(one.roleDefinitionId)] : []));
  return {
    ...{ appId, vaultId: scope, secretName: '', identity, steps: [] },
    roles: [...new Set([roleOf(wanted).guid, ...roleIds])],
    ...(principalId === undefined ? {} : { principalId }),
    ...(isWithheld(connected) ? {} : { connectedBefore: connected }),
    ...(isWithheld(before) ? {} : { before }),
  };
}
