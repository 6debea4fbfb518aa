import assert from 'node:assert/strict';
import { challengeClaims } from '../../../../src/sandbox/entra/claimsChallenge';
import { Harness, ids, errorOf } from '../keyvault/harness';
import { addStorage, clientsOf, refusal, roles } from './management';

const api = 'api-version=2021-04-01';

describe("Resource Manager's gateway", () => {
  let harness: Harness;
  let origin: string;

  beforeEach(async () => {
    harness = await Harness.start();
    origin = harness.context.endpoints.resourceManager;
  });
  afterEach(() => harness.stop());

  it('tells a request without a token where to get one', async () => {
    const answer = await harness.send('GET', `${origin}/subscriptions/${ids.subscription}?${api}`);
    assert.equal(
      refusal(answer),
      "401 AuthenticationFailed: Authentication failed. The 'Authorization' header is missing.",
    );
    assert.equal(
      answer.headers['www-authenticate'],
      `Bearer authorization_uri="https://localhost:1/${ids.tenant}", error="invalid_token", error_description="The authentication failed because of missing 'Authorization' header."`,
    );
    assert.equal(answer.headers['x-ms-failure-cause'], 'gateway');
  });

  it('says when a token expired, in the text and time format of the service', async () => {
    const token = await harness.token(harness.principals.user, origin);
    harness.advance(2 * 3600_000);
    const answer = await harness.send('GET', `${origin}/subscriptions?${api}`, { token });
    assert.match(
      refusal(answer),
      /^401 ExpiredAuthenticationToken: The access token expiry UTC time '\d{1,2}\/\d{1,2}\/\d{4} \d{1,2}:\d\d:\d\d [AP]M' is earlier than current UTC time '\d{1,2}\/\d{1,2}\/\d{4} \d{1,2}:\d\d:\d\d [AP]M'\.$/,
    );
    assert.match(
      answer.headers['www-authenticate'] ?? '',
      /error_description="The access token has expired\."$/,
    );
  });

  it('rejects tokens for another audience or tenant, and invalid tokens', async () => {
    const forVault = await harness.token();
    const audience = await harness.send('GET', `${origin}/subscriptions?${api}`, { token: forVault });
    assert.equal(errorOf(audience).code, 'InvalidAuthenticationTokenAudience');
    const foreign = await harness.token(harness.principals.foreigner, origin);
    const tenant = await harness.send('GET', `${origin}/subscriptions/${ids.subscription}?${api}`, {
      token: foreign,
    });
    assert.equal(errorOf(tenant).code, 'InvalidAuthenticationTokenTenant');
    assert.match(
      tenant.headers['www-authenticate'] ?? '',
      new RegExp(`authorization_uri="https://localhost:1/${ids.tenant}"`),
    );
    const nonsense = await harness.send('GET', `${origin}/subscriptions?${api}`, { token: 'a.b.c' });
    assert.equal(refusal(nonsense), '401 InvalidAuthenticationToken: The access token is invalid.');
  });

  it('asks for claims if that is on, and Azure Core provides them on its own', async () => {
    const token = await harness.token(undefined, origin);
    const { subscriptions } = clientsOf(harness).subscriptions;
    const list = async () => {
      const names = [];
      for await (const { displayName } of subscriptions.list()) names.push(displayName);
      return names;
    };
    await list();
    await challengeClaims(harness.context.settings, harness.context.clock, ['arm']);
    const bare = await harness.send('GET', `${origin}/subscriptions?${api}`, { token });
    assert.equal(bare.status, 401);
    assert.match(
      bare.headers['www-authenticate'] ?? '',
      /^Bearer realm="", authorization_uri="https:\/\/localhost:1\/common\/oauth2\/authorize", error="insufficient_claims", claims="[\w+/=]+"$/,
    );
    assert.deepEqual(await list(), ['One']);
  });

  it('requires an api-version', async () => {
    assert.equal(
      refusal(await harness.manage('GET', '/subscriptions')),
      '400 MissingApiVersionParameter: The api-version query parameter (?api-version=) is required for all requests.',
    );
    assert.equal(
      errorOf(await harness.manage('GET', '/subscriptions?api-version=latest')).code,
      'InvalidApiVersionParameter',
    );
    const tooEarly = await harness.manage('GET', '/subscriptions?api-version=1999-01-01');
    assert.equal(errorOf(tooEarly).code, 'InvalidApiVersionParameter');
  });

  it('distinguishes the kinds of 404', async () => {
    const group = `/subscriptions/${ids.subscription}/resourceGroups`;
    const nowhere = '00000000-0000-0000-0000-000000000001';
    assert.equal(
      refusal(await harness.manage('GET', `/subscriptions/${nowhere}/resources?${api}`)),
      `404 SubscriptionNotFound: The subscription '${nowhere}' could not be found.`,
    );
    assert.equal(
      refusal(await harness.manage('GET', `${group}/nothing/resources?${api}`)),
      "404 ResourceGroupNotFound: Resource group 'nothing' could not be found.",
    );
    assert.equal(
      refusal(
        await harness.manage(
          'GET',
          `${group}/rg-one/providers/Microsoft.Storage/storageAccounts/none?${api}`,
        ),
      ),
      "404 ResourceNotFound: The Resource 'Microsoft.Storage/storageAccounts/none' under resource group 'rg-one' was not found. For more details please go to https://aka.ms/ARMResourceNotFoundFix",
    );
    assert.equal(
      refusal(await harness.manage('GET', `${group}/rg-one/providers/Microsoft.Nothing/things/none?${api}`)),
      "404 InvalidResourceNamespace: The resource namespace 'Microsoft.Nothing' is invalid.",
    );
    assert.equal(errorOf(await harness.manage('GET', `/nonsense?${api}`)).code, 'MissingSubscription');
  });

  it('names the client, action and scope to a caller without permission', async () => {
    const id = addStorage(harness, 'account1');
    const { stranger } = harness.principals;
    assert.equal(
      refusal(await harness.manage('GET', `${id}?${api}`, undefined, stranger)),
      `403 AuthorizationFailed: The client '${stranger.userPrincipalName}' with object id '${stranger.objectId}' does not have authorization to perform action 'Microsoft.Storage/storageAccounts/read' over scope '${id}' or the scope is invalid. If access was recently granted, please refresh your credentials.`,
    );
    harness.assignRole(stranger.objectId, roles.reader, id);
    assert.equal((await harness.manage('GET', `${id}?${api}`, undefined, stranger)).status, 200);
    const deletion = errorOf(await harness.manage('DELETE', `${id}?${api}`, undefined, stranger));
    assert.match(deletion.message ?? '', /perform action 'Microsoft.Storage\/storageAccounts\/delete'/);
  });

  it('enforces locks: CanNotDelete and ReadOnly, on a resource, above it, and inside a group', async () => {
    const id = addStorage(harness, 'account1');
    harness.context.world.locks = [{ name: 'keep', scope: harness.groupId, level: 'CanNotDelete' }];
    assert.equal(
      refusal(await harness.manage('DELETE', `${id}?${api}`)),
      `409 ScopeLocked: The scope '${id}' cannot perform delete operation because following scope(s) are locked: '${harness.groupId}'. Please remove the lock and try again.`,
    );
    harness.context.world.locks = [{ name: 'keep', scope: id, level: 'ReadOnly' }];
    assert.equal(errorOf(await harness.manage('DELETE', `${harness.groupId}?${api}`)).code, 'ScopeLocked');
    assert.equal((await harness.manage('GET', `${id}?${api}`)).status, 200);
    harness.context.world.locks = [];
    assert.equal((await harness.manage('DELETE', `${id}?${api}`)).status, 200);
    assert.equal((await harness.manage('DELETE', `${id}?${api}`)).status, 204);
  });

  it('keeps a disabled subscription read-only', async () => {
    const id = addStorage(harness, 'account1');
    harness.context.world.subscriptions.forEach((subscription) => {
      subscription.state = 'Disabled';
    });
    assert.equal(
      errorOf(await harness.manage('DELETE', `${id}?${api}`)).code,
      'ReadOnlyDisabledSubscription',
    );
    assert.equal((await harness.manage('GET', `${id}?${api}`)).status, 200);
  });

  it('lets a policy deny a resource type, with the body recorded in 2026', async () => {
    harness.context.world.policyDenials = [
      {
        displayName: 'No identities here',
        policyDefinitionId:
          '/providers/Microsoft.Authorization/policyDefinitions/ea6c4923-510a-4346-be26-1894919a5b97',
        policyAssignmentId: `/subscriptions/${ids.subscription}/providers/Microsoft.Authorization/policyAssignments/deny-identities`,
        scope: `/subscriptions/${ids.subscription}`,
        resourceType: 'Microsoft.ManagedIdentity/userAssignedIdentities',
      },
    ];
    const url = `${harness.groupId}/providers/Microsoft.ManagedIdentity/userAssignedIdentities/denied?${api}`;
    const answer = await harness.manage('PUT', url, { location: 'westeurope' });
    assert.match(
      refusal(answer),
      /^403 RequestDisallowedByPolicy: Resource 'denied' was disallowed by policy\. Policy identifiers: '\[\{"policyAssignment":/,
    );
    const { error } = answer.json as { error: Record<string, unknown> };
    assert.deepEqual(Object.keys(error).toSorted(), ['additionalInfo', 'code', 'message', 'target']);
  });

  it('counts requests down and answers 429 with Retry-After when the bucket is empty', async () => {
    harness.stopClock();
    const first = await harness.manage('GET', `/subscriptions/${ids.subscription}/resources?${api}`);
    assert.equal(first.headers['x-ms-ratelimit-remaining-subscription-reads'], '249');
    assert.equal(first.headers['x-ms-ratelimit-remaining-subscription-global-reads'], '3749');
    const token = await harness.token(harness.principals.user, origin);
    let answer = first;
    for (let sent = 0; answer.status === 200 && sent < 250; sent += 1) {
      answer = await harness.send('GET', `${origin}/subscriptions/${ids.subscription}?${api}`, { token });
    }
    assert.match(
      refusal(answer),
      /^429 SubscriptionRequestsThrottled: Number of requests for subscription '.*' and operation '.*' exceeded the backend storage limit\. Please try again after '1' seconds\.$/,
    );
    assert.equal(answer.headers['retry-after'], '1');
    harness.advance(1000);
    assert.equal(
      (await harness.send('GET', `${origin}/subscriptions/${ids.subscription}?${api}`, { token })).status,
      200,
    );
  });

  it('describes the cloud without a token: the Azure Stack form, the list, the single object', async () => {
    const stack = await harness.send('GET', `${origin}/metadata/endpoints?api-version=2015-01-01`);
    assert.deepEqual(stack.json, {
      galleryEndpoint: `${origin}/`,
      graphEndpoint: 'https://localhost:2/',
      portalEndpoint: 'http://127.0.0.1:3/',
      authentication: { loginEndpoint: 'https://localhost:1/adfs', audiences: [`${origin}/`] },
    });
    const list = (await harness.send('GET', `${origin}/metadata/endpoints?api-version=2019-05-01`)).json;
    assert.ok(Array.isArray(list));
    const one = (await harness.send('GET', `${origin}/metadata/endpoints?api-version=2022-09-01`)).json;
    assert.deepEqual(list, [one]);
    const { suffixes, authentication } = one as {
      suffixes: Record<string, string>;
      authentication: Record<string, string>;
    };
    assert.equal(suffixes.keyVaultDns, 'vault.localhost');
    assert.equal(authentication.loginEndpoint, 'https://localhost:1');
  });

  it('answers 400 to invalid JSON', async () => {
    const url = `${harness.groupId}/providers/Microsoft.ManagedIdentity/userAssignedIdentities/some?${api}`;
    const answer = await harness.manage('PUT', url, '{"location":');
    assert.equal(answer.status, 400);
    assert.equal(errorOf(answer).code, 'InvalidRequestContent');
  });
});
