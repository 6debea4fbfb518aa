import type { Cause, Grant, MissingFact, Warning } from '../model/verdict';
import type { Wanted } from './operation';

type CauseOf<K extends Cause['kind']> = Extract<Cause, { readonly kind: K }>;
type MissingOf<K extends MissingFact['kind']> = Extract<MissingFact, { readonly kind: K }>;

/** Whether an app can do something with a resource. The kinds are those of {@link Verdict}. */
export type AccessVerdict =
  | { readonly kind: 'can'; readonly through: readonly Grant[]; readonly warnings: readonly AccessWarning[] }
  | {
      readonly kind: 'cannot';
      readonly causes: readonly AccessCause[];
      readonly missing: readonly AccessMissing[];
      readonly warnings: readonly AccessWarning[];
    }
  | {
      readonly kind: 'cannotTell';
      readonly missing: readonly AccessMissing[];
      readonly warnings: readonly AccessWarning[];
    };

/** The outcome of one check, all of which must pass. */
export interface AccessCheck {
  readonly causes: readonly AccessCause[];
  readonly missing: readonly AccessMissing[];
}

/** Something that prevents it. `scope` and `resourceId` are ARM IDs. */
export type AccessCause =
  | CauseOf<'noIdentity' | 'identityDeleted' | 'wrongIdentity' | 'denied'>
  | { readonly kind: 'absent' | 'otherApi'; readonly scope: string }
  | { readonly kind: 'otherTenant'; readonly scope: string }
  | { readonly kind: 'noRole'; readonly scope: string; readonly wanted: Wanted }
  | { readonly kind: 'closed'; readonly resourceId: string; readonly hasPrivateEndpoint: boolean }
  /** `addresses`: the app's addresses that no rule allows; empty if rules for addresses don't help. */
  | {
      readonly kind: 'blocked';
      readonly resourceId: string;
      readonly addresses: readonly string[];
      readonly subnetId?: string;
    };

/** A relevant fact that couldn't be read. */
export type AccessMissing =
  | MissingOf<
      | 'identity'
      | 'groups'
      | 'condition'
      | 'scope'
      | 'spelling'
      | 'roleAssignments'
      | 'roleDefinitions'
      | 'roleDefinition'
      | 'denyAssignments'
    >
  | { readonly kind: 'target'; readonly scope: string; readonly reason: string }
  /** A database, which alone knows who may do what in it. */
  | { readonly kind: 'database'; readonly scope: string }
  | { readonly kind: 'network'; readonly resourceId: string; readonly reason: NetworkDoubt };

/** Why it isn't known whether the network lets the app in. `unread` says what went wrong. */
export type NetworkDoubt =
  | { readonly kind: 'unread' | 'addresses'; readonly reason: string }
  | { readonly kind: 'privateRoute' | 'environment' | 'perimeter' | 'serviceEndpoint' };

export type AccessWarning = Extract<Warning, { readonly kind: 'freshAssignment' }>;

/** Whether nothing is known to prevent it, but the answer is in a database. */
export function isUpToDatabase(verdict: AccessVerdict): boolean {
  return verdict.kind === 'cannotTell' && verdict.missing.some(({ kind }) => kind === 'database');
}
