import * as vscode from 'vscode';
import type { ScmEntry } from '../../azure/appService/scm';
import { AzureError } from '../../azure/core/errors';
import { tell } from '../../ui/messages';
import { pickFunctionApp } from '../../ui/pickers/pickers';
import { withProgress } from '../../ui/progress';
import { plainLine } from '../../ui/text';
import type { AppTarget } from '../../inventory/targets';
import type { Services } from '../services';

/**
 * Where a site keeps packages. For C# script, the host restores them in NuGet's own layout, a folder for each name and
 * version (PackageManager.cs of the Functions host). The others are deployed with the app.
 */
const places = [
  { path: 'data/Functions/packages/nuget', versions: true },
  { path: '.nuget/packages', versions: true },
  { path: 'site/wwwroot/node_modules', versions: false },
  { path: 'site/wwwroot/.python_packages/lib/site-packages', versions: false },
] as const;

/** Lists the packages of an app that its SCM site shows. */
export async function showInstalledPackages(
  services: Pick<Services, 'documents' | 'inventory'>,
  node?: AppTarget,
): Promise<void> {
  const title = vscode.l10n.t('Show Installed Packages');
  const target = node ?? (await pickFunctionApp(services.inventory, title));
  const lines = await withProgress(vscode.l10n.t('Reading the packages of {0}', target.app.name), (signal) =>
    packagesOf(target, signal),
  );
  if (lines.length === 0) {
    tell(
      vscode.l10n.t(
        "{0} doesn't have a package folder. Packages of C# script appear once the host has restored them. You can follow that in the log stream.",
        target.app.name,
      ),
      {
        title: vscode.l10n.t('Start Streaming Logs'),
        command: 'keyless.startStreamingLogs',
        arguments: [target],
      },
    );
    return;
  }
  await services.documents.show(`${target.app.name} packages.txt`, `${lines.join('\n')}\n`);
}

async function packagesOf({ connection, app }: AppTarget, signal: AbortSignal): Promise<string[]> {
  const { listScmFolder } = await import('../../azure/appService/scm');
  const list = async (path: string): Promise<readonly ScmEntry[]> => {
    try {
      return (await listScmFolder(connection, app, path, signal)).filter(({ folder }) => folder);
    } catch (error) {
      if (error instanceof AzureError && error.status === 404 && error.code !== 'NoFiles') return [];
      throw error;
    }
  };
  const lines: string[] = [];
  for (const { path, versions } of places) {
    const packages = await list(path);
    if (packages.length === 0) continue;
    lines.push(path, '');
    for (const { name } of packages) {
      if (name.startsWith('@')) {
        for (const one of await list(`${path}/${name}`)) lines.push(`  ${plainLine(`${name}/${one.name}`)}`);
        continue;
      }
      const found = versions ? await list(`${path}/${name}`) : [];
      lines.push(`  ${plainLine([name, ...found.map((version) => version.name)].join(' '))}`);
    }
    lines.push('');
  }
  return lines.slice(0, -1);
}
