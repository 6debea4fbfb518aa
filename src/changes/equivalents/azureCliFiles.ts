import type { SiteFileChange } from '../siteFileChange';
import { singleSteps, vfsUrl } from '../siteFileChange';
import { lastSegment } from '../../access/words/format';

/** The words of one line's commands, each of which reads the previous one's output. */
type Line = readonly (readonly string[])[];

/**
 * Writes the lines that make the same change. `az rest` reads a body as text and rewrites JSON (send_raw_request in
 * azure-cli-core's util.py), so curl sends the file unchanged, with a token from az that never appears on a command line.
 */
export function siteFileLines(change: SiteFileChange): Line[] {
  return singleSteps(change).flatMap((step): Line[] => {
    const url = vfsUrl(change, step.path);
    switch (step.kind) {
      case 'write':
        return [upload(change, url, step.path)];
      case 'copy':
        return [
          [rest(change, 'get', url, '--output-file', localFile(step.path))],
          upload(change, vfsUrl(change, step.to), step.path),
        ];
      case 'createFolder':
        return [[rest(change, 'put', `${url}/`)]];
      case 'delete':
        return [[rest(change, 'delete', url, '--headers', anyVersion)]];
      case 'deleteFolder':
        return [[rest(change, 'delete', `${url}/?recursive=true`)]];
    }
  });
}

/** Kudu overwrites and deletes a file only if the request has its ETag (VfsController.cs). */
const anyVersion = 'If-Match=*';

function rest({ audience }: SiteFileChange, method: string, url: string, ...more: string[]): string[] {
  return ['az', 'rest', '--method', method, '--resource', audience, '--url', url, ...more];
}

function upload({ audience }: SiteFileChange, url: string, path: string): Line {
  const header = "join('', ['Authorization: Bearer ', accessToken])";
  return [
    ['az', 'account', 'get-access-token', '--resource', audience, '--query', header, '--output', 'tsv'],
    [
      ...['curl', '--fail', '--request', 'PUT', '--header', '@-', '--header', 'If-Match: *'],
      ...['--header', 'Content-Type: application/octet-stream', '--data-binary', `@${localFile(path)}`, url],
    ],
  ];
}

/** Prefixed with the current folder, so that no name is read as an option. */
function localFile(path: string): string {
  return `./${lastSegment(path)}`;
}
