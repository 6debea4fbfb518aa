/**
 * Guesses whether a plain-text app setting holds a secret, by the format of its value, or by its name if the format says
 * nothing. Good enough to highlight a setting, never to refuse something.
 */
export function looksLikeSecret(name: string, value: string): boolean {
  const text = value.trim();
  if (text === '' || isPlatformSetting(name) || isReference(text)) return false;
  if (holdsCredential(text)) return true;
  if (isHarmless(text)) return false;
  if (hasSecretName(name)) return text.length >= 4;
  return text.length >= 20 && !/\s/.test(text) && isRandom(text);
}

/** Set by or for the platform, and never secret, whatever the value looks like. */
function isPlatformSetting(name: string): boolean {
  return /^(FUNCTIONS_(EXTENSION_VERSION|WORKER_RUNTIME.*)|WEBSITE_(NODE_DEFAULT_VERSION|RUN_FROM_ZIP|CONTENTSHARE|SITE_NAME|TIME_ZONE|SLOT_NAME|HOSTNAME|OWNER_NAME|INSTANCE_ID)|APPINSIGHTS_INSTRUMENTATIONKEY|APPLICATIONINSIGHTS_CONNECTION_STRING)$/i.test(
    name,
  );
}

function isReference(text: string): boolean {
  return /^@Microsoft\.(KeyVault|AppConfiguration)\(/i.test(text);
}

/** Formats that contain a credential. */
const credentials: readonly RegExp[] = [
  // Connection strings for storage, Service Bus, Event Hubs, Cosmos DB, SQL, Redis, and the like.
  /(^|[;,])\s*(AccountKey|SharedAccessKey|SharedSecret|SharedAccessSignature|AccessKey|Password|Pwd|ClientSecret|ApiKey)\s*=\s*[^;,\s]/i,
  // Shared access signatures, and URLs with a function key.
  /[?&](sig|code|client_secret|access_token|api_?key|subscription-key)=[^&\s]{8,}/i,
  /^(sv|sp|se|sr|st|spr|sig|ss|srt)=[^&]+(&[a-z]+=[^&]+)+$/i,
  // A password in a URL.
  /^[a-z][a-z0-9+.-]*:\/\/[^/\s:@]*:[^/\s@]+@/i,
  // JSON Web Tokens.
  /\beyJ[\w-]{5,}\.eyJ[\w-]{5,}\.[\w-]*/,
  // Private keys.
  /-----BEGIN [A-Z ]*PRIVATE KEY-----/,
  // Recognizable tokens: GitHub, Slack, Stripe, SendGrid, npm, AWS, Google, OpenAI, Entra ID client secrets.
  /^(gh[pousr]_|github_pat_|xox[abposr]-|[sr]k_(live|test)_|SG\.|npm_|AKIA|AIza|sk-)[\w.-]{12,}$/,
  /^[\w~.-]{3}\dQ~[\w~.-]{31,34}$/,
];

/** Whether a value has a format that is always a credential, whatever its name. */
export function holdsCredential(text: string): boolean {
  return credentials.some((form) => form.test(text));
}

/** Common setting values that are long or have a suspicious name but aren't secrets. */
const harmless: readonly RegExp[] = [
  /^(true|false|yes|no|on|off|null|none|enabled|disabled)$/i,
  /^[\d.,:+\-~ ]+$/,
  /^[~^v]?\d+(\.\w+)+([-+][\w.-]+)?$/i,
  // URLs; one with a credential was caught earlier.
  /^[a-z][a-z0-9+.-]*:\/\/\S*$/i,
  /^\/subscriptions\/\S+$/i,
  /^(\/|[A-Z]:\\|%\w+%)\S*$/i,
  // Host names and namespaces, with or without a port.
  /^[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)+(:\d+)?$/i,
  /^[^@\s]+@[^@\s]+\.[a-z]{2,}$/i,
  /^InstrumentationKey=[0-9a-f-]{36}(;|$)/i,
];

function isHarmless(text: string): boolean {
  return harmless.some((form) => form.test(text));
}

/** Whether a value with this name should be masked while it's typed. */
export function namesSecret(name: string): boolean {
  return !isPlatformSetting(name) && hasSecretName(name);
}

/** Checks the name's last word: true for DB_PASSWORD, ApiKey, and STRIPE__SECRET, but not for KEY_VAULT_NAME or SECRET_NAME. */
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

/** Whether a text is hexadecimal, base64, or mixed characters with the entropy of a generated key, unlike any word. */
function isRandom(text: string): boolean {
  if (/^[0-9a-f]{32,}$/i.test(text)) return /[a-f]/i.test(text) && /\d/.test(text) && entropy(text) > 3;
  if (!/^[A-Za-z0-9+/=_~.!@#$%^&*-]+$/.test(text)) return false;
  const mixed = /[a-z]/.test(text) && /[A-Z]/.test(text) && /\d/.test(text);
  return mixed && changes(text) / text.length > 0.3 && entropy(text) > 3.7;
}

/** Counts changes between kinds of characters, which are rare in words. */
function changes(text: string): number {
  const kinds = text.replace(/[a-z]/g, 'a').replace(/[A-Z]/g, 'A').replace(/\d/g, '0');
  return kinds.replace(/(.)\1*/g, 'x').length - 1;
}

/** Shannon entropy, in bits per character. */
function entropy(text: string): number {
  const counts = new Map<string, number>();
  for (const char of text) counts.set(char, (counts.get(char) ?? 0) + 1);
  return [...counts.values()].reduce(
    (bits, count) => bits - (count / text.length) * Math.log2(count / text.length),
    0,
  );
}
