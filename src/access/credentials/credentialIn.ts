import type { Values } from './bareKey';
import { bareKey } from './bareKey';
import { credentialInConnectionString } from './connectionString';
import type { Credential } from './credential';
import { isPlaceholder } from './keyForms';
import { partsOf } from './parts';
import { credentialInQuery, credentialInUrl } from './url';

/**
 * Finds the credential in the value of a setting; undefined if there's none. What isn't a credential: references, values
 * of emulators, placeholders, identifiers, and identity-based connections.
 * @param settings all settings of the app, because a key and its endpoint are often two settings
 */
export function credentialIn(name: string, value: string, settings: Values): Credential | undefined {
  const text = unquoted(value.trim());
  if (text === '' || /^@Microsoft\.(?:KeyVault|AppConfiguration)\(/i.test(text) || isPlaceholder(text))
    return undefined;
  if (isInsightsConnection(name)) return undefined;
  const found = isUrl(text)
    ? credentialInUrl(text)
    : (credentialInQuery(text) ??
      (isConnectionString(text) ? credentialInConnectionString(text) : bareKey(name, text, settings)));
  return found && text !== value.trim() ? { ...found, quoted: true } : found;
}

/** Application Insights' connection string and key identify a resource, but give no access to it (Microsoft Learn). */
function isInsightsConnection(name: string): boolean {
  return /^(?:APPINSIGHTS_INSTRUMENTATIONKEY|APPLICATIONINSIGHTS_CONNECTION_STRING)$/i.test(name);
}

function isUrl(text: string): boolean {
  return /^[a-z][a-z0-9+.-]*:\/\//i.test(text) && !/^jdbc:/i.test(text);
}

/** A key may end in `=`, so a connection string needs a name and a value. */
function isConnectionString(text: string): boolean {
  const [first] = partsOf(text);
  return (
    (first !== undefined &&
      first.value !== '' &&
      /^[\w .-]+$/.test(first.name) &&
      !/^=+$/.test(first.value)) ||
    /^jdbc:/i.test(text) ||
    /^[\w.-]+:\d+,/.test(text)
  );
}

/** Values that were imported from a file with their quotes. */
function unquoted(text: string): string {
  return /^"[^"]*"$|^'[^']*'$/.exec(text) ? text.slice(1, -1) : text;
}
