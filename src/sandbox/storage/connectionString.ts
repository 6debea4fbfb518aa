/** The parts of a connection string, which may be in any order. */
export function partsOf(connectionString: string): Record<string, string> {
  const parts = connectionString.split(';').filter((part) => part.trim() !== '');
  return Object.fromEntries(
    parts.map((part) => {
      const [name = '', ...value] = part.split('=');
      return [name.trim(), value.join('=')];
    }),
  );
}

/** Names of settings and of parts are case-insensitive. */
export function valueOf<T>(values: Record<string, T>, name: string): T | undefined {
  return Object.entries(values).find(([one]) => one.toLowerCase() === name.toLowerCase())?.[1];
}
