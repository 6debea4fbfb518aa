import type { RunningCommand } from './changedBy';
import { runningCommand } from './changedBy';

/** How a question is asked. */
export interface Asking {
  /** Whether *Back* leads to an earlier question. */
  readonly canGoBack: boolean;
  /** What was picked or typed before the person came back to the question. */
  readonly earlier?: string | undefined;
}

export interface Answered<T> {
  readonly value: T;
  /** What was picked or typed. */
  readonly shown?: string;
}

interface Answer extends Answered<unknown> {
  readonly question: string;
  readonly way: Way;
}

/**
 * - `kept`: the answer is given again when the person goes back further
 * - `secret`: it isn't kept, so the question is asked again
 * - `passed`: it has no *Back* of its own, like a dialog, so *Back* leads to the question before
 */
type Way = 'kept' | 'secret' | 'passed';

/** Thrown by a question when the person selects *Back*. */
export class Back extends Error {}

/** The questions of a command so far. */
class Flow implements RunningCommand {
  hasChanged = false;
  private readonly answers: Answer[] = [];
  private next = 0;
  private returned: Answer | undefined;

  async ask<T>(question: string, show: (asking: Asking) => Promise<Answered<T>>, way: Way): Promise<T> {
    const known = this.answers[this.next];
    if (known?.question === question && known.way !== 'secret') {
      this.next++;
      return known.value as T;
    }
    // From here on, the answers belong to other questions.
    this.answers.splice(this.next);
    const canGoBack = !this.hasChanged && this.answers.some((answer) => answer.way !== 'passed');
    const earlier = this.returned?.question === question ? this.returned.shown : undefined;
    const { value, ...shown } = await show({ canGoBack, earlier });
    this.answers.push({
      ...{ question, way },
      ...(way === 'secret' ? { value: undefined } : { value, ...shown }),
    });
    this.next++;
    return value;
  }

  /** Forgets the last answer, and starts over. */
  back(): void {
    const last = this.answers.findLastIndex(({ way }) => way !== 'passed');
    [this.returned] = this.answers.splice(Math.max(0, last));
    this.next = 0;
  }
}

/**
 * Runs a command whose questions offer *Back*. To go back, the command runs again from its start, with the answers up to
 * the question before. So what it does between its questions must be repeatable; see {@link runningCommand} for changes.
 */
export async function withBack<T>(command: () => Promise<T>): Promise<T> {
  const flow = new Flow();
  for (;;) {
    try {
      return await runningCommand.run(flow, command);
    } catch (error) {
      if (!(error instanceof Back)) throw error;
      flow.back();
    }
  }
}

/** Asks a question, unless it's answered already. @param question tells it apart from others of the command */
export async function ask<T>(
  question: string,
  show: (asking: Asking) => Promise<Answered<T>>,
  way: Way = 'kept',
): Promise<T> {
  const flow = runningCommand.getStore();
  return flow instanceof Flow ? flow.ask(question, show, way) : (await show({ canGoBack: false })).value;
}
