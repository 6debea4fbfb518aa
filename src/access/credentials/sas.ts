/**
 * When a shared access signature ends: `se=` is a date in the storage form and seconds since 1970 in the Service Bus form.
 * @returns undefined if it doesn't say
 */
export function sasExpiry(signature: string): Date | undefined {
  const query = signature.replace(/^\?|^SharedAccessSignature\s+/i, '');
  const end = new URLSearchParams(query).get('se')?.trim();
  if (end === undefined || end === '') return undefined;
  const time = /^\d{9,}$/.test(end) ? Number(end) * 1000 : Date.parse(end);
  return Number.isNaN(time) ? undefined : new Date(time);
}

/** Whether a query contains a signature that gives access: `sig` with one of the members that it signs. */
export function isSigned(query: URLSearchParams): boolean {
  return (query.get('sig') ?? '') !== '' && ['sv', 'se', 'sr', 'sp', 'skn'].some((name) => query.has(name));
}
