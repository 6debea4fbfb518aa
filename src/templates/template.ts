/** What a function that reads a secret needs to know; none of it is secret. */
export interface ReadSecretOptions {
  readonly functionName: string;
  /** Identifier of the secret, with or without version. */
  readonly secretUri: string;
  /** Audience of the vault's tokens, e.g. `https://vault.azure.net`. */
  readonly vaultAudience: string;
  /** Of a user-assigned identity; absent for the system-assigned one. */
  readonly clientId?: string;
}

/** Text by path, below the app's code folder or the project's root. */
export type Files = Readonly<Record<string, string>>;

/**
 * Key Vault's newest version of 7.x, which all clouds have. The identity endpoint's is 2019-08-01; where an app has only
 * the older one (Linux Consumption), MSI_ENDPOINT with 2017-09-01 ("How to use managed identities for App Service").
 */
export const vaultApiVersion = '7.4';

/** `function.json` of an HTTP-triggered function that wants a function key. */
export function functionJson(output: 'res' | '$return' | 'Response', scriptFile?: string): string {
  const input = output === 'Response' ? 'Request' : 'req';
  const bindings = [
    { authLevel: 'function', type: 'httpTrigger', direction: 'in', name: input, methods: ['get'] },
    { type: 'http', direction: 'out', name: output },
  ];
  return `${JSON.stringify({ ...(scriptFile ? { scriptFile } : {}), bindings }, undefined, 2)}\n`;
}
