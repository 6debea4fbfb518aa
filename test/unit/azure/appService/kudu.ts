import type { IncomingMessage, ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import { json } from '../servers';

/** A request, or what is answered to it: a raw body of status 200, or undefined for Kudu's own answer. */
export type Instead = (method: string, path: string, url: URL) => string | undefined;

/**
 * A Windows SCM site's file system in memory (Kudu's VfsController.cs, VfsControllerBase.cs), so that a test
 * can answer badly, and change files at any moment.
 */
export class Kudu {
  /** Contents by path; a folder's path ends in a slash. */
  readonly items = new Map<string, { text: string; version: number }>();
  readonly requests: string[] = [];
  instead: Instead = () => undefined;
  private version = 0;

  put(path: string, text = ''): void {
    this.items.set(path, { text, version: ++this.version });
  }

  /** The paths below one, sorted. */
  below(path: string): string[] {
    return [...this.items.keys()].filter((one) => one.startsWith(path) && one !== path).sort();
  }

  async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const method = request.method ?? '';
    const url = new URL(request.url ?? '', 'https://kudu');
    const path = decodeURIComponent(url.pathname).replace(/^\/api\/vfs\//, '');
    this.requests.push(`${method} ${path}${url.search}`);
    const body = await text(request);
    const instead = this.instead(method, path, url);
    if (instead !== undefined) response.writeHead(200, { 'Content-Type': 'text/html' }).end(instead);
    else if (method === 'PUT') this.write(path, body, request, response);
    else if (method === 'DELETE') this.remove(path, url, request, response);
    else this.read(path, method, response);
  }

  private read(path: string, method: string, response: ServerResponse): void {
    const item = this.items.get(path);
    if (path.endsWith('/') && item) {
      json(response, 200, this.list(path));
      return;
    }
    if (this.items.has(`${path}/`))
      return void response.writeHead(307, { Location: `https://kudu/api/vfs/${path}/` }).end();
    if (!item) {
      json(response, 404, { Message: `'${path}' not found.` });
      return;
    }
    response.writeHead(200, {
      ETag: tagOf(item.version),
      'Content-Type': 'application/octet-stream',
      'Content-Length': Buffer.byteLength(item.text),
    });
    response.end(method === 'HEAD' ? undefined : item.text);
  }

  private list(folder: string): unknown[] {
    return this.below(folder)
      .filter((path) => !path.slice(folder.length).replace(/\/$/, '').includes('/'))
      .map((path) => {
        const { text, version } = this.items.get(path) ?? { text: '', version: 0 };
        const mime = path.endsWith('/') ? 'inode/directory' : 'text/plain';
        const name = path.slice(folder.length).replace(/\/$/, '');
        return { name, size: Buffer.byteLength(text), mtime: new Date(version * 1000).toISOString(), mime };
      });
  }

  private write(path: string, text: string, request: IncomingMessage, response: ServerResponse): void {
    const item = this.items.get(path);
    if (path.endsWith('/') && item) {
      json(response, 409, { Message: 'The resource represents a directory.' });
      return;
    }
    const { 'if-match': match } = request.headers;
    if (item && match !== '*' && match !== tagOf(item.version)) {
      json(response, 412, { Message: 'ETag' }, { ETag: tagOf(item.version) });
      return;
    }
    this.put(path, text);
    response.writeHead(item ? 204 : 201, { ETag: tagOf(this.version) }).end();
  }

  private remove(path: string, url: URL, request: IncomingMessage, response: ServerResponse): void {
    const folder = path.endsWith('/') ? path : `${path}/`;
    if (this.items.has(folder)) {
      const inside = this.below(folder);
      if (inside.length > 0 && url.searchParams.get('recursive') !== 'true') {
        json(response, 409, { Message: 'Cannot delete directory.' });
        return;
      }
      for (const one of [folder, ...inside]) this.items.delete(one);
      return void response.writeHead(200).end();
    }
    const item = this.items.get(path);
    if (!item) {
      json(response, 404, { Message: `'${path}' not found.` });
      return;
    }
    const { 'if-match': match } = request.headers;
    if (match !== '*' && match !== tagOf(item.version)) {
      json(response, 412, { Message: 'ETag' }, { ETag: tagOf(item.version) });
      return;
    }
    this.items.delete(path);
    response.writeHead(200).end();
  }
}

function tagOf(version: number): string {
  return `"${version.toString(16).padStart(16, '0')}"`;
}
