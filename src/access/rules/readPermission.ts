import type { DenyAssignment } from '../../azure/directory/roles';
import type { PrincipalFacts } from '../model/facts';
import type { Tristate } from './tristate';
import type { Grant, MissingFact } from '../model/verdict';

/** What the rules ask of a principal. */
export type CheckedPrincipal = Pick<PrincipalFacts, 'principalId' | 'groups' | 'assignmentIds'>;

/** Whether a principal may read a secret by one permission model, and why. */
export interface ReadPermission {
  readonly holds: Tristate;
  /** The same before deny assignments take it away. */
  readonly granted: Tristate;
  /** What gives the right for certain; it may be denied all the same. */
  readonly grants: readonly Grant[];
  /** What is not known of both. */
  readonly missing: readonly MissingFact[];
  /** What takes the right away for certain. */
  readonly denials: readonly DenyAssignment[];
}
