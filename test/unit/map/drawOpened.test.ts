import assert from 'node:assert/strict';
import type { RoleFacts } from '../../../src/access/model/facts';
import { identityConnections } from '../../../src/access/credentials/identityConnections';
import { mapCsvOf, svgOf } from '../../../src/map/exports';
import { drawMap } from '../../../src/map/model/drawMap';
import { pictureOf } from '../../../src/map/model/drawPicture';
import type { MapFacts } from '../../../src/map/model/mapFacts';
import { wholeMap } from '../../../src/map/model/mapView';
import { lightPalette } from '../../../src/map/style';
import { binding, find } from '../access/credentials/find';
import { appId, identityId, principalId, storageKey, userAssigned } from '../access/replace/replaceWorld';
import { group, role, secretsUserDefinition, vaultWith } from '../access/readWorld';

const account = `${group}/providers/Microsoft.Storage/storageAccounts/fakeacct01`;
const shown = { ...wholeMap, keys: true };

describe('what apps open, on the access map', () => {
  const app = {
    ...{ id: appId, name: 'app', subscriptionId: 's', resourceGroup: 'rg', location: 'westeurope' },
    ...{ kind: 'functionapp', linux: false, state: 'Running', defaultHostName: '', tags: {} },
    identity: { systemAssigned: { principalId, tenantId: '' }, userAssigned: [userAssigned] },
    keyVaultReferenceIdentity: 'SystemAssigned',
  };
  const bindings = [binding('blob', { connection: 'Photos', path: 'photos/a', direction: 'in' })];
  const map = (settings: Record<string, string>, more: Partial<MapFacts> = {}) =>
    drawMap({
      ...{ identities: [], vaults: [], names: new Map(), resources: new Map() },
      apps: [
        {
          app,
          opens: {
            keys: find(settings, bindings),
            byIdentity: identityConnections(new Map(Object.entries(settings))),
          },
        },
      ],
      ...more,
    });
  const line = (settings: Record<string, string>, more?: Partial<MapFacts>) =>
    pictureOf(map(settings, more), shown).lines.find(({ to }) => to.startsWith('resource ')) ?? assert.fail();

  it('is a line of its own kind for a key, with the fix that replaces it', () => {
    const { from, to, state, paths } = line({ Photos: storageKey() });
    assert.deepEqual([from, to, state], [`app ${appId}`.toLowerCase(), 'resource storage/fakeacct01', 'key']);
    assert.deepEqual(paths, [
      {
        kind: 'key',
        label: 'key Photos',
        text: 'Photos: storage account key, used by the function Fake',
        fix: { kind: 'key', app: from, about: 'Photos' },
      },
    ]);
    const [code] = line({ Photos: storageKey(), OWN: storageKey() }).paths;
    assert.equal(code?.fix, undefined, 'only code reads it');
  });

  it('becomes a line of the identity with its role once the key is gone, and an unknown one without a role', () => {
    const resources = new Map([['storage/fakeacct01', account]]);
    const blobs = 'Microsoft.Storage/storageAccounts/blobServices/containers/blobs';
    const [permissions] = secretsUserDefinition.permissions;
    const reader = {
      ...{ ...secretsUserDefinition, name: 'Storage Blob Data Reader' },
      permissions: [{ ...(permissions ?? assert.fail()), dataActions: [`${blobs}/read`] }],
    };
    const roles: RoleFacts = {
      assignments: [role({ principalId, scope: account })],
      ...{ definitions: [reader], denyAssignments: [], unreadableScopes: [] },
    };
    const vault = { ...vaultWith({}), subscriptionId: account.split('/')[2] ?? '' };
    const settings = { Photos__blobServiceUri: 'https://fakeacct01.blob.core.windows.net' };
    const known = line(settings, { resources, vaults: [{ vault, roles }] });
    assert.deepEqual([known.state, known.from], ['fine', `app ${appId}`.toLowerCase()]);
    assert.equal(known.paths[0]?.label, 'Storage Blob Data Reader');
    assert.equal(line(settings, { resources }).state, 'unknown');
    // A role for other data says nothing.
    const others = { ...roles, definitions: [secretsUserDefinition] };
    assert.equal(line(settings, { resources, vaults: [{ vault, roles: others }] }).state, 'unknown');
    const user = line({ ...settings, Photos__clientId: userAssigned.clientId }, { resources });
    assert.equal(user.from, `identity ${identityId}`.toLowerCase());
    const missing = { ...settings, Photos__clientId: '00000000-1111-2222-3333-444444444444' };
    assert.equal(line(missing, { resources, vaults: [{ vault, roles }] }).state, 'unknown');
  });

  it('has one resource for all keys to it, and none unless keys are shown', () => {
    const settings = { Photos: storageKey(), AzureWebJobsStorage: storageKey() };
    const resources = map(settings).nodes.filter(({ kind }) => kind === 'resource');
    assert.deepEqual(
      resources.map(({ name }) => name),
      ['fakeacct01'],
    );
    assert.equal(line(settings).paths.length, 2);
    const hidden = pictureOf(map(settings), wholeMap);
    assert.deepEqual([hidden.lines.map(({ state }) => state), hidden.counts.resource], [['structure'], 0]);
  });

  it('says which keys could not be read, and is exported in words', () => {
    const unread = map({}, { apps: [{ app, opens: { withheld: 'AuthorizationFailed' } }] });
    assert.deepEqual(unread.nodes.find(({ kind }) => kind === 'app')?.problems, [
      "Its keys couldn't be read: AuthorizationFailed",
    ]);
    const picture = pictureOf(map({ Photos: storageKey() }), shown);
    assert.match(
      mapCsvOf(picture),
      /"app","Function app","fakeacct01","Resource","","key","Photos: storage account key, used by the function Fake","","opens it with a key"/,
    );
    const svg = svgOf(picture, 'Map', lightPalette, new Set());
    assert.match(svg, /class="edge key"/);
    assert.match(svg, /Resources \(1\)/);
  });
});
