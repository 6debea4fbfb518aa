import type { SiteFileChange } from '../siteFileChange';
import { singleSteps, vfsUrl } from '../siteFileChange';
import type { Line } from './azureCliText';
import { lastSegment } from '../../access/words/format';
import { placeOf } from './place';

/**
 * Writes the lines that make the same change. `az rest` reads a body as text and rewrites JSON, and takes its token from
 * the active subscription's tenant (send_raw_request in azure-cli-core's util.py). So curl sends the requests, with a
 * token from az that never appears on a command line.
 */
export function siteFileLines(change: SiteFileChange): Line[] {
  return singleSteps(change).flatMap((step): Line[] => {
    const url = vfsUrl(change, step.path);
    switch (step.kind) {
      case 'write':
        return [upload(change, url, step.path)];
      case 'copy':
        return [
          request(change, ['--output', localFile(step.path), url]),
          upload(change, vfsUrl(change, step.to), step.path),
        ];
      case 'createFolder':
        // The service rejects a PUT without a length, and curl doesn't send one if there's no content.
        return [request(change, ['--request', 'PUT', '--header', 'Content-Length: 0', `${url}/`])];
      case 'delete':
        return [request(change, ['--request', 'DELETE', '--header', anyVersion, url])];
      case 'deleteEmptyFolder':
        return [request(change, ['--request', 'DELETE', `${url}/`])];
      case 'deleteFolder':
        return [request(change, ['--request', 'DELETE', `${url}/?recursive=true`])];
    }
  });
}

/** Kudu overwrites and deletes a file only if the request has its ETag (VfsController.cs). */
const anyVersion = 'If-Match: *';

function upload(change: SiteFileChange, url: string, path: string): Line {
  return request(change, [
    ...['--request', 'PUT', '--header', anyVersion, '--header', 'Content-Type: application/octet-stream'],
    ...['--data-binary', `@${localFile(path)}`, url],
  ]);
}

function request({ appId, audience }: SiteFileChange, words: readonly string[]): Line {
  const header = "join('', ['Authorization: Bearer ', accessToken])";
  return [
    [
      ...['az', 'account', 'get-access-token', '--subscription', placeOf(appId).subscriptionId],
      ...['--resource', audience, '--query', header, '--output', 'tsv'],
    ],
    ['curl', '--fail', '--header', '@-', ...words],
  ];
}

/** Prefixed with the current folder, so that no name is read as an option. */
function localFile(path: string): string {
  return `./${lastSegment(path)}`;
}
