import type { Call } from '../server/http';
import { badParameter } from './errors';

/** Data-plane versions of the real service; clients from 2019 to 2026 send one of these. */
const apiVersions = [
  '2015-06-01',
  '2016-10-01',
  ...['7.0', '7.1', '7.2', '7.3', '7.4', '7.5', '7.6'],
  ...['7.2-preview', '7.3-preview', '7.4-preview.1', '7.5-preview.1', '7.6-preview.1', '7.6-preview.2'],
  '2025-06-01-preview',
  '2025-07-01',
  '2026-03-01-preview',
  '2026-04-01',
];

const newestApiVersion = '2026-04-01';

/** Text for an unknown version: azure-sdk-for-python#28595; for a missing one it's inferred. */
export function checkApiVersion(call: Call): void {
  const version = call.query.get('api-version');
  if (version === null || version === '') throw badParameter('api-version must be specified');
  if (!apiVersions.includes(version))
    throw badParameter(
      `The specified version (${version}) is not recognized. Consider using the latest supported version (${newestApiVersion}).`,
    );
}
