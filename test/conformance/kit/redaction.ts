import { isObject, parseJson } from '../../../src/azure/core/json';
import { hiddenText, Quotes } from '../../../src/azure/core/secrets/quotes';
import { withoutSecretForms } from '../../../src/azure/core/secrets/secretText';
import type { RawExchange } from './recorder';
import {
  isSecretParameter,
  keptHeaders,
  placeIn,
  placeOf,
  redacted,
  settingOf,
  treatmentOf,
} from './secretPlaces';
import type { Place } from './secretPlaces';
import { Pseudonyms } from './pseudonyms';

/** One line of a recording, in the form of ../shared/recordings. */
export interface RecordedExchange {
  readonly source: { readonly repo: string; readonly path: string; readonly commit: string };
  readonly seq: number;
  readonly request: Half & { readonly method: string; readonly url: string };
  readonly response: Half & { readonly status: number };
}

interface Half {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: unknown;
}

/** Values shorter than this are also ordinary words, so they're hidden only where they are known to be secret. */
const shortestLearned = 10;
/** Longer answers say nothing more about their form, as in ../shared/recordings. */
const mostBytes = 110_000;

/** What connection strings have in common with texts that aren't secret. */
const partsOfConnectionStrings = [
  'DefaultEndpointsProtocol=https;EndpointSuffix=core.windows.net;AccountName=',
  ';AccountKey=',
  'https://sts.windows.net/',
];

/** Turns exchanges into lines without secret values, people, and what doesn't belong to the run. */
export class Redactor {
  private readonly secrets = new Set<string>();
  private readonly pseudonyms: Pseudonyms;
  private quotes = new Quotes([]);
  /** The secret values in every form, longest first. */
  private forms: readonly string[] = [];

  /**
   * @param own the subscription and the resource group of the run, everything else of which is left out
   * @param known texts that aren't secret, although they may be part of a secret value, such as the name of an account
   */
  constructor(
    private readonly own: { readonly subscriptionId: string; readonly groupName: string },
    private readonly known: readonly string[] = [],
  ) {
    this.pseudonyms = new Pseudonyms(own.subscriptionId);
  }

  /** Hides a value wherever it appears. */
  learn(value: string): void {
    if (value.trim().length >= shortestLearned) this.secrets.add(value);
  }

  /** All exchanges, first searched for secret values, since one may be quoted before it's seen where it belongs. */
  redactAll(
    exchanges: readonly RawExchange[],
  ): { scenario: string; line: Omit<RecordedExchange, 'source'> }[] {
    for (const { request, response } of exchanges) {
      const { pathname } = new URL(request.url);
      for (const bytes of [request.body, response.body()]) {
        const json = bodyOf(bytes);
        this.keepBuiltInRoles(json);
        this.clean(json, placeOf(pathname), pathname, '');
      }
      for (const [name, value] of new URL(request.url).searchParams)
        if (isSecretParameter(name)) this.learn(value);
    }
    this.quotes = new Quotes([...this.secrets], [...partsOfConnectionStrings, ...this.known].join('\n'));
    this.forms = [...this.secrets].flatMap(formsOf).sort((a, b) => b.length - a.length);
    return exchanges.flatMap((raw) => {
      const line = this.redact(raw);
      return line && this.isClean(line) ? [{ scenario: raw.scenario, line }] : [];
    });
  }

  private redact({ seq, request, response }: RawExchange): Omit<RecordedExchange, 'source'> | undefined {
    const { pathname } = new URL(request.url);
    const answer = response.body();
    if (this.isElsewhere(decodeURIComponent(pathname)) || answer.length > mostBytes) return undefined;
    const place = placeOf(pathname);
    const body = (bytes: Buffer | undefined, quotes: boolean) =>
      this.hide(this.clean(this.ownItems(bodyOf(bytes)), place, pathname, ''), quotes);
    return {
      seq,
      request: {
        method: request.method,
        url: this.text(this.cleanUrl(request.url), false),
        headers: this.headers(request.headers, keptHeaders.request),
        body: body(request.body, false),
      },
      response: {
        status: response.status,
        headers: this.headers(response.headers, keptHeaders.response),
        // Refusals quote what was sent, in any encoding.
        body: body(answer, response.status >= 400),
      },
    };
  }

  private headers(
    headers: Readonly<Record<string, string>>,
    kept: readonly string[],
  ): Record<string, string> {
    const pairs = Object.entries(headers).filter(([name]) => kept.includes(name.toLowerCase()));
    return Object.fromEntries(pairs.map(([name, value]) => [name, this.text(this.cleanUrl(value), true)]));
  }

