interface Step {
  title: string;
  body: () => Promise<void>;
  outcome?: Promise<void>;
  hasEnded?: boolean;
}

/**
 * For walks in which each step depends on the previous ones. A step is a test (`it`). If it runs alone or first, it first
 * runs all previous steps that haven't run yet. If a step fails, all steps after it fail too.
 * @returns a replacement for `it`
 */
export function useSteps(): (title: string, body: () => Promise<void>) => void {
  const steps: Step[] = [];
  return (title, body) => {
    const before = [...steps];
    const step: Step = { title, body };
    steps.push(step);
    it(title, async function () {
      const open = [...before, step].filter(({ outcome }) => outcome === undefined);
      this.timeout(this.timeout() * Math.max(open.length, 1));
      for (const each of before) await pass(each);
      await outcomeOf(step);
    });
  };
}

async function outcomeOf(step: Step): Promise<void> {
  step.outcome ??= step.body().finally(() => (step.hasEnded = true));
  await step.outcome;
}

async function pass(step: Step): Promise<void> {
  if (step.outcome && !step.hasEnded) throw new Error(`The step "${step.title}" hasn't finished`);
  try {
    await outcomeOf(step);
  } catch (error) {
    throw new Error(`The step "${step.title}" failed`, { cause: error });
  }
}
