import fs from 'node:fs/promises';
import path from 'node:path';
import type { SandboxContext } from '../context';
import type { Answer, Call } from '../server/http';
import { settingOf } from '../web/host/functions';
import type { Site } from '../world/world';
import { ForbiddenPath, IllegalPath, nameInApp, resolveInHome } from './paths';
import { entityTag, readFile } from './vfsFile';
import { mediaTypeOf } from './mediaTypes';

/**
 * The virtual file system of an SCM site, `/api/vfs/{path}`: GET, HEAD, PUT, DELETE below the app's home
 * (Kudu VfsControllerBase.cs, VfsController.cs). Links and `..` are rejected.
 * @param relative the path below `prefix`, percent-encoded, with its trailing slash
 */
export async function answerVfs(
  context: SandboxContext,
  site: Site,
  call: Call,
  relative: string,
  prefix: string,
): Promise<Answer> {
  try {
    const decoded = decodeURIComponent(relative);
    const file = await resolveInHome(site, decoded);
    const stat = await fs.stat(file, { bigint: true }).catch(() => undefined);
    const item = {
      context,
      site,
      call,
      file,
      decoded,
      stat,
      isFolderPath: decoded === '' || decoded.endsWith('/'),
      prefix,
    };
    switch (call.method) {
      case 'GET':
      case 'HEAD':
        return await getItem(item);
      case 'PUT':
        return await putItem(item);
      case 'DELETE':
        return await deleteItem(item);
      default:
        return message(site, 405, `The requested resource does not support http method '${call.method}'.`);
    }
  } catch (error) {
    if (error instanceof ForbiddenPath) return message(site, 403, error.message);
    // From .NET's Path.GetFullPath; that it's answered with 500 is inferred.
    if (error instanceof IllegalPath)
      return {
        status: 500,
        json: { Message: 'An error has occurred.', ExceptionMessage: error.message },
      };
    if (error instanceof URIError) return message(site, 400, 'The path is not valid.');
    throw error;
  }
}

interface Item {
  context: SandboxContext;
  site: Site;
  call: Call;
  file: string;
  decoded: string;
  stat: Awaited<ReturnType<typeof statBig>> | undefined;
  /** The request's path ends in a slash (or is the root). */
  isFolderPath: boolean;
  prefix: string;
}

function statBig(file: string) {
  return fs.stat(file, { bigint: true });
}

async function getItem(item: Item): Promise<Answer> {
  const { context, site, call, file, stat, isFolderPath } = item;
  if (stat === undefined) return notFound(item);
  if (stat.isDirectory()) return call.path.endsWith('/') ? listFolder(item) : redirect(call, `${call.path}/`);
  if (isFolderPath) return redirect(call, call.path.replace(/\/+$/, ''));
  // KuduLite's VfsController.cs leaves ranges to ASP.NET Core, where they've been opt-in since 2.1 (Inferred:
  // its project names 2.2).
  const ranges = !site.reserved || context.settings.linuxFileRanges === true;
  return readFile(call, { file, stat, mediaType: mediaTypeOf(file), ranges }, nameInApp(site, file));
}

async function listFolder({ site, call, file, decoded, prefix }: Item): Promise<Answer> {
  const base = `${call.url.origin}${call.path}`;
  const entries = await Promise.all(
    (await fs.readdir(file, { withFileTypes: true }))
      .filter((entry) => entry.isFile() || entry.isDirectory())
      .map(async (entry) => {
        const child = path.join(file, entry.name);
        const stat = await statBig(child).catch(() => undefined);
        if (stat === undefined) return undefined;
        const folder = stat.isDirectory();
        return {
          name: entry.name,
          size: folder ? 0 : Number(stat.size),
          mtime: formatTime(stat.mtimeNs),
          crtime: formatTime(stat.birthtimeNs),
          mime: folder ? 'inode/directory' : mediaTypeOf(child),
          href: `${base}${encodeURIComponent(entry.name)}${folder ? '/' : ''}`,
          path: nameInApp(site, child),
        };
      }),
  );
  const listed: unknown[] = entries
    .filter((entry) => entry !== undefined)
    .sort((left, right) => left.name.localeCompare(right.name));
  if (decoded === '' && !site.reserved && prefix === '/api/vfs')
    listed.push(shortcut(base, 'SystemDrive', 'C:\\'), shortcut(base, 'LocalSiteRoot', 'C:\\local'));
  return { status: 200, json: listed };
}

// Listed at the root of a Windows app; in the sandbox they lead nowhere.
function shortcut(base: string, name: string, target: string): unknown {
  const time = '2026-01-01T00:00:00+00:00';
  return {
    name,
    size: 0,
    mtime: time,
    crtime: time,
    mime: 'inode/shortcut',
    href: `${base}${name}/`,
    path: target,
  };
}

