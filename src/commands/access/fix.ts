import type { FactsRead, ReadQuestion } from '../../grants/readFacts';
import type { ReportAction } from '../../ui/reports';
import type { Services } from '../services';

/** What a report's buttons work with. */
export interface FixContext {
  readonly services: Services;
  readonly question: ReadQuestion;
  readonly read: FactsRead;
  /** Something was changed: reads everything again and shows it. */
  readonly changed: () => Promise<void>;
  /** Shows the report of another question. */
  readonly ask: (question: ReadQuestion) => Promise<void>;
}

export type Fix = Omit<ReportAction, 'line'>;
