import type { DenyAssignment } from '../../azure/directory/denyAssignments';
import type { PrincipalFacts } from '../model/facts';
import type { Tristate } from './tristate';
import type { Grant, MissingFact } from '../model/verdict';

/** What the rules need to know about a principal. */
export type CheckedPrincipal = Pick<PrincipalFacts, 'principalId' | 'groups' | 'assignmentIds'>;

/** Whether a principal may read a secret under one permission model, and why. */
export interface ReadPermission {
  readonly holds: Tristate;
  /** The same before deny assignments are applied. */
  readonly granted: Tristate;
  /** What certainly grants access, which may still be denied. */
  readonly grants: readonly Grant[];
  /** What isn't known about grants or denials. */
  readonly missing: readonly MissingFact[];
  /** What certainly denies access. */
  readonly denials: readonly DenyAssignment[];
}
