import assert from 'node:assert/strict';
import { AzureError, errorOfAnswer, isAbort, toAzureError } from '../../../../src/azure/core/errors';
import { explain } from '../../../../src/azure/explain/explain';

function answer(
  status: number,
  body: unknown,
  url = 'https://kv.vault.azure.net/secrets/a?api-version=7.5&code=SECRET',
  headers: Record<string, string> = {},
) {
  return errorOfAnswer({
    status,
    headers: { get: (name) => headers[name.toLowerCase()] },
    bodyAsText: typeof body === 'string' ? body : JSON.stringify(body),
    request: { method: 'GET', url },
  });
}

const forbidden = (innerCode: string, message: string) =>
  answer(403, { error: { code: 'Forbidden', message, innererror: { code: innerCode } } });
const arm = (status: number, code: string, message: string) =>
  answer(status, { error: { code, message } }, 'https://management.azure.com/subscriptions/s');
const caller = 'Caller: appid=a;oid=b;iss=https://sts.windows.net/t/';

describe('explain', () => {
  const cases: [string, AzureError, RegExp, RegExp][] = [
    [
      'a missing access policy',
      forbidden(
        'AccessDenied',
        "The user, group or application 'appid=a;oid=b;numgroups=2;iss=https://sts.windows.net/t/' does not have secrets list permission on key vault 'kv1;location=westus'. For help resolving this issue, please see https://go.microsoft.com/fwlink/?linkid=2125287",
      ),
      /^No access policy of the vault kv1 gives the permission "List" on secrets\.$/,
      /Owner and Contributor give no access/,
    ],
    [
      'a missing role',
      forbidden(
        'ForbiddenByRbac',
        `Caller is not authorized to perform action on resource.\r\nIf role assignments, deny assignments or role definitions were changed recently, please observe propagation time.\r\n${caller}\r\nAction: 'Microsoft.KeyVault/vaults/secrets/getSecret/action'\r\nResource: '/subscriptions/s/resourcegroups/rg/providers/microsoft.keyvault/vaults/kv1/secrets/s'\r\nAssignment: (not found)\r\nDenyAssignmentId: null\r\nDecisionReason: 'DeniedWithNoValidRBAC' \r\nVault: kv1;location=eastus\r\n`,
      ),
      /No role on the vault kv1 allows Microsoft\.KeyVault\/vaults\/secrets\/getSecret\/action/,
      /Key Vault Secrets User.*10 minutes/,
    ],
    [
      'a missing role to write',
      forbidden(
        'ForbiddenByRbac',
        "Action: 'Microsoft.KeyVault/vaults/secrets/setSecret/action'\r\nDenyAssignmentId: null\r\nVault: kv1;location=eastus\r\n",
      ),
      /setSecret/,
      /Key Vault Secrets Officer/,
    ],
    [
      'a deny assignment',
      forbidden(
        'ForbiddenByRbac',
        "Action: 'x'\r\nDenyAssignmentId: '/subscriptions/s/d'\r\nVault: kv1;location=eastus\r\n",
      ),
      /deny assignment on the vault kv1/,
      /wins over every role/,
    ],
    [
      'a firewall',
      forbidden(
        'ForbiddenByFirewall',
        `Client address is not authorized and caller is not a trusted service.\r\nClient address: 1.2.3.4\r\n${caller}\r\nVault: kv1;location=eastus`,
      ),
      /firewall of the vault kv1 does not let the address 1\.2\.3\.4 in/,
      /Networking/,
    ],
    [
      'a private endpoint',
      forbidden(
        'ForbiddenByConnection',
        `Public network access is disabled and request is not from a trusted service nor via an approved private link.\r\n${caller}\r\nVault: kv1;location=eastus2`,
      ),
      /closed to the public network/,
      /VPN/,
    ],
    [
      'another tenant',
      answer(401, {
        error: {
          code: 'Unauthorized',
          message:
            'AKV10032: Invalid issuer. Expected one of https://sts.windows.net/t/, found https://sts.windows.net/u/.',
        },
      }),
      /vault kv belongs to another tenant/,
      /Sign in to the vault's tenant/,
    ],
    [
      'another audience',
      answer(401, { error: { code: 'Unauthorized', message: 'AKV10022: Invalid audience.' } }),
      /takes no token of this cloud/,
      /cloud/,
    ],
    [
      'a deleted name',
      answer(409, {
        error: { code: 'Conflict', message: 'x', innererror: { code: 'ObjectIsDeletedButRecoverable' } },
      }),
      /deleted secret still holds this name/,
      /Recover/,
    ],
    [
      'a busy vault',
      arm(409, 'ConflictError', 'A conflict occurred'),
      /Others are changing this vault/,
      /again/,
    ],
    [
      'a throttled vault',
      answer(429, {
        error: {
          code: 'Throttled',
          message: 'Request was not processed because too many requests were received.',
        },
      }),
      /kv\.vault\.azure\.net wants a pause/,
      /in a minute/,
    ],
    [
      'throttling that says how long',
      arm(
        429,
        'SubscriptionRequestsThrottled',
        "Number of requests for subscription 's' exceeded the backend storage limit. Please try again after '6' seconds.",
      ),
      /wants a pause/,
      /6 seconds/,
    ],
    [
      'a lock',
      arm(
        409,
        'ScopeLocked',
        "The scope 'a' cannot perform delete operation because following scope(s) are locked: '/subscriptions/s/rg'. Please remove the lock and try again.",
      ),
      /lock forbids it on \/subscriptions\/s\/rg/,
      /Remove the lock/,
    ],
    [
      'a policy',
      arm(
        403,
        'RequestDisallowedByPolicy',
        `Resource 'x' was disallowed by policy. Policy identifiers: '[{"policyAssignment":{"name":"No public vaults","id":"/a"}}]'.`,
      ),
      /Azure Policy does not allow this: No public vaults/,
      /exemption/,
    ],
    [
      'a missing right',
      arm(
        403,
        'AuthorizationFailed',
        "The client 'x' with object id 'y' does not have authorization to perform action 'Microsoft.KeyVault/vaults/accessPolicies/write' over scope '/subscriptions/s/kv' or the scope is invalid.",
      ),
      /no role that allows Microsoft\.KeyVault\/vaults\/accessPolicies\/write on \/subscriptions\/s\/kv/,
      /Key Vault Contributor/,
    ],
    [
      'a wrong tenant',
      arm(401, 'InvalidAuthenticationTokenTenant', 'x'),
      /another tenant/,
      /Sign in to that tenant/,
    ],
    [
      'an SCM site without the right',
      answer(403, '', 'https://app.scm.azurewebsites.net/api/logstream'),
      /SCM site app\.scm\.azurewebsites\.net refused access/,
      /Website Contributor/,
    ],
    [
      'an SCM access restriction',
      answer(
        403,
        '<html><title>403</title>Ip Forbidden</html>',
        'https://app.scm.azurewebsites.net/api/logstream',
      ),
      /Access restrictions/,
      /its own list/,
    ],
    [
      'an access restriction told by a header',
      answer(403, '', 'https://app.azurewebsites.net/', { 'x-ms-forbidden-ip': '1.2.3.4' }),
      /Access restrictions/,
      /Networking/,
    ],
    [
      'a stopped app',
      answer(403, '<h1>Error 403 - This web app is stopped.</h1>', 'https://app.azurewebsites.net/'),
      /The app is stopped/,
      /Start it/,
    ],
    [
      'a cold site',
      answer(502, '<html><title>502 Bad Gateway</title></html>', 'https://app.scm.azurewebsites.net/'),
      /not available just now/,
      /minute/,
    ],
    [
      'a name that does not resolve',
      new AzureError('getaddrinfo ENOTFOUND', { code: 'ENOTFOUND', host: 'kv.vault.azure.net' }),
      /name kv\.vault\.azure\.net was not found/,
      /private endpoint/,
    ],
    [
      'a strange certificate',
      new AzureError('self-signed certificate', { code: 'SELF_SIGNED_CERT_IN_CHAIN', host: 'h' }),
      /No secure connection to h/,
      /http\.systemCertificates/,
    ],
    [
      'a proxy that wants a password',
      new AzureError('tunneling socket could not be established, statusCode=407', { host: 'h' }),
      /proxy wants a user name/,
      /http\.proxy/,
    ],
    [
      'missing consent',
      new AzureError('AADSTS65001: The user or administrator has not consented'),
      /consented/,
      /administrator/,
    ],
    [
      'no sign-in',
      toAzureError(Object.assign(new Error('Please run az login'), { name: 'CredentialUnavailableError' })),
      /no usable sign-in/,
      /az login/,
    ],
  ];
  for (const [what, error, reason, nextStep] of cases) {
    it(`has words for ${what}`, () => {
      const words = explain(error);
      assert.match(words.reason, reason);
      assert.match(words.nextStep ?? '', nextStep);
    });
  }

  it('leaves words alone that came with the failure', () => {
    const error = Object.assign(new Error('all of it'), {
      name: 'AccountError',
      reason: 'You are signed out',
      nextStep: 'Choose Sign In.',
    });
    const words = { reason: 'You are signed out', nextStep: 'Choose Sign In.' };
    assert.deepEqual([explain(error), explain(toAzureError(error))], [words, words]);
  });

  it('has words for what is no error of Azure', () => {
    assert.equal(explain(new Error('odd')).reason, 'odd');
    assert.equal(explain('text').reason, 'text');
    assert.equal(explain(undefined).reason, 'undefined');
  });
});

