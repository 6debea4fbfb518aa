import { withoutNames } from './form';
import type { DocumentedOperation, Located, OpenApi } from './openApi';

/** What a request does, whatever it does it to, such as `PUT Microsoft.Web/sites/{}/config/appsettings`. */
export interface Operation {
  name: string;
  body?: Located;
}

interface Template {
  segments: string[];
  operation: Operation;
}

/** Recognizes operations by the URLs of requests, from Azure's OpenAPI documents. */
export class Operations {
  /** By method and number of segments. */
  readonly #templates = new Map<string, Template[]>();

  constructor(openApi: OpenApi) {
    for (const documented of openApi.operations()) this.#add(documented);
  }

  /** The operation of a request. Those that no document has are named after their path. */
  of(method: string, url: string): Operation {
    const segments = segmentsOf(new URL(url, 'https://localhost').pathname);
    const candidates = (this.#templates.get(key(method, segments)) ?? []).filter((template) =>
      template.segments.every((segment, index) => segment === '{}' || same(segment, segments[index])),
    );
    const [best] = candidates.sort((a, b) => parametersOf(a) - parametersOf(b));
    return best?.operation ?? { name: `${method} ${undocumented(segments)}` };
  }

  #add({ method, template, body }: DocumentedOperation): void {
    const segments = segmentsOf(template).map((segment) => segment.replace(/^\{.*\}$/, '{}'));
    // `/{resourceId}`, `/{scope}/providers/{namespace}/…`, and `/v1/{resourceId}/query` say nothing about the resource.
    if (segments.find((segment) => !/^v\d$/.test(segment)) === '{}') return;
    const list = this.#templates.get(key(method, segments)) ?? [];
    list.push({ segments, operation: { name: `${method} ${segments.join('/')}`, body } });
    this.#templates.set(key(method, segments), list);
  }
}

/**
 * The part of a path that tells operations apart: what follows the last provider, because scopes differ, without the slot,
 * because slots take the same bodies as their apps. A secret's version may be empty.
 */
function segmentsOf(pathname: string): string[] {
  const path = pathname.replace(/^\/+/, '');
  const own = path.split(/(?:^|\/)providers\//i).at(-1) ?? '';
  return own.replace(/\/slots\/[^/]+(?=\/|$)/i, '').split('/');
}

function key(method: string, segments: readonly string[]): string {
  return `${method} ${segments.length}`;
}

function parametersOf({ segments }: Template): number {
  return segments.filter((segment) => segment === '{}').length;
}

function same(a: string, b: string | undefined): boolean {
  return a.toLowerCase() === b?.toLowerCase();
}

/** The path of an operation without names, or, outside Resource Manager, without GUIDs. */
function undocumented(segments: readonly string[]): string {
  if (/^microsoft\./i.test(segments[0] ?? '')) return withoutNames(segments.join('/'));
  return segments.map((segment) => (/^[0-9a-f]{8}-[0-9a-f-]{27}$/i.test(segment) ? '{}' : segment)).join('/');
}
