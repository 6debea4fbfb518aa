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
      /^No access policy on the vault kv1 grants you the "List" permission for secrets\.$/,
      /Owner and Contributor don't grant access/,
    ],
    [
      'a missing role',
      forbidden(
        'ForbiddenByRbac',
        `Caller is not authorized to perform action on resource.\r\nIf role assignments, deny assignments or role definitions were changed recently, please observe propagation time.\r\n${caller}\r\nAction: 'Microsoft.KeyVault/vaults/secrets/getSecret/action'\r\nResource: '/subscriptions/s/resourcegroups/rg/providers/microsoft.keyvault/vaults/kv1/secrets/s'\r\nAssignment: (not found)\r\nDenyAssignmentId: null\r\nDecisionReason: 'DeniedWithNoValidRBAC' \r\nVault: kv1;location=eastus\r\n`,
      ),
      /no role on the vault kv1 that allows Microsoft\.KeyVault\/vaults\/secrets\/getSecret\/action/,
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
      /overrides every role/,
    ],
    [
      'a firewall',
      forbidden(
        'ForbiddenByFirewall',
        `Client address is not authorized and caller is not a trusted service.\r\nClient address: 1.2.3.4\r\n${caller}\r\nVault: kv1;location=eastus`,
      ),
      /firewall of the vault kv1 blocks the IP address 1\.2\.3\.4\./,
      /Networking/,
    ],
    [
      'a private endpoint',
      forbidden(
        'ForbiddenByConnection',
        `Public network access is disabled and request is not from a trusted service nor via an approved private link.\r\n${caller}\r\nVault: kv1;location=eastus2`,
      ),
      /Public network access to the vault kv1 is disabled/,
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
      /vault kv belongs to a different tenant/,
      /Sign in to the vault's tenant/,
    ],
    [
      'another audience',
      answer(401, { error: { code: 'Unauthorized', message: 'AKV10022: Invalid audience.' } }),
      /doesn't accept tokens from this cloud/,
      /cloud/,
    ],
    [
      'a deleted name',
      answer(409, {
        error: { code: 'Conflict', message: 'x', innererror: { code: 'ObjectIsDeletedButRecoverable' } },
      }),
      /deleted secret still uses this name/,
      /Recover/,
    ],
    [
      'a busy vault',
      arm(409, 'ConflictError', 'A conflict occurred'),
      /Someone else is changing this vault/,
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
      /Too many requests were sent to kv\.vault\.azure\.net/,
      /in a minute/,
    ],
    [
      'throttling with a waiting time',
      arm(
        429,
        'SubscriptionRequestsThrottled',
        "Number of requests for subscription 's' exceeded the backend storage limit. Please try again after '6' seconds.",
      ),
      /Too many requests were sent/,
      /6 seconds/,
    ],
    [
      'a lock',
      arm(
        409,
        'ScopeLocked',
        "The scope 'a' cannot perform delete operation because following scope(s) are locked: '/subscriptions/s/rg'. Please remove the lock and try again.",
      ),
      /lock on \/subscriptions\/s\/rg prevents this/,
      /Remove the lock/,
    ],
    [
      'a policy',
      arm(
        403,
        'RequestDisallowedByPolicy',
        `Resource 'x' was disallowed by policy. Policy identifiers: '[{"policyAssignment":{"name":"No public vaults","id":"/a"}}]'.`,
      ),
      /Azure Policy doesn't allow this: No public vaults/,
      /exemption/,
    ],
    [
      'a missing permission',
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
      /a different tenant/,
      /Sign in to that tenant/,
    ],
    [
      'an SCM site without the required permission',
      answer(403, '', 'https://app.scm.azurewebsites.net/api/logstream'),
      /SCM site app\.scm\.azurewebsites\.net denied access/,
      /Website Contributor/,
    ],
    [
      'an SCM access restriction',
      answer(
        403,
        '<html><title>403</title>Ip Forbidden</html>',
        'https://app.scm.azurewebsites.net/api/logstream',
      ),
      /access restrictions/,
      /its own list/,
    ],
    [
      'an access restriction indicated by a header',
      answer(403, '', 'https://app.azurewebsites.net/', { 'x-ms-forbidden-ip': '1.2.3.4' }),
      /access restrictions/,
      /Networking/,
    ],
    [
      'a stopped app',
      answer(403, '<h1>Error 403 - This web app is stopped.</h1>', 'https://app.azurewebsites.net/'),
      /The app is stopped/,
      /Start the app/,
    ],
    [
      'a cold site',
      answer(502, '<html><title>502 Bad Gateway</title></html>', 'https://app.scm.azurewebsites.net/'),
      /temporarily unavailable/,
      /minute/,
    ],
    [
      'a host name that does not resolve',
      new AzureError('getaddrinfo ENOTFOUND', { code: 'ENOTFOUND', host: 'kv.vault.azure.net' }),
      /host name kv\.vault\.azure\.net couldn't be resolved/,
      /private endpoint/,
    ],
    [
      'an untrusted certificate',
      new AzureError('self-signed certificate', { code: 'SELF_SIGNED_CERT_IN_CHAIN', host: 'h' }),
      /Couldn't establish a secure connection to h because/,
      /http\.systemCertificates/,
    ],
    [
      'a proxy that requires a password',
      new AzureError('tunneling socket could not be established, statusCode=407', { host: 'h' }),
      /proxy requires a user name/,
      /http\.proxy/,
    ],
    [
      'missing consent',
      new AzureError('AADSTS65001: The user or administrator has not consented'),
      /Consent/,
      /administrator/,
    ],
    [
      'a missing sign-in',
      toAzureError(Object.assign(new Error('Please run az login'), { name: 'CredentialUnavailableError' })),
      /No valid sign-in/,
      /az login/,
    ],
  ];
  for (const [what, error, reason, nextStep] of cases) {
    it(`explains ${what}`, () => {
      const words = explain(error);
      assert.match(words.reason, reason);
      assert.match(words.nextStep ?? '', nextStep);
    });
  }

  it('keeps the explanation that came with a failure', () => {
    const error = Object.assign(new Error('all of it'), {
      name: 'AccountError',
      reason: 'You are signed out',
      nextStep: 'Choose Sign In.',
    });
    const words = { reason: 'You are signed out', nextStep: 'Choose Sign In.' };
    assert.deepEqual([explain(error), explain(toAzureError(error))], [words, words]);
  });

  it("returns the message of an error that isn't Azure's", () => {
    assert.equal(explain(new Error('odd')).reason, 'odd');
    assert.equal(explain('text').reason, 'text');
    assert.equal(explain(undefined).reason, 'It failed without giving a reason.');
  });
});

describe('errors', () => {
  it('keep the operation without its query and nothing else of the request', () => {
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

  it('are read from App Service, Kudu and HTML pages', () => {
    assert.equal(answer(404, { Code: 'NotFound', Message: 'Cannot find' }).message, 'Cannot find');
    assert.equal(answer(412, { Message: 'ETag' }).message, 'ETag');
    assert.equal(answer(500, '<html><head><title> Oh\n no </title></head></html>').message, 'Oh no');
    assert.equal(answer(500, '').message, 'HTTP status 500');
    assert.ok((answer(500, 'x'.repeat(10_000)).body ?? '').length <= 4000);
  });

  it('stay unchanged if they are AzureErrors, and can be recognized as a cancellation', () => {
    const error = new AzureError('x');
    assert.equal(toAzureError(error), error);
    assert.ok(isAbort(new DOMException('x', 'AbortError')) && !isAbort(error) && !isAbort('AbortError'));
  });
});
