import { parseKeyVaultReference } from './secretUri';

/** Why an app couldn't read a secret, as its log or a function's answer says it. */
export type ReadFailure = VaultRefusal | UnresolvedReference | { readonly kind: 'noIdentity' };

/** The app got the text of a Key Vault reference instead of the secret. */
interface UnresolvedReference {
  readonly kind: 'unresolved';
  readonly vaultName: string;
  readonly secretName: string;
}

/** A key vault refused the app. */
export interface VaultRefusal {
  readonly kind: 'refused';
  /** The `innererror.code` of Key Vault's response, `AccessDenied` for any missing access policy. */
  readonly code:
    'AccessDenied' | 'ForbiddenByRbac' | 'ForbiddenByFirewall' | 'ForbiddenByConnection' | 'ForbiddenByNsp';
  readonly vaultName: string;
  /** Missing if the text doesn't contain it. */
  readonly secretName?: string;
  /** The object ID of the principal that was refused. */
  readonly objectId?: string;
}

/** How Key Vault's 403 messages start. Logs contain the message, often without the code. */
const texts: readonly (readonly [VaultRefusal['code'], string])[] = [
  ['AccessDenied', ' permission on key vault '],
  // From a policy that applies only through an application (azure-key-vault-to-kubernetes#126). It doesn't name the vault.
  ['AccessDenied', 'on-behalf-of'],
  ['ForbiddenByRbac', 'Caller is not authorized to perform action on resource'],
  ['ForbiddenByFirewall', 'Client address is not authorized and caller is not a trusted service'],
  ['ForbiddenByConnection', 'Public network access is disabled and request is not from a trusted service'],
  // A network security perimeter; quoted in a public Bicep template. Whether it names the vault isn't known.
  ['ForbiddenByNsp', 'The request was forbidden by NSP policy'],
];
const refusalText = new RegExp(texts.map(([, text]) => text).join('|'));

/**
 * What the Azure SDKs say (Azure/static-web-apps#466, Azure/azure-sdk-for-net#37278, Azure/azure-sdk-for-python#38826), what
 * App Service's identity endpoint says (Azure/azure-sdk-for-net#37100), and what the functions that Keyless writes say.
 */
const noIdentityText =
  /ManagedIdentityCredential authentication unavailable|No User Assigned or Delegated Managed Identity found|This app has no managed identity/;

/** An app that logs the setting shows the reference itself (MicrosoftDocs/azure-docs#28923, #33480). */
const referenceText = /@Microsoft\.KeyVault\([^()\s]{1,500}\)/;

/** Where a line says that a secret couldn't be read. The rest of a refusal may be in the lines after it. */
export function readFailureIn(line: string): { readonly start: number; readonly text: string } | undefined {
  for (const pattern of [refusalText, noIdentityText, referenceText]) {
    const match = pattern.exec(line);
    const text = match?.[0].trim() ?? '';
    if (match) return { start: match.index + match[0].indexOf(text), text };
  }
  return undefined;
}

/** How many lines after the first to search for the rest of a refusal, and how many lines before it for the secret. */
export const linesAfter = 12;
export const linesBefore = 3;

/** Finds failures in a log. The text of a refusal may span several lines. */
export class ReadFailureFinder {
  private recent: string[] = [];
  private toRead = 0;

  /** Adds lines and returns the failures that they complete. */
  push(lines: readonly string[]): ReadFailure[] {
    const found: ReadFailure[] = [];
    for (const line of lines) {
      const failure = failureInLine(line);
      if (failure) found.push(failure);
      this.recent.push(line);
      if (this.toRead === 0 && refusalText.test(line)) this.toRead = linesAfter;
      if (this.toRead === 0) {
        if (this.recent.length > linesBefore) this.recent.shift();
        continue;
      }
      this.toRead--;
      const refusal = refusalIn(this.recent.join('\n'));
      if (refusal) found.push(refusal);
      if (refusal || this.toRead === 0) {
        this.toRead = 0;
        this.recent = [];
      }
    }
    return found;
  }
}

function failureInLine(line: string): ReadFailure | undefined {
  if (noIdentityText.test(line)) return { kind: 'noIdentity' };
  const reference = parseKeyVaultReference(referenceText.exec(line)?.[0] ?? '');
  if (!reference) return undefined;
  const {
    vaultUri,
    vaultName = new URL(vaultUri ?? '').hostname.split('.')[0] ?? '',
    secretName,
  } = reference;
  return { kind: 'unresolved', vaultName, secretName };
}

/** Undefined until the text contains the vault's name. */
function refusalIn(text: string): VaultRefusal | undefined {
  const code = texts.find(([, begin]) => text.includes(begin))?.[0];
  const vaultName =
    /permission on key vault '([\w-]{3,24})[;']/.exec(text)?.[1] ??
    /Vault: ([\w-]{3,24});/.exec(text)?.[1] ??
    (/on-behalf-of|NSP policy/.test(text) ? /\/\/([\w-]{3,24})\.vault\./.exec(text)?.[1] : undefined);
  if (code === undefined || vaultName === undefined) return undefined;
  const path = `${vaultName}(?:\\.vault\\.[\\w.:-]+)?/secrets/([0-9A-Za-z-]{1,127})`;
  const secretName = new RegExp(path, 'i').exec(text)?.[1];
  const objectId = /\boid=([0-9a-f-]{36})/i.exec(text)?.[1];
  return {
    kind: 'refused',
    code,
    vaultName,
    ...(secretName === undefined ? {} : { secretName }),
    ...(objectId === undefined ? {} : { objectId }),
  };
}
