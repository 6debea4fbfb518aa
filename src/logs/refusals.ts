/** A key vault's refusal that a log line reports. */
export interface LoggedRefusal {
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
const texts: readonly (readonly [LoggedRefusal['code'], string])[] = [
  ['AccessDenied', ' permission on key vault '],
  // From a policy that applies only through an application (azure-key-vault-to-kubernetes#126). It doesn't name the vault.
  ['AccessDenied', 'on-behalf-of'],
  ['ForbiddenByRbac', 'Caller is not authorized to perform action on resource'],
  ['ForbiddenByFirewall', 'Client address is not authorized and caller is not a trusted service'],
  ['ForbiddenByConnection', 'Public network access is disabled and request is not from a trusted service'],
  // A network security perimeter; quoted in a public Bicep template. Whether it names the vault isn't known.
  ['ForbiddenByNsp', 'The request was forbidden by NSP policy'],
];
const anyText = new RegExp(texts.map(([, text]) => text).join('|'));

/** How many lines after the first to search for the rest of a refusal, and how many lines before it for the secret. */
const linesAfter = 12;
const linesBefore = 3;

/** Finds refusals in a log. Their text may span several lines. */
export class RefusalFinder {
  private recent: string[] = [];
  private toRead = 0;

  /** Adds lines and returns the refusals that they complete. */
  push(lines: readonly string[]): LoggedRefusal[] {
    const found: LoggedRefusal[] = [];
    for (const line of lines) {
      this.recent.push(line);
      if (this.toRead === 0 && anyText.test(line)) this.toRead = linesAfter;
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

/** Undefined until the text contains the vault's name. */
function refusalIn(text: string): LoggedRefusal | undefined {
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
    code,
    vaultName,
    ...(secretName === undefined ? {} : { secretName }),
    ...(objectId === undefined ? {} : { objectId }),
  };
}
