import type { DeletedVault } from '../../azure/keyVault/deletedVaults';
import type { PrincipalFacts } from './facts';

/**
 * Whether an app can read a secret.
 * - `can`: every relevant fact is known and nothing prevents it
 * - `cannot`: something certainly prevents it; lists all causes, in the order the service would refuse
 * - `cannotTell`: nothing certainly prevents it, but some relevant fact couldn't be read
 */
export type Verdict =
  | { readonly kind: 'can'; readonly through: readonly Grant[]; readonly warnings: readonly Warning[] }
  | {
      readonly kind: 'cannot';
      readonly causes: readonly Cause[];
      /** What else couldn't be read: there may be more causes. */
      readonly missing: readonly MissingFact[];
      readonly warnings: readonly Warning[];
    }
  | {
      readonly kind: 'cannotTell';
      readonly missing: readonly MissingFact[];
      readonly warnings: readonly Warning[];
    };

/** What allows reading. */
export type Grant =
  | { readonly kind: 'policy'; readonly objectId: string; readonly throughGroup: boolean }
  | {
      readonly kind: 'role';
      readonly assignmentId: string;
      readonly roleDefinitionId: string;
      readonly scope: string;
      readonly throughGroup: boolean;
    };

/** Something that prevents the app from reading, with what a fix needs. */
export type Cause =
  | { readonly kind: 'referenceSyntax'; readonly settingName: string; readonly problem: string }
  /** The app doesn't have the identity it should use: `SystemAssigned`, or the ARM ID of a user-assigned one. */
  | { readonly kind: 'noIdentity'; readonly appId: string; readonly identity: string }
  /** The user-assigned identity was deleted, although it's still assigned to the app, so it gets no token. */
  | { readonly kind: 'identityDeleted'; readonly appId: string; readonly identity: string }
  /** Other identities of the app have access: using one of them fixes it as well as a grant would. */
  | { readonly kind: 'wrongIdentity'; readonly appId: string; readonly able: readonly PrincipalFacts[] }
  | { readonly kind: 'vaultAbsent'; readonly vaultId: string }
  | { readonly kind: 'vaultSoftDeleted'; readonly deleted: DeletedVault }
  | {
      readonly kind: 'wrongTenant';
      readonly vaultId: string;
      readonly vaultTenantId: string;
      readonly principalTenantId: string;
    }
  /**
   * `hasPrivateEndpoint`: the vault has an approved one, but the app isn't in a virtual network that could reach it.
   * `byReference`: App Service reads for the app, so allowing the app's addresses doesn't help.
   */
  | {
      readonly kind: 'publicAccessOff';
      readonly vaultId: string;
      readonly hasPrivateEndpoint: boolean;
      readonly byReference?: true;
    }
  /** The network security perimeter that the vault is in refused the app. Known only from a refusal. */
  | { readonly kind: 'perimeterRefused'; readonly vaultId: string }
  /** `addresses`: the app's addresses that no rule allows; empty if only the refusal is known, or `byReference`. */
  | {
      readonly kind: 'firewall';
      readonly vaultId: string;
      readonly addresses: readonly string[];
      readonly subnetId?: string;
      readonly byReference?: true;
    }
  | {
      readonly kind: 'missingPolicy';
      readonly vaultId: string;
      readonly principalId: string;
      readonly tenantId: string;
      /** There is a policy, but it applies only to a user through an application, never to a managed identity. */
      readonly compoundPolicy: boolean;
    }
  /** Role assignments have no effect in a vault with access policies; an access policy is needed. */
  | {
      readonly kind: 'roleOnPolicyVault';
      readonly vaultId: string;
      readonly principalId: string;
      readonly tenantId: string;
      readonly assignmentIds: readonly string[];
    }
  /** `secretId`: ARM ID of the secret, the narrowest scope for the role. */
  | {
      readonly kind: 'missingRole';
      readonly vaultId: string;
      readonly secretId: string;
      readonly principalId: string;
    }
  /** Access policies have no effect in a vault with Azure RBAC; a role assignment is needed. */
  | {
      readonly kind: 'policyOnRbacVault';
      readonly vaultId: string;
      readonly secretId: string;
      readonly principalId: string;
    }
  | {
      readonly kind: 'denied';
      readonly denyAssignmentId: string;
      readonly name: string;
      readonly scope: string;
    }
  /** Access was granted minutes ago and hasn't reached the service yet. */
  | { readonly kind: 'notPropagated'; readonly assignmentIds: readonly string[]; readonly expectedBy: Date }
  | { readonly kind: 'secretAbsent'; readonly vaultId: string; readonly secretName: string }
  | { readonly kind: 'secretDeleted'; readonly vaultId: string; readonly secretName: string }
  | {
      readonly kind: 'versionGone';
      readonly vaultId: string;
      readonly secretName: string;
      readonly version?: string;
    }
  | {
      readonly kind: 'secretDisabled';
      readonly vaultId: string;
      readonly secretName: string;
      readonly version?: string;
    };

/** A relevant fact that couldn't be read; `reason` comes from the attempt to read it. */
export type MissingFact =
  | { readonly kind: 'vault' | 'secret' | 'outboundAddresses'; readonly reason: string }
  /** Whether the user-assigned identity still exists. */
  | { readonly kind: 'identity'; readonly identity: string; readonly reason: string }
  | { readonly kind: 'roleAssignments' | 'roleDefinitions' | 'denyAssignments'; readonly reason: string }
  /** Whether the app's network leads to a private endpoint of the vault: its DNS and routes aren't read. */
  | { readonly kind: 'privateRoute'; readonly subnetId: string }
  /** The vault doesn't let everyone in, and the network of the app's Container Apps environment isn't read. */
  | { readonly kind: 'environmentNetwork' }
  /** The vault allows some addresses, but the ones that Key Vault references come from aren't known. */
  | { readonly kind: 'referenceAddresses' }
  /** The vault allows the app's subnet, but that works only if the subnet has a service endpoint for Key Vault. */
  | { readonly kind: 'serviceEndpoint'; readonly subnetId: string }
  /** The vault is in a network security perimeter, whose rules aren't read. */
  | { readonly kind: 'perimeter' }
  /** Whether the identity is a member of one of these groups. */
  | { readonly kind: 'groups'; readonly groupIds: readonly string[]; readonly reason: string }
  | { readonly kind: 'roleDefinition'; readonly roleDefinitionId: string }
  /** `assignmentId` may be the ID of a deny assignment. */
  | { readonly kind: 'condition'; readonly assignmentId: string; readonly condition: string }
  | { readonly kind: 'scope'; readonly scope: string }
  /** Whether a role counts that is assigned on the same name in another case. */
  | { readonly kind: 'spelling'; readonly scope: string };

/** Worth knowing, but doesn't prevent reading. */
export type Warning =
  /** Key Vault returns such secrets anyway: `exp` and `nbf` are informational. */
  | { readonly kind: 'secretExpired'; readonly on: Date }
  | { readonly kind: 'secretNotYetValid'; readonly until: Date }
  /** App Service reports an old state: refreshing the references, or a restart, makes it ask the vault again. */
  | { readonly kind: 'referenceStale'; readonly settingName: string; readonly status: string }
  /** Assigned minutes ago: it may not have taken effect yet. */
  | { readonly kind: 'freshAssignment'; readonly assignmentIds: readonly string[]; readonly expectedBy: Date }
  /** The app was refused, and nothing in the facts explains it. */
  | { readonly kind: 'refusedNevertheless'; readonly code: string; readonly at: Date };
