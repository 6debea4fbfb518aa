import type { FactsRead, ReadQuestion } from '../../../grants/readFacts';
import type { Button } from '../../../reports/source';
import type { Services } from '../../services';

/** What the reports on access and their buttons use. */
export type AccessServices = Pick<
  Services,
  | 'accounts'
  | 'changes'
  | 'inventory'
  | 'log'
  | 'logStreams'
  | 'memento'
  | 'milestones'
  | 'refresh'
  | 'reports'
>;

/** What the buttons of a report need. */
export interface FixContext {
  readonly services: AccessServices;
  readonly question: ReadQuestion;
  readonly read: FactsRead;
  /** Call it after a change. Reads everything again and shows it. */
  readonly changed: () => Promise<void>;
  /** Shows the report for another question. */
  readonly ask: (question: ReadQuestion) => Promise<void>;
}

export type Fix = Button;
