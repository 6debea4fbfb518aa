import type { Site } from '../../world/world';
import { regionName } from './siteBody';

/** The answer of `config/*`: ID, name, type, location, properties, and the site's tags if it has any. */
export function envelope(
  site: Site,
  name: string,
  properties: unknown,
  more: { id?: string; type?: string } = {},
): Record<string, unknown> {
  return {
    id: more.id ?? `${site.id}/config/${name}`,
    name,
    type: more.type ?? `${site.type}/config`,
    location: regionName(site.location),
    ...(site.tags === undefined ? {} : { tags: site.tags }),
    properties,
  };
}
