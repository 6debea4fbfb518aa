/**
 * Whether a plain-text app setting probably holds a secret, by its value's form, and by its name where the value has no
 * form of its own. A guess to point at, never a reason to refuse something.
 */
export function looksLikeSecret(name: string, value: string): boolean {
  const text = value.trim();
  if (text === '' || isPlatformSetting(name) || isReference(text)) return false;
  if (holdsCredential(text)) return true;
  if (isHarmless(text)) return false;
  if (hasSecretName(name)) return text.length >= 4;
  return text.length >= 20 && !/\s/.test(text) && isRandom(text);
}

/** Set by the platform or for it, and never secret, whatever they look like. */
function isPlatformSetting(name: string): boolean {
  return /^(FUNCTIONS_(EXTENSION_VERSION|WORKER_RUNTIME.*)|WEBSITE_(NODE_DEFAULT_VERSION|RUN_FROM_ZIP|CONTENTSHARE|SITE_NAME|TIME_ZONE|SLOT_NAME|HOSTNAME|OWNER_NAME|INSTANCE_ID)|APPINSIGHTS_INSTRUMENTATIONKEY|APPLICATIONINSIGHTS_CONNECTION_STRING)$/i.test(
    name,
  );
}

function isReference(text: string): boolean {
  return /^@Microsoft\.(KeyVault|AppConfiguration)\(/i.test(text);
}

/** Forms that carry a credential in them. */
const credentials: readonly RegExp[] = [
  // Connection strings: of storage, Service Bus, Event Hubs, Cosmos DB, SQL, Redis and their like.
  /(^|[;,])\s*(AccountKey|SharedAccessKey|SharedSecret|SharedAccessSignature|AccessKey|Password|Pwd|ClientSecret|ApiKey)\s*=\s*[^;,\s]/i,
  // Shared access signatures, and addresses with a function key.
  /[?&](sig|code|client_secret|access_token|api_?key|subscription-key)=[^&\s]{8,}/i,
  /^(sv|sp|se|sr|st|spr|sig|ss|srt)=[^&]+(&[a-z]+=[^&]+)+$/i,
  // A password in an address.
  /^[a-z][a-z0-9+.-]*:\/\/[^/\s:@]*:[^/\s@]+@/i,
  // JSON Web Tokens.
  /\beyJ[\w-]{5,}\.eyJ[\w-]{5,}\.[\w-]*/,
  // Private keys.
  /-----BEGIN [A-Z ]*PRIVATE KEY-----/,
  // Tokens that say what they are: GitHub, Slack, Stripe, SendGrid, npm, AWS, Google, OpenAI, Entra ID client secrets.
  /^(gh[pousr]_|github_pat_|xox[abposr]-|[sr]k_(live|test)_|SG\.|npm_|AKIA|AIza|sk-)[\w.-]{12,}$/,
  /^[\w~.-]{3}\dQ~[\w~.-]{31,34}$/,
];

function holdsCredential(text: string): boolean {
  return credentials.some((form) => form.test(text));
}

/** What settings hold that is long, or sits under a telling name, and is no secret. */
const harmless: readonly RegExp[] = [
  /^(true|false|yes|no|on|off|null|none|enabled|disabled)$/i,
  /^[\d.,:+\-~ ]+$/,
  /^[~^v]?\d+(\.\w+)+([-+][\w.-]+)?$/i,
  // Addresses; one with a credential in it was found before.
  /^[a-z][a-z0-9+.-]*:\/\/\S*$/i,
  /^\/subscriptions\/\S+$/i,
  /^(\/|[A-Z]:\\|%\w+%)\S*$/i,
  // Host names and namespaces, with a port or without.
  /^[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)+(:\d+)?$/i,
  /^[^@\s]+@[^@\s]+\.[a-z]{2,}$/i,
  /^InstrumentationKey=[0-9a-f-]{36}(;|$)/i,
];

function isHarmless(text: string): boolean {
  return harmless.some((form) => form.test(text));
}

/** Whether what goes under this name is better not seen while it is typed. */
export function namesSecret(name: string): boolean {
  return !isPlatformSetting(name) && hasSecretName(name);
}

/** The last word of the name says so, as in DB_PASSWORD, ApiKey and STRIPE__SECRET; not as in KEY_VAULT_NAME, SECRET_NAME. */
function hasSecretName(name: string): boolean {
  const words = name
    .replace(/([a-z0-9])([A-Z])/g, '$1_$2')
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .filter(Boolean);
  const last = words.at(-1) ?? '';
  return /^(password|passwd|pwd|pass|passphrase|secret|secrets|token|pat|sas|key|apikey|accesskey|accountkey|masterkey|connectionstring)$/.test(
    last,
  );
}

/** Letters and digits as no word has them: hexadecimal, base64 or mixed, with the entropy of a generated key. */
function isRandom(text: string): boolean {
  if (/^[0-9a-f]{32,}$/i.test(text)) return /[a-f]/i.test(text) && /\d/.test(text) && entropy(text) > 3;
  if (!/^[A-Za-z0-9+/=_~.!@#$%^&*-]+$/.test(text)) return false;
  const mixed = /[a-z]/.test(text) && /[A-Z]/.test(text) && /\d/.test(text);
  return mixed && changes(text) / text.length > 0.3 && entropy(text) > 3.7;
}

/** How often one kind of character follows another: seldom in words. */
function changes(text: string): number {
  const kinds = text.replace(/[a-z]/g, 'a').replace(/[A-Z]/g, 'A').replace(/\d/g, '0');
  return kinds.replace(/(.)\1*/g, 'x').length - 1;
}

/** Shannon's, in bits a character. */
function entropy(text: string): number {
  const counts = new Map<string, number>();
  for (const char of text) counts.set(char, (counts.get(char) ?? 0) + 1);
  return [...counts.values()].reduce(
    (bits, count) => bits - (count / text.length) * Math.log2(count / text.length),
    0,
  );
}
