import type { HttpClient, PipelineRequest, PipelineResponse } from '@azure/core-rest-pipeline';
import { createDefaultHttpClient, RestError } from '@azure/core-rest-pipeline';
import { Agent } from 'node:https';
import type { Cloud } from './cloud';
import { sendLimited, timedOut } from './limits/answerBody';
import { AzureError } from './errors';
import { secretsSent } from './secrets/inFlight';
import { Quotes } from './secrets/quotes';
import type { TrustRegistry } from './tokens/trust';
import { isLocal, secretKindOf, UntrustedOriginError } from './tokens/trust';
import { unlessAborted } from './wait';

export interface TransportOptions {
  readonly cloud: () => Cloud;
  readonly trust: TrustRegistry;
  /** One line per request: method, host, path, status, time, request ID. No query and no other headers. */
  readonly log?: (line: string) => void;
  /** The `User-Agent` header of every request, e.g. `keyless/1.2.3`. */
  readonly userAgent?: string;
}

/** An account's only HTTP client; see {@link createTransport}. */
export interface Transport extends HttpClient {
  readonly trust: TrustRegistry;
}

/**
 * The HTTP client under every pipeline and SDK, which limits every body. A request with a token or key is sent only to an origin that the trust
 * registry accepts for the kind that {@link markSecret} set. Redirects aren't followed here.
 * The sandbox's hosts are reached on loopback and trusted through its own CA; all other requests use VS Code's (patched)
 * default agent, so that proxy settings and system certificates apply.
 */
export function createTransport(options: TransportOptions): Transport {
  const inner = createDefaultHttpClient();
  const local = new LocalRoute();
  return {
    trust: options.trust,
    async sendRequest(request) {
      await refuseUntrusted(request, options.trust);
      request.headers.set('User-Agent', options.userAgent ?? 'keyless');
      const cloud = options.cloud();
      const url = new URL(request.url);
      if (isLocal(cloud, url)) local.apply(request, url, cloud);
      else applyDefaultRoute(request);
      return await sendLogged(inner, request, url, options.log);
    },
  };
}

/** Headers whose value is a secret. */
const secretHeaders = ['Authorization', 'x-functions-key', 'x-ms-authorization-auxiliary'];

async function refuseUntrusted(request: PipelineRequest, trust: TrustRegistry): Promise<void> {
  if (!secretHeaders.some((name) => request.headers.has(name))) return;
  const kind = secretKindOf(request);
  if (!kind) throw new UntrustedOriginError(new URL(request.url).host, 'unmarked');
  // This may wait for the user's answer to a dialog.
  await unlessAborted(trust.check(request.url, kind), request.abortSignal);
}

/**
 * Names such as `kv.vault.localhost` don't resolve reliably, and VS Code would send them to a proxy. So the request goes
 * to 127.0.0.1, which VS Code never proxies, while TLS and the Host header keep the name. The CA and server name are set
 * both on the agent and in the request's options, because `http.proxySupport: override` replaces agents.
 */
class LocalRoute {
  private agent?: { readonly ca: string; readonly agent: Agent };

  apply(request: PipelineRequest, url: URL, cloud: Cloud): void {
    const ca = cloud.local?.caCertificate ?? '';
    if (this.agent?.ca !== ca)
      this.agent = { ca, agent: new Agent({ keepAlive: true, ca, scheduling: 'lifo' }) };
    delete request.agent;
    request.headers.set('Host', url.host);
    request.requestOverrides = {
      ...request.requestOverrides,
      hostname: '127.0.0.1',
      servername: url.hostname,
      ca,
      agent: this.agent.agent,
    };
  }
}

/** Removes any agent, because VS Code (with `http.proxySupport: on`) applies `http.proxy` only to requests without one. */
function applyDefaultRoute(request: PipelineRequest): void {
  delete request.agent;
  request.headers.delete('Host');
  const {
    hostname: _hostname,
    servername: _servername,
    ca: _ca,
    ...overrides
  } = request.requestOverrides ?? {};
  request.requestOverrides = { ...overrides, agent: undefined };
}

async function sendLogged(
  inner: HttpClient,
  request: PipelineRequest,
  url: URL,
  log: ((line: string) => void) | undefined,
): Promise<PipelineResponse> {
  const started = performance.now();
  // The path of a function's URL is user input, so it isn't logged.
  const what = `${request.method} ${url.host}${secretKindOf(request) === 'site' ? '' : url.pathname}`;
  const took = () => `${Math.round(performance.now() - started)} ms`;
  try {
    const response = await sendLimited(inner, request);
    log?.(`${what} ${response.status} ${took()}${idOf(response)}`);
    return response;
  } catch (error) {
    const failure = isOwnTimeout(error, request) ? timedOut(request) : error;
    log?.(`${what} ${failureName(failure)} ${took()}`);
    throw failure;
  }
}

/** Longer ones aren't the IDs of requests, which are GUIDs, some with a region. */
const longestId = 80;

/** The request's ID, unless the service made it of something that the request sent. */
function idOf({ headers, request }: PipelineResponse): string {
  const sent = headers.get('x-ms-request-id') ?? '';
  if (sent.length > longestId) return '';
  const id = sent.replace(/[^\w.:-]/g, '');
  const quotes = new Quotes(secretsSent(request));
  return id === '' || quotes.hideIn(sent) !== sent || quotes.hideIn(id) !== id ? '' : ` ${id}`;
}

/** The HTTP client reports `request.timeout` as an AbortError, as if the request had been canceled. */
function isOwnTimeout(error: unknown, request: PipelineRequest): boolean {
  return error instanceof Error && error.name === 'AbortError' && request.abortSignal?.aborted !== true;
}

function failureName(error: unknown): string {
  if (error instanceof RestError || error instanceof AzureError) return error.code ?? error.name;
  return error instanceof Error ? error.name : 'failed';
}