describe('errors', () => {
  it('keep what was asked, without query, and nothing of the request', () => {
    const error = answer(403, { error: { code: 'Forbidden', message: 'm' } });
    assert.deepEqual(
      [error.host, error.operation, error.status, error.code],
      ['kv.vault.azure.net', 'GET /secrets/a', 403, 'Forbidden'],
    );
    assert.doesNotMatch(JSON.stringify(error), /SECRET/);
    const rest = toAzureError(
      Object.assign(new Error('cut'), {
        code: 'ECONNRESET',
        request: { url: 'https://h/p?sig=SECRET', method: 'GET', headers: { Authorization: 'SECRET' } },
      }),
    );
    assert.deepEqual(
      [rest.code, rest.host, rest.operation, rest.cause],
      ['ECONNRESET', 'h', 'GET /p', undefined],
    );
    assert.doesNotMatch(JSON.stringify(rest), /SECRET/);
  });

  it('of App Service, Kudu and of pages are read', () => {
    assert.equal(answer(404, { Code: 'NotFound', Message: 'Cannot find' }).message, 'Cannot find');
    assert.equal(answer(412, { Message: 'ETag' }).message, 'ETag');
    assert.equal(answer(500, '<html><head><title> Oh\n no </title></head></html>').message, 'Oh no');
    assert.equal(answer(500, '').message, 'HTTP status 500');
    assert.ok((answer(500, 'x'.repeat(10_000)).body ?? '').length <= 4000);
  });

  it('stay as they are, and tell a cancel', () => {
    const error = new AzureError('x');
    assert.equal(toAzureError(error), error);
    assert.ok(isAbort(new DOMException('x', 'AbortError')) && !isAbort(error) && !isAbort('AbortError'));
  });
});
