import type { Site } from '../../world/world';
import { regionName } from './siteBody';

/** What `config/*` answers: ID, name, type, location, properties, and tags where the site has some. */
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
