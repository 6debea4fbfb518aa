import assert from 'node:assert/strict';
import type { Services } from '../../src/commands/services';
import { markdownOf } from '../../src/reports/model/markdown';
import type { ReportAction, Section } from '../../src/reports/model/report';

/** The report that was shown last. */
export class ShownReport {
  constructor(private readonly services: () => Services) {}

  get page() {
    return this.services().reports.open.at(-1) ?? assert.fail('no report is open');
  }

  get content() {
    return this.page.report ?? assert.fail(JSON.stringify(this.page.content));
  }

  /** The text that would be copied. */
  get text(): string {
    return markdownOf(this.content, { language: 'en', timeZone: 'UTC' });
  }

  get actions(): readonly ReportAction[] {
    const { answer, sections } = this.content;
    const ofSection = ({ cards = [], facts = [] }: Section) => [
      ...cards.flatMap(({ actions }) => actions),
      ...facts.flatMap(({ actions = [] }) => actions),
    ];
    return [...answer.actions, ...sections.flatMap(ofSection)];
  }

  get buttons(): string[] {
    return this.actions.map(({ title }) => title);
  }

  /** Presses a button, and waits until what it does is done. */
  async press(title: string, card?: string): Promise<void> {
    const inCard = this.content.sections.flatMap(({ cards = [] }) => cards).find((one) => one.title === card);
    const action = (inCard?.actions ?? this.actions).find((one) => one.title === title);
    assert.ok(action, `"${title}" isn't among ${this.buttons.join(', ')}`);
    await this.page.run(action.id);
  }
}
