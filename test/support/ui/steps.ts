interface Step {
  title: string;
  body: () => Promise<void>;
  outcome?: Promise<void>;
  hasEnded?: boolean;
}

/**
 * For walks whose steps stand each on those before. A step is a test like any other (`it`); where it is run alone, or
 * first, it does those before it that were not done yet. Once a step failed, so do all that stand on it.
 * @returns what stands in for `it`
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
  if (step.outcome && !step.hasEnded) throw new Error(`The step "${step.title}" has not come to its end`);
  try {
    await outcomeOf(step);
  } catch (error) {
    throw new Error(`The step "${step.title}" failed`, { cause: error });
  }
}
