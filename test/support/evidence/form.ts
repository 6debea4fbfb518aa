/**
 * The form of a value in a request: what kind of thing it is, without the thing itself. Two values have the same form if
 * a service that understands one of them also understands the other.
 */
export function formOf(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return value.length === 0 ? 'empty list' : 'list';
  switch (typeof value) {
    case 'boolean':
      return 'boolean';
    case 'number':
      return `${value < 0 ? 'negative ' : ''}${Number.isInteger(value) ? 'integer' : 'decimal number'}`;
    case 'string':
      return formOfText(value);
    default:
      return Object.keys(value ?? {}).length === 0 ? 'empty object' : 'object';
  }
}

const forms: readonly (readonly [form: string, pattern: RegExp])[] = [
  ['empty text', /^$/],
  ['GUID', /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i],
  ['GUID without dashes', /^[0-9a-f]{32}$/i],
  ['date and time', /^\d{4}-\d\d-\d\dT[\d:.]+(Z|[+-]\d\d:?\d\d)?$/i],
  ['date', /^\d{4}-\d\d-\d\d$/],
  ['duration', /^P(?=\w)(\d+Y)?(\d+M)?(\d+W)?(\d+D)?(T(\d+H)?(\d+M)?(\d+(\.\d+)?S)?)?$/],
  ['HTTPS URL', /^https:\/\/\S+$/i],
  ['HTTP URL', /^http:\/\/\S+$/i],
  ['IPv4 range', /^\d{1,3}(\.\d{1,3}){3}\/\d+$/],
  ['IPv4 address', /^\d{1,3}(\.\d{1,3}){3}$/],
  ['IPv6 range', /^[0-9a-f]*:[0-9a-f:.]*:[0-9a-f.]*\/\d+$/i],
  ['IPv6 address', /^[0-9a-f]*:[0-9a-f:.]*:[0-9a-f.]*$/i],
  ['text of several lines', /[\r\n]/],
];

function formOfText(text: string): string {
  if (/^\/(subscriptions|providers|tenants)\/[^\s/]/i.test(text)) return formOfId(text);
  return forms.find(([, pattern]) => pattern.test(text))?.[0] ?? 'text';
}

/** A resource ID without its names. Azure ignores case in IDs. */
function formOfId(id: string): string {
  const parts = id.toLowerCase().split('/providers/');
  return `ID ${parts.map(withoutNames).join('/providers/')}`;
}

/** Replaces the names in `/subscriptions/NAME/resourceGroups/NAME` or `Microsoft.Web/sites/NAME/slots/NAME`. */
export function withoutNames(part: string): string {
  return part
    .split('/')
    .map((segment, index) => (index >= 2 && index % 2 === 0 && segment !== '' ? '{}' : segment))
    .join('/');
}

/** What recorders and this repository's sandbox put in the place of a secret value. */
export const redacted = 'REDACTED';

/**
 * Whether a value in an example stands for something else, such as `{subscription-id}`, `<password>`, or `principalId` as
 * the value of `principalId`. Its form says nothing.
 */
export function isPlaceholder(value: unknown, name: string): boolean {
  if (typeof value !== 'string') return false;
  if (value.includes(redacted) || /^\{[^{}"]*\}$|<\w[\w -]*>/.test(value) || /\/\{[\w-]+\}/.test(value))
    return true;
  const last = value.split('/').at(-1) ?? '';
  return name.length > 2 && (sameWord(value, name) || (value.startsWith('/') && sameWord(last, name)));
}

function sameWord(a: string, b: string): boolean {
  return a.toLowerCase().replace(/[^a-z]/g, '') === b.toLowerCase().replace(/[^a-z]/g, '');
}
