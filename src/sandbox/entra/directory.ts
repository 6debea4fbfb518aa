import type { ServicePrincipal, Tenant, User, World } from '../world/world';
import { applicationNotFound, tenantNotFound, EntraError } from './errors';

/**
 * The tenant segment of an authority: one tenant, or any (`common`, `organizations`, or `adfs`, the AD FS
 * form).
 */
export interface Authority {
  tenant: Tenant | undefined;
  /** As in the path, in lowercase. */
  segment: string;
}

const anyTenant = new Set(['common', 'organizations', 'adfs']);

/** @throws EntraError AADSTS90002 for an unknown tenant */
export function findAuthority(world: World, segment: string): Authority {
  const wanted = segment.toLowerCase();
  if (anyTenant.has(wanted)) return { tenant: undefined, segment: wanted };
  const tenant = world.tenants.find(({ tenantId, defaultDomain }) =>
    [tenantId.toLowerCase(), defaultDomain.toLowerCase()].includes(wanted),
  );
  if (tenant === undefined) throw tenantNotFound(segment);
  return { tenant, segment: wanted };
}

/**
 * The person's user object in the authority's tenant: a member or a guest. Without a tenant it's the one in
 * the home tenant, whose domain is that of the user name.
 */
export function findUser(world: World, authority: Authority, userPrincipalName: string): User | undefined {
  const name = userPrincipalName.trim().toLowerCase();
  const users = world.users.filter((user) => user.userPrincipalName.toLowerCase() === name);
  const { tenant } = authority;
  return tenant === undefined
    ? homeUser(world, users)
    : users.find(({ tenantId }) => tenantId === tenant.tenantId);
}

/** The same person's user object in their home tenant. MSAL distinguishes accounts by it (`client_info`). */
export function homeOf(world: World, user: User): User {
  return (
    homeUser(
      world,
      world.users.filter(({ userPrincipalName }) => userPrincipalName === user.userPrincipalName),
    ) ?? user
  );
}

/** AADSTS50020: the person has no user object in the requested tenant. */
export function notInTenant(user: User, authority: Authority): EntraError {
  const directory = authority.tenant?.displayName ?? '';
  return new EntraError(
    'invalid_grant',
    50020,
    `User account '${user.userPrincipalName}' from identity provider 'https://sts.windows.net/${user.tenantId}/' does not exist in tenant '${directory}' and cannot access the application in that tenant. The account needs to be added as an external user in the tenant first. Sign out and sign in again with a different Azure Active Directory user account.`,
  );
}

/** Microsoft applications that every tenant knows, and Keyless itself; none of them has a secret. */
const publicClients = new Map([
  ['04b07795-8ddb-461a-bbee-02f9e1bf7b46', 'Microsoft Azure CLI'],
  ['aebc6443-996d-45c2-90f0-388ff96faa56', 'Visual Studio Code'],
  ['6b65796c-6573-4000-8000-73616e64626f', 'Keyless for Azure'],
]);

/**
 * The name of an application that may sign people in.
 * @throws EntraError AADSTS700016 if no tenant knows the application
 */
export function publicClientName(world: World, clientId: string): string {
  const known =
    publicClients.get(clientId.toLowerCase()) ??
    applications(world).find(({ appId }) => appId === clientId.toLowerCase())?.displayName;
  if (known === undefined) throw applicationNotFound(clientId, world.tenants[0]?.displayName ?? '');
  return known;
}

/** @throws EntraError AADSTS700016 if the application has no service principal in the authority's tenant */
export function findApplication(world: World, authority: Authority, clientId: string): ServicePrincipal {
  const application = applications(world).find(
    ({ appId, tenantId }) =>
      appId.toLowerCase() === clientId.toLowerCase() &&
      (authority.tenant === undefined || authority.tenant.tenantId === tenantId),
  );
  if (application === undefined)
    throw applicationNotFound(clientId, authority.tenant?.displayName ?? authority.segment);
  return application;
}

/**
 * Whether an authorization code may be sent to this URI: to a program on this machine or to VS Code. Real
 * registrations list their URIs; loopback URIs match on any port (RFC 8252 7.3).
 */
export function isRedirectUriAllowed(redirectUri: string): boolean {
  if (!URL.canParse(redirectUri)) return false;
  const url = new URL(redirectUri);
  if (url.username !== '' || url.password !== '' || url.hash !== '') return false;
  if (url.protocol === 'http:') return url.hostname === 'localhost' || url.hostname === '127.0.0.1';
  if (url.protocol === 'vscode:' || url.protocol === 'vscode-insiders:')
    return url.host === 'vscode.microsoft-authentication';
  return url.origin === 'https://vscode.dev' && url.pathname === '/redirect';
}

function applications(world: World): ServicePrincipal[] {
  return [...world.servicePrincipals.values()].filter(({ kind }) => kind === 'Application');
}

function homeUser(world: World, users: User[]): User | undefined {
  return (
    users.find((user) => {
      const domain = world.tenants
        .find(({ tenantId }) => tenantId === user.tenantId)
        ?.defaultDomain.toLowerCase();
      return user.userPrincipalName.toLowerCase().endsWith(`@${domain ?? ''}`);
    }) ?? users[0]
  );
}
