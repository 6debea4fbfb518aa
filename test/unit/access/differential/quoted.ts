import type { Cause } from '../../../../src/access/model/verdict';
import type { MadeWorld } from './madeWorld';

export interface Quoted {
  readonly it: string;
  readonly world: Partial<MadeWorld>;
  /** Empty if the app can read. */
  readonly causes: readonly Cause['kind'][];
  /** What the services are quoted or recorded to answer. */
  readonly code?: string;
  readonly text?: RegExp;
  readonly warns?: string;
}

const self = 'self' as const;

export const getPolicy = { who: self, secrets: ['get'] };

const secretsUser = { who: self, role: 'Key Vault Secrets User', scope: 'vault' as const };

const rbac = { model: 'rbac' as const, policies: [] };

const uri = { reference: { form: 'uri' as const } };

const accessDenied = {
  code: 'AccessDenied',
  text: /^The user, group or application 'appid=[^;]+;oid=[^;]+;(numgroups=\d+;)?iss=https:\/\/sts\.windows\.net\/[^/]+\/' does not have secrets get permission on key vault 'kv-\d+a;location=westeurope'\./,
};

/** hashicorp/terraform-provider-azurerm#26691; that it's the code for callers with other permissions is inferred. */
const otherPermissions = { ...accessDenied, code: 'ForbiddenByPolicy' };

/** azure-key-vault-to-kubernetes#126 and #232. */
const onBehalfOf = {
  code: 'ForbiddenByPolicy',
  text: /^The policy requires the caller 'appid=[^;]+;oid=[^;]+;iss=[^']+' to use on-behalf-of \(OBO\) flow\./,
};

const byRbac = {
  code: 'ForbiddenByRbac',
  text: /^Caller is not authorized to perform action on resource\.\r\nIf role assignments, deny assignments or role definitions were changed recently, please observe propagation time\.\r\nCaller: [^\r]+\r\nAction: 'Microsoft\.KeyVault\/vaults\/secrets\/getSecret\/action'\r\nResource: '\/subscriptions\/[^']+\/resourcegroups\/rg-one\/providers\/microsoft\.keyvault\/vaults\/kv-\d+a\/secrets\/secret'\r\nAssignment: \(not found\)\r\nDenyAssignmentId: null\r\nDecisionReason: 'DeniedWithNoValidRBAC' /,
};

const byFirewall = {
  code: 'ForbiddenByFirewall',
  text: /^Client address is not authorized and caller is not a trusted service\.\r\nClient address: 127\.0\.0\.1\r\nCaller: /,
};

const byConnection = {
  code: 'ForbiddenByConnection',
  text: /^Public network access is disabled and request is not from a trusted service nor via an approved private link\./,
};

const notFound = {
  code: 'SecretNotFound',
  text: /^A secret with \(name\/id\) secret was not found in this key vault\. If you recently deleted this secret you may be able to recover it/,
};

