import type { AccessFacts, AccessTarget } from '../../access/operations/accessFacts';
import type { Wanted } from '../../access/operations/operation';
import { databaseRolesOf, roleOf } from '../../access/operations/operation';
import { armIdOf, resourceOf, typeIn } from '../../access/operations/resourceKinds';
import type { Known } from '../../access/model/facts';
import { getAppWithNetwork } from '../../azure/appService/appNetwork';
import { sameId } from '../../azure/core/armId';
import type { Connection } from '../../azure/core/connection';
import { isAbsence } from '../../azure/core/errors';
import { objectOf, stringOf } from '../../azure/core/json';
import type { FunctionApp } from '../../azure/core/model';
import { tenantOfResource } from '../../azure/directory/subscriptions';
import { getResourceJson } from '../../azure/resources/resources';
import { appFacts, isIdentity, readIdentities } from '../appFacts';
import { readRolesAt, withheld } from '../readRoles';
import { lackOf } from '../replace/lacks';
import { readDataRolesAt } from './readDataRoles';
import { readResourceNetwork } from './resourceNetwork';

/** Which app should do what with which resource. */
export interface AccessQuestion {
  readonly connection: Connection;
  readonly appId: string;
  /** `SystemAssigned`, or the ARM ID of a user-assigned identity. */
  readonly identity: string;
  /** ARM ID of a resource, a part of one, a resource group, or a subscription. */
  readonly scope: string;
  readonly wanted: Wanted;
  /** Object IDs known not to be groups. */
  readonly notGroups: readonly string[];
}

/** Reads, in parallel, everything that decides whether an app can do something with a resource. @throws AzureError if the app can't be read */
export async function readAccessFacts(
  { connection: c, appId, identity, scope, wanted, notGroups }: AccessQuestion,
  signal?: AbortSignal,
): Promise<{ readonly facts: AccessFacts; readonly app: FunctionApp }> {
  const resource = resourceOf(scope);
  const { own } = roleOf(wanted);
  const roles = databaseRolesOf(wanted)
    ? Promise.resolve({ assignments: [], definitions: [], denyAssignments: [], unreadableScopes: [] })
    : own
      ? readDataRolesAt(c, resource, signal)
      : readRolesAt(c, scope, signal, resource);
  const { app, network } = await getAppWithNetwork(c, appId, signal).catch(async (error: unknown) => {
    await roles.catch(() => undefined);
    throw error;
  });
  const tenantId = await tenantOfResource(c, appId, signal);
  const place = { connection: c, subscriptionId: scope.split('/')[2] ?? '' };
  const [principals, target, known] = await Promise.all([
    readIdentities(c, tenantId, app, place, signal),
    readTarget(c, scope, wanted, app, signal),
    roles,
  ]);
  // Azure's list of an identity's assignments doesn't have those of a service's own roles.
  const identities = own ? principals.map(({ assignmentIds: _, ...one }) => one) : principals;
  const principal = identities.find((one) => isIdentity(one, identity));
  const facts: AccessFacts = {
    app: appFacts(tenantId, app, network, identity),
    ...{ wanted, scope, notGroups, target, roles: known },
    ...(principal ? { principal } : {}),
    otherIdentities: identities.filter((one) => one !== principal),
    now: new Date(),
  };
  return { facts, app };
}

async function readTarget(
  c: Connection,
  scope: string,
  wanted: Wanted,
  app: FunctionApp,
  signal: AbortSignal | undefined,
): Promise<Known<AccessTarget>> {
  const resource = resourceOf(scope);
  const type = typeIn(resource);
  try {
    const [json, tenantId] = await Promise.all([
      getResourceJson(c, resource, signal),
      tenantOfResource(c, scope, signal),
    ]);
    if (!sameId(resource, scope)) await getResourceJson(c, armIdOf(scope), signal);
    if (type === '') return { kind: 'present', tenantId };
    if (roleOf(wanted).own && lackOf(type, json) === 'nosql') return { kind: 'otherApi' };
    const host = stringOf(objectOf(json['properties'])['fullyQualifiedDomainName']);
    const isStorage = type === 'microsoft.storage/storageaccounts';
    return {
      ...{ kind: 'present', tenantId, network: await readResourceNetwork(c, type, json, signal) },
      isInRegionOfApp: isStorage && regionOf(stringOf(json['location']) ?? '') === regionOf(app.location),
      ...(host === undefined ? {} : { host }),
    };
  } catch (error) {
    return isAbsence(error) ? { kind: 'absent' } : withheld(error);
  }
}

/** `West Europe` is the same as `westeurope`. */
function regionOf(location: string): string {
  return location.toLowerCase().replaceAll(' ', '');
}