  /** A URL, or text that isn't one, without the secret parameters. */
  private cleanUrl(text: string): string {
    return text.replace(/([?&])([^=&#\s]+)=([^&#\s"]*)/g, (whole, mark: string, name: string) =>
      isSecretParameter(decodeURIComponent(name)) ? `${mark}${name}=${redacted}` : whole,
    );
  }

  /** Replaces the values that are secret because of where they are, and learns them. */
  private clean(json: unknown, place: Place, pathname: string, name: string): unknown {
    if (typeof json === 'string') return this.cleanText(json, place, pathname, name);
    if (Array.isArray(json)) return json.map((item) => this.clean(item, place, pathname, name));
    if (!isObject(json)) return json;
    const setting = place.texts === 'none' ? undefined : settingOf(json);
    const cleaned = Object.entries(json).map(([key, value]) => [
      key,
      setting !== undefined && key === 'name'
        ? value
        : this.clean(
            value,
            placeIn(place, key, pathname),
            pathname,
            key === 'value' ? (setting ?? key) : key,
          ),
    ]);
    return Object.fromEntries(cleaned) as Record<string, unknown>;
  }

  private cleanText(text: string, place: Place, pathname: string, name: string): string {
    switch (treatmentOf(text, name, place, pathname)) {
      case 'keep':
        return this.cleanUrl(text);
      case 'learn':
        this.learn(text);
        return text === '' ? '' : redacted;
      case 'hide':
        return text === '' ? '' : redacted;
    }
  }

  /** Replaces secret values, people, and IDs in every text. */
  private hide(json: unknown, quotes: boolean): unknown {
    if (typeof json === 'string') return this.text(json, quotes);
    if (Array.isArray(json)) return json.map((item) => this.hide(item, quotes));
    if (!isObject(json)) return json;
    return Object.fromEntries(
      // Keys of maps are IDs of identities, and names of settings.
      Object.entries(json).map(([key, value]) => [this.text(key, false), this.hide(value, quotes)]),
    );
  }

  private text(text: string, quotes: boolean): string {
    let shown = text;
    if (text.length >= shortestLearned)
      for (const form of this.forms) if (shown.includes(form)) shown = shown.replaceAll(form, redacted);
    if (quotes) shown = this.quotes.hideIn(shown);
    return this.pseudonyms.replaceIn(withoutSecretForms(shown).replaceAll(hiddenText(), redacted));
  }

  /** The last look: nothing that was learned, or that looks like a secret value, may be in a line. */
  private isClean(line: Omit<RecordedExchange, 'source'>): boolean {
    const text = JSON.stringify(line).toLowerCase();
    return !this.forms.some((form) => text.includes(form.toLowerCase()));
  }

  /** Lists without the items of other resource groups and other subscriptions, and without other people's roles. */
  private ownItems(json: unknown): unknown {
    if (!isObject(json)) return json;
    const without = (list: unknown) =>
      Array.isArray(list) ? list.filter((item) => !isObject(item) || !this.isForeign(item)) : list;
    return Object.fromEntries(
      Object.entries(json).map(([key, value]) => [key, /^(value|data)$/.test(key) ? without(value) : value]),
    );
  }

  private isForeign(item: Readonly<Record<string, unknown>>): boolean {
    const properties = isObject(item['properties']) ? item['properties'] : {};
    const places = [item['id'], item['scope'], properties['scope'], properties['vaultId']];
    const texts = places.filter((text) => typeof text === 'string');
    if (texts.some((text) => this.isElsewhere(text))) return true;
    const isAboutPeople = /\/(roleassignments|denyassignments|roleeligibilityscheduleinstances)\//i;
    if (texts.some((text) => isAboutPeople.test(text))) return !texts.some((text) => this.isOwn(text));
    return properties['type'] === 'CustomRole';
  }

  /** Their IDs are the same for everyone. */
  private keepBuiltInRoles(json: unknown): void {
    const list = isObject(json) && Array.isArray(json['value']) ? json['value'] : [];
    for (const { name, properties } of list.filter(isObject))
      if (isObject(properties) && properties['type'] === 'BuiltInRole' && typeof name === 'string')
        this.pseudonyms.keep(name);
  }

  private isOwn(id: string): boolean {
    return `${id}/`.toLowerCase().includes(`/resourcegroups/${this.own.groupName.toLowerCase()}/`);
  }

  private isElsewhere(id: string): boolean {
    const subscription = /^\/subscriptions\/([^/]+)/i.exec(id)?.[1];
    const isOther =
      subscription !== undefined && subscription.toLowerCase() !== this.own.subscriptionId.toLowerCase();
    return isOther || (/\/resourcegroups\/[^/]/i.test(id) && !this.isOwn(id));
  }
}

/** The encodings in which services quote and links carry a value. */
function formsOf(secret: string): string[] {
  const forms = [
    ...[secret, JSON.stringify(secret).slice(1, -1), encodeURIComponent(secret)],
    ...[Buffer.from(secret).toString('base64'), Buffer.from(secret).toString('base64url')],
  ];
  return [...new Set(forms)];
}

/** Parsed JSON, text, or null for nothing, as in ../shared/recordings. */
function bodyOf(bytes: Buffer | undefined): unknown {
  if (bytes === undefined || bytes.length === 0) return null;
  const text = bytes.toString('utf8');
  if (text.includes('\ufffd')) return `<binary ${bytes.length} bytes>`;
  return parseJson(text) ?? text;
}
