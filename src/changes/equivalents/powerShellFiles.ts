import type { SiteFileChange } from '../siteFileChange';
import { singleSteps, vfsUrl } from '../siteFileChange';
import { lastSegment } from '../../access/words/format';
import { quote } from './powerShellText';

/** Writes the commands that make the same change, one per line, for PowerShell 7; file content is sent as bytes. */
export function siteFileCommands(change: SiteFileChange): string[] {
  const lines = singleSteps(change).flatMap((step): string[] => {
    const url = vfsUrl(change, step.path);
    switch (step.kind) {
      case 'write':
        return [
          upload(
            url,
            `([IO.File]::ReadAllBytes([IO.Path]::Combine($PWD, ${quote(lastSegment(step.path))})))`,
          ),
        ];
      case 'copy':
        return [
          `$content = (Invoke-WebRequest ${signedIn} -Uri ${quote(url)}).RawContentStream.ToArray()`,
          upload(vfsUrl(change, step.to), '$content'),
        ];
      case 'createFolder':
        return [`Invoke-RestMethod ${signedIn} -Method PUT -Uri ${quote(`${url}/`)}`];
      case 'delete':
        return [`Invoke-RestMethod ${signedIn} -Method DELETE -Uri ${quote(url)} ${anyVersion}`];
      case 'deleteEmptyFolder':
        return [`Invoke-RestMethod ${signedIn} -Method DELETE -Uri ${quote(`${url}/`)}`];
      case 'deleteFolder':
        return [`Invoke-RestMethod ${signedIn} -Method DELETE -Uri ${quote(`${url}/?recursive=true`)}`];
    }
  });
  return [
    `$token = (Get-AzAccessToken -ResourceUrl ${quote(change.audience)} -AsSecureString).Token`,
    ...lines,
  ];
}

const signedIn = '-Authentication Bearer -Token $token';

/** Kudu overwrites and deletes a file only if the request has its ETag (VfsController.cs). */
const anyVersion = "-Headers @{ 'If-Match' = '*' }";

function upload(url: string, content: string): string {
  return `Invoke-RestMethod ${signedIn} -Method PUT -Uri ${quote(url)} ${anyVersion} -ContentType 'application/octet-stream' -Body ${content}`;
}
