/** A line about what the tools are doing, beside what they print. */
export function say(line: string): void {
  console.error(`[keyless] ${line}`);
}

/** Says that something long has begun, how long it is taking every five seconds, and when it is done. */
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
