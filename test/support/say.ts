/** Prints a line about what the tools are doing, separate from their output. */
export function say(line: string): void {
  console.error(`[keyless] ${line}`);
}

/** Prints that something long has started, how long it has taken every five seconds, and when it's done. */
export async function withProgress<T>(label: string, work: () => Promise<T>): Promise<T> {
  const start = Date.now();
  const seconds = () => `${Math.round((Date.now() - start) / 1000)} s`;
  say(`${label} …`);
  const beat = setInterval(() => {
    say(`${label} … ${seconds()}`);
  }, 5000);
  try {
    const result = await work();
    say(`${label}: done in ${seconds()}`);
    return result;
  } finally {
    clearInterval(beat);
  }
}
