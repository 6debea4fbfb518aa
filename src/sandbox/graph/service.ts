import { randomUUID } from 'node:crypto';
import type { Caller, SandboxContext } from '../context';
import type { Answer, Call, Service } from '../server/http';
import type { Group, ServicePrincipal, User } from '../world/world';
import { graphError, refusal } from './errors';

/**
 * The part of Microsoft Graph that turns object IDs into names: `directoryObjects/getByIds`,
 * `servicePrincipals`, `users/{id}` and `me`; and `servicePrincipals/{id}/getMemberGroups`. Bodies as
 * recorded from v1.0. It has them only for callers that may read the directory, which the setting `graphRights`
 * says. By default, they have the rights of VS Code's own application (ROADtools' list of Microsoft's
 * applications, 2026): `User.Read`, `User.ReadBasic.All` and the like, without applications and groups.
 */
export function createGraph(context: SandboxContext): Service {
  return async (call) => {
    const answer = await respond(context, call);
    return { ...answer, headers: { ...graphHeaders(), ...answer.headers } };
  };
}

async function respond(context: SandboxContext, call: Call): Promise<Answer> {
  const verdict = await context.tokens.verify(call.headers.authorization, ['graph']);
  if (!verdict.ok) return refusal(verdict);
  const [version, ...segments] = call.path.split('/').slice(1);
  if (version !== 'v1.0') return graphError(400, 'BadRequest', `Invalid version: ${version ?? ''}`);
  const directory = new Directory(context, verdict.caller);
  if (call.method === 'GET' && segments.length === 1 && segments[0] === 'me') return directory.me();
  const rights = context.settings.graphRights;
  // `User.ReadBasic.All` is a right of people; applications need one of their own.
  if (rights === 'none' || (rights === 'basic' && verdict.caller.isApp)) return insufficient();
  if (call.method === 'GET' && segments[0] === 'users' && segments[1] !== undefined)
    return directory.user(decodeURIComponent(segments[1]));
  if (rights === 'basic') return insufficient();
  if (call.method === 'POST' && segments.join('/') === 'directoryObjects/getByIds')
    return directory.byIds(await call.json());
  if (call.method === 'POST' && segments[0] === 'servicePrincipals' && segments[2] === 'getMemberGroups')
    return directory.groupsOf(segments[1] ?? '');
  if (call.method === 'GET' && segments[0] === 'servicePrincipals')
    return segments[1] === undefined
      ? directory.servicePrincipals(call.query.get('$filter') ?? '')
      : directory.servicePrincipal(segments[1]);
  return graphError(400, 'BadRequest', `Resource not found for the segment '${segments[0] ?? ''}'.`);
}

function insufficient(): Answer {
  return graphError(403, 'Authorization_RequestDenied', 'Insufficient privileges to complete the operation.');
}

/** One tenant's directory as one caller sees it. */
class Directory {
  readonly #users: User[];
  readonly #groups: Group[];
  readonly #principals: ServicePrincipal[];
  readonly #metadata: string;

  constructor(
    context: SandboxContext,
    readonly caller: Caller,
  ) {
    const { world, endpoints, clock } = context;
    const isHere = ({ tenantId }: { tenantId: string }) => tenantId === caller.tenantId;
    this.#users = world.users.filter(isHere);
    this.#groups = world.groups.filter(isHere);
    this.#principals = [...world.servicePrincipals.values()].filter(
      (principal) => isHere(principal) && principal.visibleFrom <= clock.now(),
    );
    this.#metadata = `${endpoints.graph}/v1.0/$metadata`;
  }

  me(): Answer {
    const user = this.#users.find(({ objectId }) => objectId === this.caller.objectId);
    if (user === undefined)
      return graphError(400, 'BadRequest', '/me request is only valid with delegated authentication flow.');
    return this.#entity('users', userJson(user));
  }

  user(idOrName: string): Answer {
    const user = this.#users.find(
      ({ objectId, userPrincipalName }) => objectId === idOrName || userPrincipalName === idOrName,
    );
    return user === undefined ? missing(idOrName) : this.#entity('users', userJson(user));
  }

  byIds(body: unknown): Answer {
    const { ids, types } = (typeof body === 'object' && body !== null ? body : {}) as {
      ids?: unknown;
      types?: unknown;
    };
    if (!Array.isArray(ids) || ids.length === 0 || ids.length > 1000)
      return graphError(
        400,
        'Request_BadRequest',
        "Invalid value specified for property 'ids' of resource 'DirectoryObject'.",
      );
    const wanted = new Set(ids.map((id) => String(id).toLowerCase()));
    const isWanted = ({ objectId }: { objectId: string }) => wanted.has(objectId.toLowerCase());
    const asked = (type: string) =>
      !Array.isArray(types) ||
      types.length === 0 ||
      types.includes(type) ||
      types.includes('directoryObject');
    const value = [
      ...(asked('user')
        ? this.#users
            .filter(isWanted)
            .map((user) => ({ '@odata.type': '#microsoft.graph.user', ...userJson(user) }))
        : []),
      ...(asked('group')
        ? this.#groups
            .filter(isWanted)
            .map((group) => ({ '@odata.type': '#microsoft.graph.group', ...groupJson(group) }))
        : []),
      ...(asked('servicePrincipal')
        ? this.#principals.filter(isWanted).map((principal) => ({
            '@odata.type': '#microsoft.graph.servicePrincipal',
            ...principalJson(principal),
          }))
        : []),
    ];
    return { status: 200, json: { '@odata.context': `${this.#metadata}#directoryObjects`, value } };
  }

  /**
   * Transitive (learn.microsoft.com, directoryobject-getmembergroups); the sandbox's groups aren't members of
   * other groups.
   */
  groupsOf(id: string): Answer {
    const principal = this.#find(id);
    if (principal === undefined) return missing(id);
    return {
      status: 200,
      json: { '@odata.context': `${this.#metadata}#Collection(Edm.String)`, value: principal.groupIds },
    };
  }

  servicePrincipal(segment: string): Answer {
    const principal = this.#find(segment);
    return principal === undefined
      ? missing(segment)
      : this.#entity('servicePrincipals', principalJson(principal));
  }

  /** Supports the filters that the `az` CLI and Keyless send; any other is rejected, not ignored. */
  servicePrincipals(filter: string): Answer {
    const test = filterOf(filter.trim());
    if (test === undefined)
      return graphError(
        400,
        'Request_UnsupportedQuery',
        `Unsupported or invalid query filter clause specified: ${filter}`,
      );
    const value = this.#principals.filter(test).map(principalJson);
    return { status: 200, json: { '@odata.context': `${this.#metadata}#servicePrincipals`, value } };
  }

  #find(id: string): ServicePrincipal | undefined {
    return this.#principals.find(({ objectId }) => objectId.toLowerCase() === id.toLowerCase());
  }

  #entity(set: string, json: Record<string, unknown>): Answer {
    return { status: 200, json: { '@odata.context': `${this.#metadata}#${set}/$entity`, ...json } };
  }
}

