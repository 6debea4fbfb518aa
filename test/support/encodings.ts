/** The ways in which a service can write what it received. */
export const encodings = {
  'as it is': (text: string) => text,
  'in capitals': (text: string) => text.toUpperCase(),
  'percent-encoded': encodeURIComponent,
  'percent-encoded as a whole': (text: string) => hex(text).replace(/../g, '%$&'),
  'as a form': (text: string) => new URLSearchParams({ text }).toString(),
  'as JSON': (text: string) => JSON.stringify({ text }),
  'as JSON with codes': (text: string) =>
    text.replace(/[^]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`),
  'as HTML': (text: string) => text.replace(/[&<>"']/g, (unit) => `&#${unit.charCodeAt(0)};`),
  'in Base64': (text: string) => Buffer.from(text).toString('base64'),
  'in Base64 for URLs': (text: string) => Buffer.from(text).toString('base64url'),
  'in Base64 of UTF-16': (text: string) => Buffer.from(text, 'utf16le').toString('base64'),
  'in hexadecimal': hex,
};

function hex(text: string): string {
  return Buffer.from(text).toString('hex');
}
