import type { Harness, RawAnswer } from './harness';
import { hostOf, isDataPlane, addExpectedVaults } from './recordedWorld';

/** A recorded request with the answer of the real service. */
export interface Recorded {
  seq: number;
  method: string;
  url: string;
  requestBody: unknown;
  status: number;
  location?: string;
  body: unknown;
}

/** How an exchange differs from the recording. */
export interface Difference {
  request: string;
  what: string;
}

/**
 * Members that newer API versions (or newer services) send and older recordings lack. Any other additional
 * member is a difference.
 */
const newer = /^(value\[\]\.)?(systemData(\.\w+)?|properties\.(publicNetworkAccess|enableSoftDelete))$/;

/** Longer than any wait in a replay, so that what was too early in the recording is too early here. */
const softDeleteDelayMs = 600_000;

/**
 * Sends the recorded requests and compares status, members and error codes. Identifiers that the sandbox
 * generates are translated.
 */
export class Replay {
  readonly differences: Difference[] = [];
  compared = 0;
  /** Maps names in the recording to names here. */
  private readonly names = new Map<string, string>();
  /** By the path of a list. */
  private readonly nextLinks = new Map<string, string>();

  constructor(private readonly harness: Harness) {
    harness.context.settings.softDeleteDelayMs = softDeleteDelayMs;
    harness.context.settings.vaultPurgeMs = softDeleteDelayMs;
  }

  async run(exchanges: Recorded[]): Promise<void> {
    addExpectedVaults(this.harness, exchanges);
    for (const exchange of exchanges) {
      let answer = await this.send(exchange);
      if (answer.status !== exchange.status && exchange.status !== 404) {
        // The recorder waited here; the polls in between aren't in the recording.
        this.harness.advance(softDeleteDelayMs + 1);
        answer = await this.send(exchange);
      }
      this.compare(exchange, answer);
      this.learn(exchange, answer);
    }
  }

  private async send(exchange: Recorded): Promise<RawAnswer> {
    const isVault = isDataPlane(exchange.url);
    const endpoint = this.harness.context.endpoints;
    const token =
      exchange.status === 401
        ? {}
        : { token: await this.harness.token(undefined, isVault ? undefined : endpoint.resourceManager) };
    const body = exchange.requestBody === null ? {} : { body: this.translate(exchange.requestBody) };
    return this.harness.send(exchange.method, this.urlHere(exchange.url), { ...token, ...body });
  }

  private urlHere(recorded: string): string {
    const known = this.names.get(decodeURIComponent(recorded)) ?? this.nextPage(recorded);
    if (known !== undefined) return known;
    const { endpoints } = this.harness.context;
    const url = new URL(recorded);
    const origin = isDataPlane(recorded)
      ? `https://${hostOf(url)}.vault.localhost:${endpoints.vaultPort}`
      : endpoints.resourceManager;
    const path = url.pathname
      .split('/')
      .map((part) => this.names.get(part) ?? part)
      .join('/');
    // Some recorders omitted the query.
    return `${origin}${path}${url.search === '' ? '?api-version=7.1' : url.search}`;
  }

  /** Recorders of the Python SDK mangled some tokens, so this continues with the last page for this path. */
  private nextPage(recorded: string): string | undefined {
    const url = new URL(recorded);
    return url.searchParams.has('$skiptoken') ? this.nextLinks.get(url.pathname) : undefined;
  }

  private translate(value: unknown): unknown {
    if (typeof value === 'string') return this.names.get(value) ?? value;
    if (Array.isArray(value)) return value.map((item) => this.translate(item));
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, this.translate(member)]));
  }

  private compare(exchange: Recorded, answer: RawAnswer): void {
    this.compared += 1;
    const request = `#${exchange.seq} ${exchange.method} ${exchange.url.slice(0, 160)}`;
    if (answer.status !== exchange.status) {
      this.differences.push({
        request,
        what: `${exchange.status} became ${answer.status} ${answer.text.slice(0, 200)}`,
      });
      return;
    }
    const [theirs, ours] = [members(exchange.body), members(answer.json)];
    const gone = [...theirs].filter((name) => !ours.has(name));
    const added = [...ours].filter((name) => !theirs.has(name) && !newer.test(name));
    if (gone.length > 0) this.differences.push({ request, what: `without ${gone.join(', ')}` });
    if (added.length > 0) this.differences.push({ request, what: `with ${added.join(', ')}` });
    const [theirCode, ourCode] = [codes(exchange.body), codes(answer.json)];
    if (theirCode !== ourCode) this.differences.push({ request, what: `${theirCode} became ${ourCode}` });
  }

  private learn(exchange: Recorded, answer: RawAnswer): void {
    const { location } = answer.headers;
    if (exchange.location !== undefined && location !== undefined)
      this.names.set(decodeURIComponent(exchange.location), location);
    const [theirs, ours] = [exchange.body, answer.json].map((body) => (isObject(body) ? body : {}));
    if (theirs === undefined || ours === undefined) return;
    if (typeof theirs['id'] === 'string' && typeof ours['id'] === 'string')
      this.names.set(lastPart(theirs['id']), lastPart(ours['id']));
    if (typeof ours['nextLink'] === 'string')
      this.nextLinks.set(new URL(exchange.url).pathname, ours['nextLink']);
    for (const name of exchange.url.includes('/backup') ? ['value', 'nextLink'] : ['nextLink'])
      if (typeof theirs[name] === 'string' && typeof ours[name] === 'string')
        this.names.set(name === 'nextLink' ? decodeURIComponent(theirs[name]) : theirs[name], ours[name]);
  }
}

/** `properties.sku.name`, `value[].id`; members of tags and of maps by name are included. */
function members(value: unknown, prefix = ''): Set<string> {
  if (Array.isArray(value)) return new Set(value.flatMap((item) => [...members(item, `${prefix}[]`)]));
  if (!isObject(value)) return new Set();
  return new Set(
    Object.entries(value).flatMap(([name, member]) => {
      const path = prefix === '' ? name : `${prefix}.${name}`;
      return [path, ...members(member, path)];
    }),
  );
}

function codes(body: unknown): string {
  const error = isObject(body) ? body['error'] : undefined;
  if (!isObject(error)) return '';
  const inner = isObject(error['innererror']) ? String(error['innererror']['code']) : '';
  return `${String(error['code'])}/${inner}`;
}

function lastPart(id: string): string {
  return id.split('/').at(-1) ?? '';
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
