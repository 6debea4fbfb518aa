import { hiddenText } from './quotes';

/** Names before a secret value in connection strings (Azure Storage, Service Bus, Event Hubs, SQL, Redis, Cosmos DB). */
const names =
  'AccountKey|SharedAccessKey|SharedAccessSignature|SharedSecretValue|SharedSecret|AccessKey|ApiKey|Api-Key|' +
  'PrimaryKey|SecondaryKey|ClientSecret|client_secret|Password|Passwd|Pwd|access_token|refresh_token|id_token';

/** Forms of secret values by which they are known wherever they are. The first group, if any, stays. */
const forms: readonly RegExp[] = [
  // `Password=…;` of a connection string, whose value may be in quotes or braces.
  new RegExp(
    String.raw`(\b(?:${names})\s*=\s*)(?:"(?:[^"]|"")*"|'(?:[^']|'')*'|\{[^}]*\}|[^;\r\n"'<>]+)`,
    'gi',
  ),
  // `"password": "…"` of JSON inside a string.
  new RegExp(String.raw`(\\?"(?:${names})\\?"\s*:\s*\\?")(?:[^"\\]|\\[^"])+`, 'gi'),
  // A shared access signature or function key in a URL, or a signature without one.
  /([?&;](?:amp;)?(?:sig|code|x-functions-key|subscription-key)=)[^&\s"'<>\\]+/gi,
  /(\bsig=)[^&\s"'<>\\]+/gi,
  // The credentials in a URL.
  /([a-z][a-z0-9+.-]{0,30}:\/\/)[^/?#@\s"'<>]+(?=@)/gi,
  /(\b(?:Bearer|Basic)\s+)[A-Za-z0-9+/_.~-]{16,}=*/g,
  // A token (JSON Web Token).
  /\beyJ[A-Za-z0-9_-]{8,8000}\.[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]*/g,
  // A key of a storage account or Cosmos DB: 64 bytes in Base64.
  /(?<![A-Za-z0-9+/])[A-Za-z0-9+/]{86}==/g,
  /-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z ]*PRIVATE KEY-----|$)/g,
];

/** Hides what is a secret value by its form: keys, passwords, signatures, tokens, and the credentials in URLs. */
export function withoutSecretForms(text: string): string {
  return forms.reduce(
    (shown, form) =>
      shown.replace(form, (_, start: unknown) => `${typeof start === 'string' ? start : ''}${hiddenText()}`),
    text,
  );
}
