import type { JointPlan, PlannedKey } from '../../access/replace/planReplacements';
import type { Connection } from '../../azure/core/connection';
import type { FunctionApp } from '../../azure/core/model';
import type { KeyFacts, ReplaceQuestion } from '../../grants/replace/readReplaceFacts';

/** A credential with what was found out about it, and the plan for it. */
export type ReplacedKey = KeyFacts & PlannedKey;

/** The plan for an app and what it was made of. */
export interface PlannedReplacement {
  readonly connection: Connection;
  readonly question: ReplaceQuestion;
  readonly app: FunctionApp;
  readonly plan: JointPlan<ReplacedKey>;
}
