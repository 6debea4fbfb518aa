/**
 * A made-up situation: an app, its identities, a vault, and a secret. It has its own vocabulary, from which the facts
 * (facts.ts) and the sandbox's state (service.ts) are derived separately.
 */
export interface MadeWorld {
  /** Tells worlds apart: it's part of names and GUIDs. */
  readonly number: number;
  /** `old`: `enableRbacAuthorization` is null. */
  readonly model: 'rbac' | 'policies' | 'old';
  /** What the app should read with, if it has it. */
  readonly identity: 'system' | 'user';
  readonly hasIdentity: boolean;
  /** The app has another identity, of the other kind. */
  readonly hasOther: boolean;
  readonly foreignTenant: boolean;
  readonly vault: 'present' | 'softDeleted' | 'absent';
  readonly publicNetworkAccess: string;
  /** Undefined if there is no firewall. */
  readonly ipRules?: readonly string[];
  /** Belongs to the app. */
  readonly addresses: readonly string[];
  readonly inNetwork: boolean;
  readonly privateEndpoints: number;
  /** Groups of the identity it reads with; the other identity is in none. */
  readonly groups: readonly MadeGroup[];
  readonly policies: readonly MadePolicy[];
  readonly assignments: readonly MadeAssignment[];
  readonly denials: readonly MadeDenial[];
  readonly secret: 'present' | 'absent' | 'deleted';
  /** Oldest first. */
  readonly versions: readonly MadeVersion[];
  /** Index of a version, by default the last one; `gone`: one that doesn't exist. */
  readonly asked?: number | 'gone';
  /** Absent if the app reads with its own token rather than through a Key Vault reference. */
  readonly reference?: { readonly form: 'uri' | 'names' | 'broken'; readonly text?: string };
  /** The app's refusal is among the facts. */
  readonly observed: boolean;
  /** The service resolves assignments through groups (`assignedTo`). */
  readonly assignedToKnown: boolean;
  readonly hidden: readonly Hidden[];
}

type MadeGroup = 'g1' | 'g2';
export type Who = 'self' | 'other' | 'stranger' | MadeGroup;
export const scopes = [
  'root',
  'subscription',
  'group',
  'vault',
  'secret',
  'otherSecret',
  'otherVault',
] as const;
export type Scope = (typeof scopes)[number];

export interface MadePolicy {
  readonly who: Who;
  readonly secrets: readonly string[];
  readonly throughApplication?: boolean;
}

export interface MadeAssignment {
  readonly who: Who;
  /** Name of a role in {@link roles}. */
  readonly role: string;
  readonly scope: Scope;
  /** Index in {@link conditions}. */
  readonly condition?: number;
  /** Created minutes ago; `pending`: and not in effect yet. */
  readonly age?: 'fresh' | 'pending';
}

export interface MadeDenial {
  readonly who: readonly (Who | 'everyone')[];
  readonly except: readonly Who[];
  readonly scope: Scope;
  readonly dataActions: readonly string[];
  readonly notDataActions?: readonly string[];
  readonly notBelow?: boolean;
}

interface MadeVersion {
  readonly enabled: boolean;
  readonly expired?: boolean;
  readonly notYetValid?: boolean;
}

export type Hidden =
  | 'vault'
  | 'secret'
  | 'groups'
  | 'addresses'
  | 'assignments'
  | 'definitions'
  | 'denials'
  | `scope ${Scope}`
  | `role ${string}`;

/** Whether each allows `getSecret`, worked out by hand; undefined if an attribute decides. */
export const conditions: readonly (readonly [text: string, holds: boolean | undefined])[] = [
  ["ActionMatches{'Microsoft.KeyVault/vaults/secrets/getSecret/action'}", true],
  ["!(ActionMatches{'Microsoft.KeyVault/vaults/secrets/*'})", false],
  ["ActionMatches{'Microsoft.KeyVault/vaults/keys/*'} OR ActionMatches{'*/GETSECRET/action'}", true],
  [
    "NOT ActionMatches{'Microsoft.KeyVault/vaults/keys/*', 'Microsoft.Storage/*'} && ActionMatches{'*'}",
    true,
  ],
  ["ActionMatches{'Microsoft.KeyVault/vaults/*/read'} AND ActionMatches{'*'}", false],
  ["@Resource[Microsoft.KeyVault/vaults:name] StringEquals 'kv'", undefined],
  [
    "((!(ActionMatches{'Microsoft.KeyVault/vaults/secrets/getSecret/action'})) OR (@Environment[UtcNow] DateTimeLessThan '2099-01-01'))",
    undefined,
  ],
  ["@Resource[a:b] StringEquals 'x' OR ActionMatches{'*'}", true],
  ["ActionMatches{'Microsoft.KeyVault/vaults/keys/*'} AND @Principal[a:b] StringEquals 'x'", false],
  ["NOT (@Request[a:b] ForAnyOfAnyValues:StringLike {'a*', 'b*'} OR ActionMatches{'*'})", false],
  ['moonlight ?!', undefined],
];

const secret = 'Microsoft.KeyVault/vaults/secrets';

/** Azure's roles by GUID, and custom ones; whether each allows `getSecret` was worked out by hand. */
export const roles: Readonly<
  Record<
    string,
    {
      readonly reads: boolean;
      readonly guid?: string;
      readonly custom?: readonly [dataActions: readonly string[], notDataActions?: readonly string[]][];
    }
  >
> = {
  'Key Vault Administrator': { reads: true, guid: '00482a5a-887f-4fb3-b363-3b7fe8e74483' },
  'Key Vault Secrets Officer': { reads: true, guid: 'b86a8fe4-44ce-4948-aee5-eccb2c155cd7' },
  'Key Vault Secrets User': { reads: true, guid: '4633458b-17de-408a-b874-0445c86b69e6' },
  'Key Vault Reader': { reads: false, guid: '21090545-7ca7-4776-b22c-e363652d74d2' },
  'Key Vault Crypto User': { reads: false, guid: '12338af0-0e69-4776-bea7-57ae8d297424' },
  'Key Vault Contributor': { reads: false, guid: 'f25e0fa2-a7c8-4377-a976-54943a77a395' },
  Owner: { reads: false, guid: '8e3af657-a8ff-443c-a75c-2fe8c4bcb635' },
  Reader: { reads: false, guid: 'acdd72a7-3385-48ef-bd42-f606fba81ae7' },
  'Everything in data': { reads: true, custom: [[['*']]] },
  'Oddly written': { reads: true, custom: [[['MICROSOFT.keyvault/*/SECRETS/getsecret/ACTION']]] },
  'All but getting': { reads: false, custom: [[[`${secret}/*`], [`${secret}/getSecret/*`]]] },
  'All but getting, and getting': {
    reads: true,
    custom: [[['*'], ['*/getSecret/*']], [[`${secret}/*/action`]]],
  },
  'Prefix of it': { reads: false, custom: [[[`${secret}/getSecret`, `${secret}/get*/read`]]] },
};

/** The rules under test decide whether the role definition, a hidden scope, groups, and so on matter. */
export function pickAssignments({ assignments, hidden }: MadeWorld): MadeAssignment[] {
  return assignments.filter(({ scope }) => !hidden.includes(`scope ${scope}`));
}
