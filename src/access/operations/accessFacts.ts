import type { VaultNetwork } from '../../azure/keyVault/vaultNetwork';
import type { AppFacts, Known, PrincipalFacts, RoleFacts } from '../model/facts';
import type { Wanted } from './operation';

/** Everything that decides whether an app can do something with a resource. What couldn't be read is withheld, never guessed. */
export interface AccessFacts {
  readonly app: AppFacts;
  readonly wanted: Wanted;
  /** ARM ID of a resource, a part of one such as a container, a resource group, or a subscription. */
  readonly scope: string;
  /** The identity that the app uses; absent if the app doesn't have it. */
  readonly principal?: PrincipalFacts;
  readonly otherIdentities: readonly PrincipalFacts[];
  readonly target: Known<AccessTarget>;
  readonly roles: RoleFacts;
  /** Object IDs known not to be groups. */
  readonly notGroups: readonly string[];
  readonly now: Date;
}

export type AccessTarget =
  | {
      readonly kind: 'present';
      readonly tenantId: string;
      /** Absent for a resource group or a subscription. */
      readonly network?: Known<VaultNetwork>;
      /** The resource is a storage account in the app's region, where its rules for addresses don't apply. */
      readonly isInRegionOfApp?: boolean;
      /** Host name of a SQL server. */
      readonly host?: string;
    }
  /** A Cosmos DB account of another API than that for NoSQL, which has no roles for data. */
  | { readonly kind: 'otherApi' }
  | { readonly kind: 'absent' };
