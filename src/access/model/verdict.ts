import type { DeletedVault } from '../../azure/keyVault/deletedVaults';
import type { PrincipalFacts } from './facts';

/**
 * Whether an app can read a secret.
 * - `can`: every fact that decides is known, and nothing is in the way
 * - `cannot`: something is in the way for certain; all that is, in the order in which the service would refuse
 * - `cannotTell`: nothing is in the way for certain, and some fact that decides could not be read
 */
export type Verdict =
  | { readonly kind: 'can'; readonly through: readonly Grant[]; readonly warnings: readonly Warning[] }
  | {
      readonly kind: 'cannot';
      readonly causes: readonly Cause[];
      /** What could not be read besides: more may be in the way. */
      readonly missing: readonly MissingFact[];
      readonly warnings: readonly Warning[];
    }
  | {
      readonly kind: 'cannotTell';
      readonly missing: readonly MissingFact[];
      readonly warnings: readonly Warning[];
    };

/** What gives the right to read. */
export type Grant =
  | { readonly kind: 'policy'; readonly objectId: string; readonly throughGroup: boolean }
  | {
      readonly kind: 'role';
      readonly assignmentId: string;
      readonly roleDefinitionId: string;
      readonly scope: string;
      readonly throughGroup: boolean;
    };

/** Something that keeps the app from reading, with what it takes to mend it. */
export type Cause =
  | { readonly kind: 'referenceSyntax'; readonly settingName: string; readonly problem: string }
  /** The app does not have the identity that it is to use: `SystemAssigned`, or the ID of a user-assigned one. */
  | { readonly kind: 'noIdentity'; readonly appId: string; readonly identity: string }
  /** Others of its identities have the right: using one of them mends it as well as a grant. */
  | { readonly kind: 'wrongIdentity'; readonly appId: string; readonly able: readonly PrincipalFacts[] }
  | { readonly kind: 'vaultAbsent'; readonly vaultId: string }
  | { readonly kind: 'vaultSoftDeleted'; readonly deleted: DeletedVault }
  | {
      readonly kind: 'wrongTenant';
      readonly vaultId: string;
      readonly vaultTenantId: string;
      readonly principalTenantId: string;
    }
  /** `hasPrivateEndpoint`: an approved one is there, and the app is in no virtual network that could lead to it. */
  | { readonly kind: 'publicAccessOff'; readonly vaultId: string; readonly hasPrivateEndpoint: boolean }
  /** `addresses`: those of the app that no rule lets in; empty where only the refusal is known. */
  | {
      readonly kind: 'firewall';
      readonly vaultId: string;
      readonly addresses: readonly string[];
      readonly subnetId?: string;
    }
  | {
      readonly kind: 'missingPolicy';
      readonly vaultId: string;
      readonly principalId: string;
      readonly tenantId: string;
      /** A policy is there that counts only for a user through that application, never for a managed identity. */
      readonly compoundPolicy: boolean;
    }
  /** Roles that would allow it do nothing in a vault with access policies; an access policy is what it takes. */
  | {
      readonly kind: 'roleOnPolicyVault';
      readonly vaultId: string;
      readonly principalId: string;
      readonly tenantId: string;
      readonly assignmentIds: readonly string[];
    }
  /** `secretId`: ARM ID of the secret, the least scope for the role. */
  | {
      readonly kind: 'missingRole';
      readonly vaultId: string;
      readonly secretId: string;
      readonly principalId: string;
    }
  /** An access policy that would allow it does nothing in a vault with Azure RBAC; a role is what it takes. */
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
  /** The right is there, was given minutes ago, and the service does not know it yet. */
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

/** A fact that decides and could not be read; `reason` as the reader gave it. */
export type MissingFact =
  | { readonly kind: 'vault' | 'secret' | 'outboundAddresses'; readonly reason: string }
  | { readonly kind: 'roleAssignments' | 'roleDefinitions' | 'denyAssignments'; readonly reason: string }
  /** Whether the app's network leads to a private endpoint of the vault: its names and routes are not read. */
  | { readonly kind: 'privateRoute'; readonly subnetId: string }
  /** The vault is within a network security perimeter, whose rules are not read. */
  | { readonly kind: 'perimeter' }
  /** Whether the identity is in one of these groups. */
  | { readonly kind: 'groups'; readonly groupIds: readonly string[]; readonly reason: string }
  | { readonly kind: 'roleDefinition'; readonly roleDefinitionId: string }
  /** `assignmentId` may be that of a deny assignment. */
  | { readonly kind: 'condition'; readonly assignmentId: string; readonly condition: string }
  | { readonly kind: 'scope'; readonly scope: string };

/** Worth knowing, never in the way. */
export type Warning =
  /** The service gives out such secrets all the same: `exp` and `nbf` only inform. */
  | { readonly kind: 'secretExpired'; readonly on: Date }
  | { readonly kind: 'secretNotYetValid'; readonly until: Date }
  /** App Service still says what was: a refresh of the references, or a restart, asks the vault again. */
  | { readonly kind: 'referenceStale'; readonly settingName: string; readonly status: string }
  /** Given minutes ago: the service may not know it yet. */
  | { readonly kind: 'freshAssignment'; readonly assignmentIds: readonly string[]; readonly expectedBy: Date }
  /** The app was refused, and nothing in the facts says why. */
  | { readonly kind: 'refusedNevertheless'; readonly code: string; readonly at: Date };
