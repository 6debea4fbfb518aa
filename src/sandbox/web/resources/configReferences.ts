import { methodNotAllowed } from '../../arm/errors';
import type { ArmCall } from '../../arm/provider';
import type { Answer } from '../../server/http';
import type { Site } from '../../world/world';
import type { Apps } from '../apps';
import type { ReferenceCollection, ReferenceState } from '../keyVaultReferences';
import { regionName } from './siteBody';
import { cannotFind } from './webError';

/**
 * `config/configreferences/appsettings[/{name}]`, and the same for `connectionstrings`. `…/appsettings/refresh` is the only
 * documented way to refresh, and for all references of the app (app-service-key-vault-references.md).
 * `identityType` follows the OpenAPI document (an object); in answers that users quote, it's a string.
 */
export async function answerConfigReferences(
  apps: Apps,
  call: ArmCall,
  site: Site,
  [collection = '', name, ...more]: string[],
): Promise<Answer> {
  const kind = collection.toLowerCase();
  if (kind !== 'appsettings' && kind !== 'connectionstrings') throw cannotFind('ConfigReference', collection);
  if (more.length > 0) throw methodNotAllowed(call.method);
  if (call.method === 'POST' && kind === 'appsettings' && name?.toLowerCase() === 'refresh') {
    return { status: 200, json: list(site, kind, (await apps.refreshReferences(site))[kind]) };
  }
  if (call.method !== 'GET') throw methodNotAllowed(call.method);
  const states = (await apps.reportedReferences(site))[kind];
  if (name === undefined) return { status: 200, json: list(site, kind, states) };
  const state = states.find((candidate) => candidate.name.toLowerCase() === name.toLowerCase());
  if (state === undefined) throw cannotFind('ConfigReference', name);
  return { status: 200, json: referenceBody(site, kind, state) };
}

function list(site: Site, kind: ReferenceCollection, states: ReferenceState[]): unknown {
  return { value: states.map((state) => referenceBody(site, kind, state)), nextLink: null, id: null };
}

function referenceBody(site: Site, kind: ReferenceCollection, state: ReferenceState): unknown {
  const userAssigned =
    site.keyVaultReferenceIdentity !== '' &&
    site.keyVaultReferenceIdentity.toLowerCase() !== 'systemassigned';
  return {
    id: `${site.id}/config/configreferences/${kind}/${state.name}`,
    name: state.name,
    type: `${site.type}/config/configreferences`,
    location: regionName(site.location),
    properties: {
      reference: state.reference,
      status: state.status,
      vaultName: state.vaultName ?? null,
      secretName: state.secretName ?? null,
      secretVersion: state.secretVersion ?? null,
      identityType: { type: userAssigned ? 'UserAssigned' : 'SystemAssigned' },
      details: state.details,
      source: 'KeyVault',
      activeVersion: state.activeVersion ?? null,
    },
  };
}
