import * as l10n from '@vscode/l10n';
import type { AppFacts, PrincipalFacts } from '../access/model/facts';
import { isWithheld } from '../access/model/facts';
import type { AppNetwork } from '../azure/appService/appNetwork';
import { sameId } from '../azure/core/armId';
import type { Connection } from '../azure/core/connection';
import type { FunctionApp } from '../azure/core/model';
import { getGroupsOf } from '../azure/directory/graph';
import { identityExists } from '../azure/directory/identityExists';
import { listRoleAssignmentsOf } from '../azure/directory/roles';
import { known } from './readRoles';

/** @param identityInUse `SystemAssigned`, or the ARM ID of a user-assigned identity */
export function appFacts(
  tenantId: string,
  app: FunctionApp,
  network: AppNetwork,
  identityInUse: string,
): AppFacts {
  const { id, name } = app;
  const { subnetId } = network;
  return {
    ...{ id, name, tenantId, identityInUse, outboundAddresses: addressesOf(app, network) },
    referenceIdentity: app.keyVaultReferenceIdentity,
    ...(subnetId === undefined ? {} : { subnetId }),
    ...(network.ofEnvironment ? { networkOfEnvironment: true } : {}),
  };
}

/** Hosting plans whose addresses change as they scale (learn.microsoft.com/azure/azure-functions/ip-addresses). */
const scalingPlans = ['dynamic', 'elasticpremium', 'flexconsumption'];

function addressesOf(app: FunctionApp, network: AppNetwork): AppFacts['outboundAddresses'] {
  if (network.ofEnvironment) return { withheld: l10n.t('they are those of its Container Apps environment') };
  if (network.subnetId !== undefined && network.routesAll)
    return { withheld: l10n.t("all of the app's traffic goes through its virtual network") };
  if (scalingPlans.includes(app.sku?.toLowerCase() ?? ''))
    return { withheld: l10n.t('the addresses of apps on the {0} plan change', app.sku ?? '') };
  if (network.outboundAddresses.length === 0)
    return { withheld: l10n.t("Azure doesn't list any for this app") };
  return network.outboundAddresses;
}

type Identity = Omit<PrincipalFacts, 'exists' | 'groups' | 'assignmentIds'>;

/** @param tenantId the app's, which a user-assigned identity belongs to as well */
function identitiesOf(tenantId: string, app: FunctionApp): Identity[] {
  const { systemAssigned, userAssigned } = app.identity;
  const system: Identity[] = systemAssigned
    ? [{ kind: 'system-assigned', name: app.name, ...systemAssigned }]
    : [];
  return [
    ...system,
    ...userAssigned.map(({ resourceId, principalId }): Identity => ({
      kind: 'user-assigned',
      name: resourceId.split('/').at(-1) ?? resourceId,
      resourceId,
      ...{ principalId, tenantId },
    })),
  ].filter(({ principalId }) => principalId !== '');
}

/** Whether `SystemAssigned` or an ARM ID refers to an identity. */
export function isIdentity({ kind, resourceId }: Identity, identity: string): boolean {
  return kind === 'system-assigned'
    ? /^(systemassigned)?$/i.test(identity)
    : sameId(resourceId ?? '', identity);
}

/**
 * The identities of an app, with their groups and role assignments.
 * @param tenantId the app's
 * @param place where the role assignments are read
 */
export async function readIdentities(
  c: Connection,
  tenantId: string,
  app: FunctionApp,
  place: { readonly connection: Connection; readonly subscriptionId: string },
  signal: AbortSignal | undefined,
): Promise<PrincipalFacts[]> {
  return await Promise.all(
    identitiesOf(tenantId, app).map(async (identity) => {
      const { principalId, resourceId } = identity;
      const [exists, groups, assignments] = await Promise.all([
        resourceId === undefined
          ? undefined
          : known(() => identityExists(c, resourceId, principalId, signal)),
        getGroupsOf(c, principalId, signal),
        known(() => listRoleAssignmentsOf(place.connection, place.subscriptionId, principalId, signal)),
      ]);
      return {
        ...identity,
        ...(exists === undefined ? {} : { exists }),
        groups: groups ?? { withheld: l10n.t("the directory doesn't say") },
        ...(isWithheld(assignments) ? {} : { assignmentIds: assignments.map(({ id }) => id) }),
      };
    }),
  );
}
