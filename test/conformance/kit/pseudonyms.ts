/** Not delimited, because an encoded character such as `%27` may come first. */
const guid = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/gi;
/** Without dashes, as Azure prints principals in some messages. Versions of secrets have this form too. */
const digits = /(?:(?<=%[0-9a-f]{2})|(?<![0-9a-z]))[0-9a-f]{32}(?![0-9a-z])/gi;
const address = /(?<![\d.])(?:(?:25[0-5]|2[0-4]\d|1?\d?\d)\.){3}(?:25[0-5]|2[0-4]\d|1?\d?\d)(?![\d.]*\d)/g;
const longAddress = /(?<![0-9a-f:])(?:[0-9a-f]{1,4}:){3,7}(?::?[0-9a-f]{1,4})+/gi;
const mail = /[\w.+#-]+(?:@|%40)[\w-]+(?:\.[\w-]+)+/g;

/**
 * Replaces what tells people, tenants, and machines apart: each GUID by another one, always the same for the same, and each
 * address by one that documents use (RFC 5737, RFC 3849). GUIDs of built-in roles stay, since they are the same for everyone.
 */
export class Pseudonyms {
  private readonly given = new Map<string, string>();
  private readonly kept = new Set<string>();

  constructor(subscriptionId: string) {
    this.given.set(plain(subscriptionId), '0'.repeat(32));
  }

  /** Leaves a GUID as it is. */
  keep(id: string): void {
    this.kept.add(id.toLowerCase());
  }

  replaceIn(text: string): string {
    return text
      .replace(guid, (id) => (this.kept.has(id.toLowerCase()) ? id : dashed(this.pseudonymOf(id))))
      .replace(digits, (id) => this.pseudonymOf(id))
      .replace(mail, 'person@example.com')
      .replace(address, (one) => (/^(127|0|255|10|169)\./.test(one) ? one : '192.0.2.1'))
      .replace(longAddress, '2001:db8::1');
  }

  private pseudonymOf(id: string): string {
    const key = plain(id);
    let pseudonym = this.given.get(key);
    if (pseudonym === undefined) {
      const number = this.given.size.toString(16).padStart(12, '0');
      pseudonym = `00000000000040008000${number}`;
      this.given.set(key, pseudonym);
    }
    return pseudonym;
  }
}

function plain(id: string): string {
  return id.replaceAll('-', '').toLowerCase();
}

function dashed(id: string): string {
  return id.replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
}
