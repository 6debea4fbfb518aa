/**
 * Runs a program, whose process ends with the code that it returns, or with 1 if it fails.
 * @param shown what to print of a failure: only its message if it's meant for the person who started the program
 */
export async function runTask(
  task: () => Promise<number> | Promise<void>,
  shown: 'everything' | 'message' = 'everything',
): Promise<void> {
  try {
    const code = await task();
    if (code !== undefined) process.exitCode = code;
  } catch (error) {
    console.error(shown === 'message' && error instanceof Error ? error.message : error);
    process.exitCode = 1;
  }
}
