import type { IncomingHttpHeaders } from 'node:http';
import type { Answer, Call } from '../../server/http';
import type { Site } from '../../world/world';
import type { Apps } from '../apps';
import type { FunctionMetadata } from '../host/functions';
import { keyOf, levelOf } from './keys';
import { matchRoute, specificity } from './routes';

/** Answers a request below the route prefix: finds the function, checks the key and runs it. */
export async function answerTrigger(apps: Apps, site: Site, call: Call, path: string): Promise<Answer> {
  const host = apps.host(site);
  const { routePrefix } = host.hostJson();
  const prefix = routePrefix === '' ? '/' : `/${routePrefix}/`;
  if (!path.toLowerCase().startsWith(prefix.toLowerCase())) return { status: 404 };
  const found = find(await host.functions(), call.method, path.slice(prefix.length));
  if (found === undefined) return { status: 404 };
  const { metadata, params } = found;
  // azure-functions-host#4637
  if ((await host.startError()) !== undefined) return { status: 503, text: 'Function host is not running.' };
  const level = levelOf(site, keyOf(call), metadata.name);
  if (!mayRun(metadata, level)) return { status: 401 };
  // azure-functions-host FunctionInvocationMiddleware.cs
  if (metadata.disabled && level !== 'admin') return { status: 404 };
  const outcome = await host.invokeHttp(metadata, {
    method: call.method,
    url: call.url.href,
    headers: flatten(call.headers),
    query: joined(call.query),
    params,
    body: await call.body(),
  });
  if (outcome.kind === 'notRunnable')
    return {
      status: 501,
      text: `${outcome.reason}\n`,
      headers: { 'content-type': 'text/plain; charset=utf-8' },
    };
  if (outcome.kind === 'failed') return { status: 500 };
  const { status, headers, body } = outcome.response;
  return { status, headers: withoutFraming(headers), bytes: Buffer.from(body) };
}

function find(
  functions: FunctionMetadata[],
  method: string,
  path: string,
): { metadata: FunctionMetadata; params: Record<string, string> } | undefined {
  const matching = functions.flatMap((metadata) => {
    const { http } = metadata;
    if (http === undefined || (http.methods !== undefined && !http.methods.includes(method))) return [];
    const params = matchRoute(http.route, path);
    return params === undefined ? [] : [{ metadata, params, rank: specificity(http.route) }];
  });
  return matching.sort((left, right) => left.rank.localeCompare(right.rank))[0];
}

function mayRun(metadata: FunctionMetadata, level: ReturnType<typeof levelOf>): boolean {
  const needed = metadata.http?.authLevel ?? 'function';
  return needed === 'anonymous' || level === 'admin' || (needed === 'function' && level === 'function');
}

/** Repeated parameters, in any case, with their values joined by commas (azure-functions-nodejs-library#168). */
function joined(query: URLSearchParams): Record<string, string> {
  const values = new Map<string, { name: string; values: string[] }>();
  for (const [name, value] of query) {
    const known = values.get(name.toLowerCase()) ?? { name, values: [] };
    known.values.push(value);
    values.set(name.toLowerCase(), known);
  }
  return Object.fromEntries([...values.values()].map((each) => [each.name, each.values.join(',')]));
}

function flatten(headers: IncomingHttpHeaders): Record<string, string> {
  const result: Record<string, string> = {};
  for (const [name, value] of Object.entries(headers))
    if (value !== undefined) result[name] = Array.isArray(value) ? value.join(', ') : value;
  return result;
}

// This server, not the function, decides how the answer is framed.
function withoutFraming(headers: Record<string, string | string[]>): Record<string, string | string[]> {
  return Object.fromEntries(
    Object.entries(headers).filter(
      ([name]) => !/^(transfer-encoding|content-length|connection|keep-alive|upgrade)$/.test(name),
    ),
  );
}
