import type { Service } from './hosts';

/** What the form of a text says about the key it is. */
type KeyForm = Service | 'functionKey' | 'clientSecret';

/** Characters of base64 and of keys made of letters and digits. */
const [b64, b62] = ['[A-Za-z0-9+/]', '[A-Za-z0-9]'];

/**
 * Keys that Azure marks so that they can be recognized anywhere. Their checksums aren't computed: keys issued before the
 * marks have none. Source: microsoft/security-utilities, PreciselyClassifiedSecurityKeys.json.
 */
const marked: readonly (readonly [key: KeyForm, form: RegExp])[] = [
  ['storage', whole(`${b64}{76}\\+ASt${b64}{5}[AQgw]==`)],
  ['cosmos', whole(`${b64}{76}ACDb${b64}{5}[AQgw]==`)],
  ['namespace', whole(`${b64}{33}\\+A(?:Sb|Eh|Rm)[A-P]${b64}{5}=`)],
  ['iotHub', whole(`${b64}{33}AIoT[A-P]${b64}{5}=`)],
  ['redis', whole(`${b64}{33}AzCa[A-P]${b64}{5}=`)],
  ['eventGrid', whole(`${b64}{33}AZEG[A-P]${b64}{5}=`)],
  ['registry', whole(`${b64}{42}\\+ACR[A-D]${b64}{5}`)],
  ['search', whole(`${b62}{42}AzSe[A-D]${b62}{5}`)],
  ['functionKey', whole(`[A-Za-z0-9_-]{44}AzFu.{5}[AQgw]==`)],
  ['clientSecret', whole(`[A-Za-z0-9_~.-]{3}[78]Q~[A-Za-z0-9_~.-]{31,34}`)],
  ['ai', common('AAA[AB]ACOG')],
  ['appConfiguration', common('AAAAAZAC')],
  ['eventGrid', common('AAAAAZEG')],
  ['communication', common('AAAAAZCS')],
];

/** The common format of new keys and of those derived from them, with the mark of their provider. */
function common(mark: string): RegExp {
  return whole(`${b62}{52}JQQJ9[9D]${b62}[A-L]${b62}{12}${mark}${b62}{4}`);
}

function whole(form: string): RegExp {
  return new RegExp(`^${form}$`);
}

/** What a key is, if its own form says so. */
export function keyFormOf(text: string): KeyForm | undefined {
  return marked.find(([, form]) => form.test(text))?.[0];
}

/**
 * Whether a text has the form of a key from before the marks. Hashes have the same forms, so this says something only
 * together with a name and an endpoint.
 */
export function mayBeKey(text: string): boolean {
  return (
    /^[A-Za-z0-9+/]{86}==$/.test(text) ||
    /^[A-Za-z0-9+/]{43}=$/.test(text) ||
    /^[A-Fa-f0-9]{32}$/.test(text) ||
    /^[A-Za-z0-9]{52}$/.test(text) ||
    /^[A-Za-z0-9]{84}$/.test(text)
  );
}

/** Whether this is a stand-in for a secret: a template's variable, a mask, or words in angle brackets. */
export function isPlaceholder(text: string): boolean {
  return (
    /^<[^>]*>$|\$\{[^}]*\}|\$\([^)]*\)|#\{[^}]*\}#|\{\{[^}]*\}\}|^%[^%]+%$|^__[A-Za-z0-9_]+__$/.test(text) ||
    /^(?:x{3,}|\*{3,}|\.{3,}|-+|<.*|changeme|your[-_ ].*)$/i.test(text)
  );
}
