import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { checkRequests, type Exchange } from '../../../support/evidence/checkRequests';
import { Evidence } from '../../../support/evidence/evidence';
import { exceptions, type Exceptions } from '../../../support/evidence/exceptions';
import { root } from '../../../support/paths';
import { temporaryFolder } from '../../../support/processes';
import { skip } from '../../../support/skip';

const group = '/subscriptions/s/resourceGroups/g/providers';
const none: Exceptions = { certain: [], documented: [], inferred: [] };

function sent(method: string, url: string, body: unknown, agent = 'keyless/1.2.3'): Exchange {
  return { liveRequest: { method, url: `https://localhost${url}`, headers: { 'user-agent': agent }, body } };
}

/** The forms without evidence, without the paths of the requests. */
function unproven(evidence: Evidence, exchanges: Exchange[], known = none): string[] {
  return checkRequests(evidence, known, exchanges).unproven.map((line) => line.replace(/ \(.*\)$/, ''));
}

describe('evidence for requests', () => {
  let folder: ReturnType<typeof temporaryFolder>;
  let evidence: Evidence;

  before(() => {
    folder = temporaryFolder('evidence');
    const write = (file: string, content: unknown) => {
      fs.mkdirSync(path.dirname(path.join(folder.path, file)), { recursive: true });
      fs.writeFileSync(path.join(folder.path, file), `${JSON.stringify(content)}\n`);
    };
    const site = `/subscriptions/{subscriptionId}/resourceGroups/{group}/providers/Microsoft.Web/sites/{name}`;
    const operation = (schema: string, ...examples: string[]) => ({
      parameters: [{ in: 'body', name: 'envelope', schema: { $ref: schema } }],
      'x-ms-examples': Object.fromEntries(
        examples.map((name) => [name, { $ref: `./examples/${name}.json` }]),
      ),
    });
    write('specs/specification/web.json', {
      paths: {
        [site]: { put: operation('common.json#/definitions/Site', 'Create') },
        [`${site}/config/appsettings`]: { put: operation('common.json#/definitions/Settings') },
        '/{scope}/providers/Microsoft.Authorization/roleAssignments/{name}': {
          put: operation('common.json#/definitions/Any', 'Assign'),
        },
        '/secrets/{name}/{version}': { patch: operation('common.json#/definitions/Any') },
      },
    });
    write('specs/specification/common.json', {
      definitions: {
        Any: {},
        Resource: { properties: { tags: { additionalProperties: { type: 'string' } } } },
        Site: {
          allOf: [{ $ref: '#/definitions/Resource' }],
          properties: { kind: { enum: ['app', 'functionapp'] } },
        },
        Settings: { properties: { properties: { additionalProperties: { type: 'string' } } } },
      },
    });
    for (const [version, mode] of Object.entries({ '2021-01-01': {}, '2022-01-01': { enum: ['fast'] } }))
      write(`specs/specification/graph/stable/${version}/graph.json`, {
        definitions: { Query: { properties: { mode } } },
        paths: { '/providers/Microsoft.Graph/query': { post: operation('#/definitions/Query') } },
      });
    const example = (body: unknown) => ({ parameters: { envelope: body } });
    write('specs/specification/examples/Create.json', example({ kind: 'app', tags: { one: 'two' } }));
    write('specs/specification/examples/Assign.json', example({ principalId: 'principalId' }));
    write('specs/fixtures/01.json', {
      liveRequest: sent('PUT', `${group}/Microsoft.Web/sites/a`, { enabled: true }).liveRequest,
    });
    const recorded = [
      sent('PUT', `${group}/Microsoft.Web/sites/a/config/appsettings`, { properties: { A: 'b' } }),
      sent('PATCH', '/secrets/a/472cdf5fbf884c42abee7cf0b4999852', { attributes: { exp: 1 } }),
      sent('PUT', `${group}/Microsoft.OperationalInsights/workspaces/w`, { location: 'westus' }),
    ];
    fs.mkdirSync(path.join(folder.path, 'recordings'));
    fs.writeFileSync(
      path.join(folder.path, 'recordings/a.jsonl'),
      recorded.map(({ liveRequest }) => JSON.stringify({ request: liveRequest })).join('\n'),
    );
    evidence = new Evidence(folder.path);
  });
  after(() => {
    folder.remove();
  });

  it('is an example, a recording, or a fixture of the operation', () => {
    assert.deepEqual(
      unproven(evidence, [
        sent('PUT', '/subscriptions/x/resourcegroups/y/providers/microsoft.web/sites/z', {
          kind: 'functionapp',
          enabled: false,
        }),
        sent('PUT', `${group}/Microsoft.OperationalInsights/workspaces/other`, { location: 'eastus' }),
      ]),
      [],
    );
  });

  it('is missing for another form, another place, and another operation', () => {
    assert.deepEqual(
      unproven(evidence, [
        sent('PUT', `${group}/Microsoft.Web/sites/a`, { kind: 'other', enabled: 'true', more: {} }),
        sent('PATCH', `${group}/Microsoft.Web/sites/a`, { enabled: true }),
        sent('PATCH', '/secrets/a/', { attributes: { exp: -1 } }),
      ]),
      [
        'PUT Microsoft.Web/sites/{}, kind: text',
        'PUT Microsoft.Web/sites/{}, enabled: text',
        'PUT Microsoft.Web/sites/{}, more: empty object',
        'PATCH Microsoft.Web/sites/{}, enabled: boolean',
        'PATCH secrets/{}/{}, attributes.exp: negative integer',
      ],
    );
  });

  it("counts for any name in a map, for the app's slots, and for a secret's latest version", () => {
    assert.deepEqual(
      unproven(evidence, [
        sent('PUT', `${group}/Microsoft.Web/sites/a`, { tags: { owner: 'me' } }),
        sent('PUT', `${group}/Microsoft.Web/sites/a/slots/b/config/appsettings`, { properties: { C: 'd' } }),
        sent('PATCH', '/secrets/b/', { attributes: { exp: 2 } }),
        sent('PUT', `${group}/Microsoft.OperationalInsights/workspaces/a%2Fb%`, { location: 'eastus' }),
      ]),
      [],
    );
  });

  it('counts for resource IDs as names also where no document says that they are', () => {
    const id = `${group}/Microsoft.ManagedIdentity/userAssignedIdentities/one`;
    assert.deepEqual(
      unproven(evidence, [sent('PATCH', `${group}/Microsoft.App/containerapps/a`, { of: { [id]: null } })]),
      [
        'PATCH Microsoft.App/containerapps/{}, of{name}: ID /subscriptions/{}/resourcegroups/{}/providers/microsoft.managedidentity/userassignedidentities/{}',
        'PATCH Microsoft.App/containerapps/{}, of{}: null',
      ],
    );
  });

  it("is about the values that the newest version of a service's document lists", () => {
    assert.deepEqual(
      unproven(evidence, [sent('POST', '/providers/Microsoft.Graph/query', { mode: 'fast' })]),
      ['POST Microsoft.Graph/query, mode: enum'],
    );
  });

  it('is not a placeholder', () => {
    const url = `${group}/Microsoft.Web/sites/a/providers/Microsoft.Authorization/roleAssignments/b`;
    assert.deepEqual(unproven(evidence, [sent('PUT', url, { principalId: 'somebody' })]), [
      'PUT Microsoft.Authorization/roleAssignments/{}, principalId: text',
    ]);
  });

  it('of any form is enough for a value that the sandbox hid', () => {
    const settings = `${group}/Microsoft.Web/sites/a/config/appsettings`;
    assert.deepEqual(
      unproven(evidence, [
        sent('PUT', settings, { properties: { A: 'REDACTED' } }),
        sent('PUT', settings, { value: 'REDACTED' }),
      ]),
      ['PUT Microsoft.Web/sites/{}/config/appsettings, value: REDACTED'],
    );
  });

  it('may be an exception, which is counted by how sure it is', () => {
    const exception = { operation: 'PATCH Microsoft.Web/sites/{}', path: 'enabled', form: 'boolean' };
    const known = { ...none, inferred: [{ ...exception, source: 'nothing' }] };
    const request = sent('PATCH', `${group}/Microsoft.Web/sites/a`, { enabled: true });
    const verdict = checkRequests(evidence, known, [request, request]);
    assert.deepEqual(verdict, {
      requests: 2,
      unproven: [],
      excepted: { certain: 0, documented: 0, inferred: 1 },
      others: [],
    });
  });

  it('is only reported if another client lacks it', () => {
    const url = `${group}/Microsoft.Web/sites/a`;
    for (const agent of ['AZURECLI/2.60.0', 'node', 'keyless-other', '']) {
      const { requests, unproven, others } = checkRequests(evidence, none, [
        sent('PUT', url, { more: 1 }, agent),
      ]);
      assert.deepEqual([requests, unproven, others.length], [0, [], 1], agent);
    }
  });
});