async function putItem(item: Item): Promise<Answer> {
  const { context, site, call, file, decoded, stat, isFolderPath } = item;
  if (isReadOnly(site, decoded)) {
    return message(
      site,
      409,
      `Could not write to local resource '${nameInApp(site, file)}' due to error '${readOnlyError(site, file)}'.`,
    );
  }
  if (stat?.isDirectory() === true || isFolderPath) {
    if (stat !== undefined)
      return message(site, 409, 'The resource represents a directory which can not be updated.');
    await fs.mkdir(file, { recursive: true });
    return { status: 201 };
  }
  const refusal = checkIfMatch(item, 412);
  if (refusal !== undefined) return refusal;
  // The home folder of a Linux site is a share that can't have such a name (azure-cli#26982).
  if (stat === undefined && file.includes('\\') && site.reserved)
    return message(
      site,
      409,
      `Could not write to local resource '${nameInApp(site, file)}' due to error 'Invalid argument'.`,
    );
  const body = await call.body();
  try {
    await fs.mkdir(path.dirname(file), { recursive: true });
    await fs.writeFile(file, body);
    // Uses the sandbox's clock, which tests can move, because the age of the debug sentinel is measured with
    // it.
    const now = context.clock.now();
    if (Math.abs(now - Date.now()) > 1000) await fs.utimes(file, now / 1000, now / 1000);
  } catch (error) {
    return message(
      site,
      409,
      `Could not write to local resource '${nameInApp(site, file)}' due to error '${errorCode(error)}'.`,
    );
  }
  const tag = entityTag((await statBig(file)).mtimeNs);
  return { status: stat === undefined ? 201 : 204, headers: { etag: tag } };
}

async function deleteItem(item: Item): Promise<Answer> {
  const { site, call, file, decoded, stat, isFolderPath } = item;
  if (stat === undefined) return notFound(item);
  if (isReadOnly(site, decoded)) return message(site, 409, readOnlyError(site, file));
  if (stat.isDirectory()) {
    try {
      if (file === site.homeFolder) throw new Error('The root stays.');
      if (call.query.get('recursive')?.toLowerCase() === 'true') await fs.rm(file, { recursive: true });
      else await fs.rmdir(file);
      return { status: 200 };
    } catch {
      return message(site, 409, 'Cannot delete directory. It is either not empty or access is not allowed.');
    }
  }
  if (isFolderPath) return redirect(call, call.path.replace(/\/+$/, ''));
  // KuduLite's VfsController.cs: Status409Conflict.
  const refusal = checkIfMatch(item, site.reserved ? 409 : 412);
  if (refusal !== undefined) return refusal;
  await fs.rm(file, { force: true });
  return { status: 200 };
}

function checkIfMatch({ site, call, stat }: Item, mismatch: number): Answer | undefined {
  if (stat === undefined) return undefined;
  const wanted = call.headers['if-match'];
  if (wanted === undefined)
    return message(
      site,
      412,
      'Updating an existing resource requires an If-Match header carrying a single, strong ETag.',
    );
  const current = entityTag(stat.mtimeNs);
  const tags = wanted.split(',').map((tag) => tag.trim());
  if (tags.includes('*') || tags.includes(current)) return undefined;
  return {
    ...message(site, mismatch, 'The resource has been updated since the last request.'),
    headers: { etag: current },
  };
}

/** The text of Windows: projectkudu/kudu#2830. That of .NET on Linux, and that of a deletion, are inferred. */
function readOnlyError(site: Site, file: string): string {
  return site.reserved
    ? `Access to the path '${nameInApp(site, file)}' is denied.`
    : 'Invalid access to memory location. ';
}

function isReadOnly(site: Site, decoded: string): boolean {
  const setting =
    settingOf(site, 'WEBSITE_RUN_FROM_PACKAGE') ?? settingOf(site, 'WEBSITE_RUN_FROM_ZIP') ?? '';
  return (
    /^\/?site\/wwwroot(\/|$)/i.test(decoded) &&
    setting !== '' &&
    setting !== '0' &&
    setting.toLowerCase() !== 'false'
  );
}

function redirect(call: Call, to: string): Answer {
  return { status: 307, headers: { location: `${call.url.origin}${to}${call.url.search}` } };
}

function notFound({ site, file }: Item): Answer {
  return message(site, 404, `'${nameInApp(site, file)}' not found.`);
}

/**
 * KuduLite passes its texts unchanged to ASP.NET Core, which sends them as plain text (VfsControllerBase.cs).
 */
function message({ reserved }: Site, status: number, text: string): Answer {
  return reserved ? { status, text } : { status, json: { Message: text } };
}

/** `2026-11-22T20:00:00.1234567+00:00`, the way .NET prints its 100-nanosecond ticks. */
function formatTime(nanoseconds: bigint): string {
  const seconds = new Date(Number(nanoseconds / 1_000_000n)).toISOString().slice(0, 19);
  return `${seconds}.${String((nanoseconds / 100n) % 10_000_000n).padStart(7, '0')}+00:00`;
}

function errorCode(error: unknown): string {
  return (error as NodeJS.ErrnoException).code ?? 'unknown';
}
