import fs from 'node:fs/promises';
import path from 'node:path';
import type { Site } from '../../world/world';
import type { Apps } from '../apps';
import type { FunctionMetadata } from '../host/functions';

/**
 * A function as the host describes it (azure-functions-host FunctionMetadataExtensions.cs), which is also the
 * `properties` in Resource Manager's answer.
 */
export async function functionMetadataResponse(
  apps: Apps,
  site: Site,
  metadata: FunctionMetadata,
): Promise<Record<string, unknown>> {
  const base = `https://${site.defaultHostName}:${apps.context.endpoints.sitesPort}`;
  const files = `${base}/admin/vfs/home/site/wwwroot/${metadata.name}`;
  const testData = await fs
    .readFile(path.join(site.homeFolder, 'data', 'Functions', 'sampledata', `${metadata.name}.dat`), 'utf8')
    .catch(() => '');
  return {
    name: metadata.name,
    function_app_id: null,
    script_root_path_href: `${files}/`,
    script_href:
      metadata.scriptFile === undefined
        ? null
        : `${files}/${path.relative(metadata.folder, metadata.scriptFile).split(path.sep).join('/')}`,
    config_href: `${files}/function.json`,
    test_data_href: `${base}/admin/vfs/home/data/Functions/sampledata/${metadata.name}.dat`,
    secrets_file_href: null,
    href: `${base}/admin/functions/${metadata.name}`,
    config: metadata.config,
    files: null,
    test_data: testData,
    invoke_url_template: invokeUrlTemplate(apps, site, metadata),
    language: metadata.language,
    isDisabled: metadata.disabled,
  };
}

/** The URL of an HTTP function, all lowercase, with its route parameters; null for other triggers. */
export function invokeUrlTemplate(apps: Apps, site: Site, metadata: FunctionMetadata): string | null {
  if (metadata.http === undefined) return null;
  const base = `https://${site.defaultHostName}:${apps.context.endpoints.sitesPort}`;
  return [base, apps.host(site).hostJson().routePrefix, metadata.http.route.replace(/^\/+/, '')]
    .filter((part) => part !== '')
    .join('/')
    .toLowerCase();
}