describe('evidence from Azure', function () {
  this.timeout(30_000);
  const shared = path.join(root, '../shared');
  const role = '4633458b-17de-408a-b874-0445c86b69e6';
  const assign = (roleDefinitionId: string) =>
    sent('PUT', `${group}/Microsoft.KeyVault/vaults/v/providers/Microsoft.Authorization/roleAssignments/a`, {
      properties: { roleDefinitionId, principalId: role, principalType: 'ServicePrincipal' },
    });
  let evidence: Evidence;

  before(function () {
    if (!fs.existsSync(path.join(shared, 'recordings')))
      skip(this, "Recorded traffic and Azure's OpenAPI documents (../shared) aren't available");
    evidence = new Evidence(shared);
  });

  it('knows full IDs of roles and no bare GUIDs', () => {
    const full = `/subscriptions/${role}/providers/Microsoft.Authorization/roleDefinitions/${role}`;
    assert.deepEqual(unproven(evidence, [assign(full)], exceptions), []);
    assert.deepEqual(unproven(evidence, [assign(role)], exceptions), [
      'PUT Microsoft.Authorization/roleAssignments/{}, properties.roleDefinitionId: GUID',
    ]);
  });

  it('knows no negative dates', () => {
    assert.deepEqual(
      unproven(
        evidence,
        [sent('PUT', '/secrets/a', { value: 'REDACTED', attributes: { exp: -1 } })],
        exceptions,
      ),
      ['PUT secrets/{}, attributes.exp: negative integer'],
    );
  });

  it('is still missing for every exception', () => {
    const all = [...exceptions.certain, ...exceptions.documented, ...exceptions.inferred];
    assert.deepEqual(
      all.filter((exception) => evidence.has(exception)),
      [],
    );
  });
});
