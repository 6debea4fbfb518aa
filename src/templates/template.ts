/** What a function that reads a secret needs to know. None of this is secret. */
export interface ReadSecretOptions {
  readonly functionName: string;
  /** The secret's identifier, with or without a version. */
  readonly secretUri: string;
  /** The audience of the vault's tokens, such as `https://vault.azure.net`. */
  readonly vaultAudience: string;
  /** The client ID of a user-assigned identity. Missing for the system-assigned identity. */
  readonly clientId?: string;
}

/** File contents by path, relative to the app's code folder or the project's root. */
export type Files = Readonly<Record<string, string>>;

/**
 * Key Vault's latest 7.x API version that all clouds support. The identity endpoint uses 2019-08-01. Apps that only have
 * the older MSI_ENDPOINT (Linux Consumption) use 2017-09-01 ("How to use managed identities for App Service").
 */
export const vaultApiVersion = '7.4';

/** The `function.json` of an HTTP-triggered function that requires a function key. */
export function functionJson(output: 'res' | '$return' | 'Response', scriptFile?: string): string {
  const input = output === 'Response' ? 'Request' : 'req';
  const bindings = [
    { authLevel: 'function', type: 'httpTrigger', direction: 'in', name: input, methods: ['get'] },
    { type: 'http', direction: 'out', name: output },
  ];
  return `${JSON.stringify({ ...(scriptFile ? { scriptFile } : {}), bindings }, undefined, 2)}\n`;
}
