import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { IncomingMessage } from 'node:http';
import { ServerResponse } from 'node:http';
import { Kudu } from '../../unit/azure/appService/kudu';
import { json } from '../../unit/azure/servers';

const happenings = [
  'a colleague changes a file',
  'a colleague adds a file',
  'a colleague deletes a file',
  'it is refused',
  'it is done, but the answer is lost',
  'it is not done, but the answer is good',
  'the answer is half of it',
  'the answer is an empty list',
  'the answer is a page',
] as const;

/** What happens once, at a request. */
export interface Happening {
  readonly method: 'GET' | 'PUT' | 'DELETE';
  /** The number of the request, of those of this method. */
  readonly at: number;
  readonly what: (typeof happenings)[number];
  /** Which file a colleague takes. */
  readonly file: number;
}

export const happeningLists: fc.Arbitrary<readonly Happening[]> = fc.array(
  fc.record({
    method: fc.constantFrom('GET', 'PUT', 'DELETE'),
    at: fc.nat(14),
    what: fc.constantFrom(...happenings),
    file: fc.nat(5),
  }),
  { maxLength: 4 },
);

const oldFolder = 'site/old/';
const newFolder = 'site/new/';

/** A site on which colleagues work, and whose answers can't be relied on, while `site/old` is moved to `site/new`. */
export class HostileSite {
  private readonly kudu = new Kudu();
  private readonly counts = { GET: 0, PUT: 0, DELETE: 0, HEAD: 0 };
  /** What must exist in one of the two places, by its path in the folder. */
  private readonly alive = new Map<string, string>();
  /** What the site last answered that a file has, by path. Forgotten when the file is written. */
  private readonly told = new Map<string, string>();
  private readonly problems: string[] = [];

  constructor(
    tree: readonly string[],
    private readonly happening: readonly Happening[],
  ) {
    this.kudu.put('site/');
    this.kudu.put(oldFolder);
    for (const path of tree) {
      for (let end = path.indexOf('/'); end >= 0; end = path.indexOf('/', end + 1))
        if (!this.kudu.items.has(oldFolder + path.slice(0, end + 1)))
          this.kudu.put(oldFolder + path.slice(0, end + 1));
      if (!path.endsWith('/')) this.keep(path, `content of ${path}`);
    }
  }

  async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const method = request.method as keyof typeof this.counts;
    const { pathname, searchParams } = new URL(request.url ?? '', 'https://kudu');
    const path = decodeURIComponent(pathname).replace(/^\/api\/vfs\//, '');
    const at = this.counts[method]++;
    const now = this.happening.filter((one) => one.method === method && one.at === at);
    for (const one of now) this.letColleague(one);
    const what = now.find((one) => !one.what.startsWith('a colleague'))?.what;
    if (method === 'DELETE' && path.startsWith(oldFolder.slice(0, -1)))
      this.checkDeletion(path, searchParams.get('recursive') === 'true');
    if (method === 'PUT') this.told.delete(path);
    switch (what) {
      case 'it is refused':
        json(response, 403, { Message: 'no' });
        return;
      case 'it is not done, but the answer is good':
        if (method === 'GET') break;
        request.resume();
        response.writeHead(method === 'PUT' ? 201 : 200, { ETag: '"0000000000000000"' }).end();
        return;
      case 'it is done, but the answer is lost':
        await this.kudu.answer(request, new ServerResponse(request));
        request.socket.destroy();
        return;
      case undefined:
        break;
      default:
        if (method === 'GET' && this.misinform(what, path, response)) return;
    }
    if (method === 'GET') this.tell(path, this.kudu.items.get(path)?.text);
    await this.kudu.answer(request, response);
  }

  /** @throws AssertionError if a file is gone, or was deleted before anyone knew that its copy is complete */
  assertNothingLost(): void {
    assert.deepEqual(this.problems, []);
    for (const [path, content] of this.alive) {
      const places = [oldFolder, newFolder].map((folder) => this.kudu.items.get(folder + path)?.text);
      assert.ok(places.includes(content), `${path} (${content}) is lost: ${places.join(', ')}`);
    }
  }

  private keep(path: string, content: string): void {
    this.kudu.put(oldFolder + path, content);
    this.alive.set(path, content);
  }

  private letColleague({ what, file, at }: Happening): void {
    const files = this.kudu.below(oldFolder).filter((path) => !path.endsWith('/'));
    const path = files[file % files.length]?.slice(oldFolder.length);
    if (what === 'a colleague adds a file' && this.kudu.items.has(oldFolder)) this.keep(`new${at}`, 'new');
    if (path === undefined) return;
    if (what === 'a colleague changes a file') this.keep(path, `changed ${at}`);
    if (what === 'a colleague deletes a file') {
      this.kudu.items.delete(oldFolder + path);
      this.alive.delete(path);
    }
  }

  /** Answers something else, with the ETag of the truth. @returns false if there's nothing to answer */
  private misinform(what: string, path: string, response: ServerResponse): boolean {
    const item = this.kudu.items.get(path);
    if (!item) return false;
    const lie =
      what === 'the answer is an empty list'
        ? '[]'
        : what === 'the answer is a page'
          ? '<html>Sign in</html>'
          : item.text.slice(0, item.text.length / 2) || '[{"name":';
    if (!path.endsWith('/')) this.tell(path, lie);
    response.writeHead(200, { ETag: `"${item.version.toString(16).padStart(16, '0')}"` }).end(lie);
    return true;
  }

  private tell(path: string, content: string | undefined): void {
    if (content !== undefined) this.told.set(path, content);
  }

  private checkDeletion(path: string, recursive: boolean): void {
    if (recursive) this.problems.push(`${path} was deleted with everything in it`);
    if (!this.kudu.items.has(path)) return;
    const [original, copy] = [path, path.replace(oldFolder, newFolder)].map((one) => this.told.get(one));
    if (original === undefined || original !== copy)
      this.problems.push(`${path} was deleted, though ${original} was read, and ${copy} of the copy`);
  }
}
