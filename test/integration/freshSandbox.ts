import { startSandbox, type RunningSandbox } from '../support/sandbox';

let spare: Promise<RunningSandbox> | undefined;
const stopping: Promise<void>[] = [];

/** A sandbox for one test alone. While the test runs, the next test's sandbox starts. */
export async function freshSandbox(args: string[] = []): Promise<RunningSandbox> {
  const sandbox = await (args.length > 0 ? startSandbox(args) : (spare ?? startSandbox()));
  if (args.length === 0) {
    spare = startSandbox();
    spare.catch(() => undefined); // the error goes to the caller that takes it
  }
  // The next test doesn't wait until this one's sandbox has ended.
  const stop = () => {
    stopping.push(sandbox.stop());
    return Promise.resolve();
  };
  return { ...sandbox, stop };
}

after(async () => {
  await Promise.all([...stopping, spare?.then((sandbox) => sandbox.stop())]);
});