/** From the quoted and recorded bodies and the documented rules in sections C to F of the fact sheet. */
export const quoted: readonly Quoted[] = [
  { it: 'an access policy with get', world: {}, causes: [] },
  { it: 'no access policy', world: { policies: [] }, causes: ['missingPolicy'], ...accessDenied },
  {
    it: 'list alone',
    world: { policies: [{ who: self, secrets: ['list', 'set'] }] },
    causes: ['missingPolicy'],
    ...otherPermissions,
  },
  { it: 'all, kept literally', world: { policies: [{ who: self, secrets: ['all'] }] }, causes: [] },
  {
    it: 'permissions in any case',
    world: { policies: [{ who: self, secrets: ['Get', 'List'] }] },
    causes: [],
  },
  {
    it: 'a policy of a group',
    world: { groups: ['g1'], policies: [{ who: 'g1', secrets: ['get'] }] },
    causes: [],
  },
  {
    it: 'a policy of a group that it is not in',
    world: { policies: [{ who: 'g1', secrets: ['get'] }] },
    causes: ['missingPolicy'],
    ...accessDenied,
  },
  {
    it: 'a policy with an application ID',
    world: { policies: [{ ...getPolicy, throughApplication: true }] },
    causes: ['missingPolicy'],
    ...onBehalfOf,
  },
  { it: 'enableRbacAuthorization null: access policies', world: { model: 'old' }, causes: [] },
  {
    it: 'a role in a vault with access policies',
    world: { policies: [], assignments: [secretsUser] },
    causes: ['roleOnPolicyVault'],
    ...accessDenied,
  },
  {
    it: 'a policy in a vault with Azure RBAC',
    world: { model: 'rbac' },
    causes: ['policyOnRbacVault'],
    ...byRbac,
  },
  { it: 'no role', world: rbac, causes: ['missingRole'], ...byRbac },
  ...['Key Vault Administrator', 'Key Vault Secrets Officer', 'Key Vault Secrets User'].map(
    (role): Quoted => ({
      it: role,
      world: { ...rbac, assignments: [{ ...secretsUser, role }] },
      causes: [],
    }),
  ),
  ...['Owner', 'Reader', 'Key Vault Contributor', 'Key Vault Reader', 'Key Vault Crypto User'].map(
    (role): Quoted => ({
      it: `${role} reads no secrets`,
      world: { ...rbac, assignments: [{ ...secretsUser, role }] },
      causes: ['missingRole'],
      ...byRbac,
    }),
  ),
  ...(['secret', 'group', 'subscription', 'root'] as const).map((scope): Quoted => ({
    it: `a role at the scope ${scope}`,
    world: { ...rbac, assignments: [{ ...secretsUser, scope }] },
    causes: [],
  })),
  ...(['otherSecret', 'otherVault'] as const).map((scope): Quoted => ({
    it: `a role at the scope ${scope}`,
    world: { ...rbac, assignments: [{ ...secretsUser, scope }] },
    causes: ['missingRole'],
    ...byRbac,
  })),
  {
    it: 'a role of a minute ago that has not propagated',
    world: { ...rbac, assignments: [{ ...secretsUser, age: 'pending' }], observed: true },
    causes: ['notPropagated'],
    ...byRbac,
  },
  {
    it: 'a deny assignment',
    world: {
      ...rbac,
      assignments: [secretsUser],
      denials: [{ who: ['everyone'], except: [], scope: 'group', dataActions: ['*'] }],
    },
    causes: ['denied'],
    code: 'ForbiddenByRbac',
    text: /DenyAssignmentId: '[0-9a-f]{32}'/,
  },
  { it: 'a firewall', world: { ipRules: [] }, causes: ['firewall'], ...byFirewall },
  { it: 'a firewall that lets the address in', world: { ipRules: ['127.0.0.0/30'] }, causes: [] },
  {
    it: 'a firewall that lets one of two addresses in',
    world: { ipRules: ['127.0.0.9'], addresses: ['127.0.0.9', '127.0.0.1'] },
    causes: ['firewall'],
    ...byFirewall,
  },
  {
    it: 'public access off',
    world: { publicNetworkAccess: 'Disabled' },
    causes: ['publicAccessOff'],
    ...byConnection,
  },
  {
    it: 'public access off, which overrides the firewall',
    world: { publicNetworkAccess: 'disabled', ipRules: ['127.0.0.1'] },
    causes: ['publicAccessOff'],
    ...byConnection,
  },
  {
    it: 'another tenant',
    world: { foreignTenant: true },
    causes: ['wrongTenant'],
    code: 'Unauthorized',
    text: /^AKV10032: Invalid issuer\. Expected one of/,
  },
  { it: 'a secret that is not there', world: { secret: 'absent' }, causes: ['secretAbsent'], ...notFound },
  { it: 'a secret that was deleted', world: { secret: 'deleted' }, causes: ['secretDeleted'], ...notFound },
  {
    it: 'a version that is not there',
    world: { asked: 'gone' },
    causes: ['versionGone'],
    code: 'SecretNotFound',
    text: /^A secret with \(name\/id\) secret\/0+dead was not found/,
  },
  {
    it: 'no right to a secret that is not there: the right is asked first',
    world: { policies: [], secret: 'absent' },
    causes: ['missingPolicy', 'secretAbsent'],
    ...accessDenied,
  },
  {
    it: 'a disabled secret',
    world: { versions: [{ enabled: false }] },
    causes: ['secretDisabled'],
    code: 'SecretDisabled',
    text: /^Operation get is not allowed on a disabled secret\.$/,
  },
  {
    it: 'a version that is disabled, the latest being enabled',
    world: { versions: [{ enabled: false }, { enabled: true }], asked: 0 },
    causes: ['secretDisabled'],
    code: 'SecretDisabled',
  },
  {
    it: 'a version that is enabled, the latest being disabled',
    world: { versions: [{ enabled: true }, { enabled: false }], asked: 0 },
    causes: [],
  },
  {
    it: 'an expired secret, which is returned',
    world: { versions: [{ enabled: true, expired: true }] },
    causes: [],
    warns: 'secretExpired',
  },
  {
    it: 'a secret that is not valid yet, which is returned',
    world: { versions: [{ enabled: true, notYetValid: true }] },
    causes: [],
    warns: 'secretNotYetValid',
  },
  {
    it: 'a deleted vault, whose name leads nowhere',
    world: { vault: 'softDeleted' },
    causes: ['vaultSoftDeleted'],
    code: 'NoAnswer',
  },
  { it: 'no such vault', world: { vault: 'absent' }, causes: ['vaultAbsent'], code: 'NoAnswer' },
  { it: 'a reference by URI', world: uri, causes: [] },
  { it: 'a reference by names', world: { reference: { form: 'names' } }, causes: [] },
  { it: 'a reference of a version', world: { ...uri, asked: 0 }, causes: [] },
  { it: 'a reference with a user-assigned identity', world: { ...uri, identity: 'user' }, causes: [] },
  {
    it: 'a reference of an app without identity',
    world: { ...uri, hasIdentity: false },
    causes: ['noIdentity'],
    code: 'MSINotEnabled',
  },
  {
    it: 'a reference with an identity that is not assigned, another being able',
    world: {
      ...uri,
      hasIdentity: false,
      identity: 'user',
      hasOther: true,
      policies: [{ who: 'other', secrets: ['get'] }],
    },
    causes: ['noIdentity', 'wrongIdentity'],
    code: 'MSINotEnabled',
  },
  {
    it: 'a reference to no vault',
    world: { ...uri, vault: 'absent' },
    causes: ['vaultAbsent'],
    code: 'VaultNotFound',
  },
  {
    it: 'a reference to no secret',
    world: { ...uri, secret: 'absent' },
    causes: ['secretAbsent'],
    code: 'SecretNotFound',
  },
  {
    it: 'a reference to no version',
    world: { ...uri, asked: 'gone' },
    causes: ['versionGone'],
    code: 'SecretVersionNotFound',
  },
  {
    it: 'a reference without right',
    world: { ...uri, policies: [] },
    causes: ['missingPolicy'],
    code: 'AccessToKeyVaultDenied',
  },
  {
    it: 'a reference out of order',
    world: { reference: { form: 'broken', text: '@Microsoft.KeyVault(Nonsense)' } },
    causes: ['referenceSyntax'],
    code: 'InvalidSyntax',
  },
  {
    it: 'everything at once, in the order of the service',
    world: { policies: [], ipRules: [], versions: [{ enabled: false }] },
    causes: ['firewall', 'missingPolicy', 'secretDisabled'],
    ...byFirewall,
  },
];