function filterOf(filter: string): ((principal: ServicePrincipal) => boolean) | undefined {
  if (filter === '') return () => true;
  const [, property, quoted] = /^(appId|displayName|id) eq '((?:[^']|'')*)'$/i.exec(filter) ?? [];
  const [, name] = /^servicePrincipalNames\/any\((\w+):\s*\w+ eq '(?:[^']|'')*'\)$/i.exec(filter)
    ? (/ eq '((?:[^']|'')*)'/.exec(filter) ?? [])
    : [];
  const value = (quoted ?? name)?.replaceAll("''", "'").toLowerCase();
  if (value === undefined) return undefined;
  switch (property?.toLowerCase()) {
    case 'displayname':
      return ({ displayName }) => displayName.toLowerCase() === value;
    case 'id':
      return ({ objectId }) => objectId.toLowerCase() === value;
    default:
      return ({ appId }) => appId.toLowerCase() === value;
  }
}

function missing(id: string): Answer {
  return graphError(
    404,
    'Request_ResourceNotFound',
    `Resource '${id}' does not exist or one of its queried reference-property objects are not present.`,
  );
}

function userJson({ objectId, displayName, userPrincipalName }: User): Record<string, unknown> {
  return {
    businessPhones: [],
    displayName,
    givenName: null,
    jobTitle: null,
    mail: userPrincipalName,
    mobilePhone: null,
    officeLocation: null,
    preferredLanguage: null,
    surname: null,
    userPrincipalName,
    id: objectId,
  };
}

function groupJson({ objectId, displayName }: Group): Record<string, unknown> {
  return {
    id: objectId,
    deletedDateTime: null,
    description: null,
    displayName,
    groupTypes: [],
    mail: null,
    mailEnabled: false,
    securityEnabled: true,
  };
}

function principalJson(principal: ServicePrincipal): Record<string, unknown> {
  const { objectId, appId, tenantId, displayName, kind, resourceId } = principal;
  return {
    id: objectId,
    deletedDateTime: null,
    accountEnabled: true,
    alternativeNames:
      resourceId === undefined
        ? []
        : [`isExplicit=${/userAssignedIdentities/i.test(resourceId) ? 'True' : 'False'}`, resourceId],
    appDisplayName: kind === 'Application' ? displayName : null,
    appDescription: null,
    appId,
    applicationTemplateId: null,
    appOwnerOrganizationId: kind === 'Application' ? tenantId : null,
    appRoleAssignmentRequired: false,
    createdDateTime: null,
    description: null,
    disabledByMicrosoftStatus: null,
    displayName,
    homepage: null,
    loginUrl: null,
    logoutUrl: null,
    notes: null,
    notificationEmailAddresses: [],
    preferredSingleSignOnMode: null,
    preferredTokenSigningKeyThumbprint: null,
    replyUrls: [],
    servicePrincipalNames: [appId],
    servicePrincipalType: kind,
    signInAudience: kind === 'Application' ? 'AzureADMyOrg' : null,
    tags: [],
    tokenEncryptionKeyId: null,
    samlSingleSignOnSettings: null,
    addIns: [],
    appRoles: [],
    info: {
      logoUrl: null,
      marketingUrl: null,
      privacyStatementUrl: null,
      supportUrl: null,
      termsOfServiceUrl: null,
    },
    keyCredentials: [],
    oauth2PermissionScopes: [],
    passwordCredentials: [],
    resourceSpecificApplicationPermissions: [],
    verifiedPublisher: { displayName: null, verifiedPublisherId: null, addedDateTime: null },
  };
}

function graphHeaders(): Record<string, string> {
  return {
    'content-type':
      'application/json;odata.metadata=minimal;odata.streaming=true;IEEE754Compatible=false;charset=utf-8',
    'odata-version': '4.0',
    'request-id': randomUUID(),
    'x-ms-resource-unit': '1',
  };
}
