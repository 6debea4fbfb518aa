import assert from 'node:assert/strict';
import type { AzureError } from '../../../../src/azure/core/errors';
import { errorOfAnswer } from '../../../../src/azure/core/errors';
import { explain } from '../../../../src/azure/explain/explain';

function answer(status: number, body: unknown, url = 'https://kv.vault.azure.net/secrets/a?api-version=7.5') {
  return errorOfAnswer({
    status,
    headers: { get: () => undefined },
    bodyAsText: JSON.stringify(body),
    request: { method: 'GET', url },
  });
}

const arm = (status: number, code: string, message: string) =>
  answer(status, { error: { code, message } }, 'https://management.azure.com/subscriptions/s');

describe('explain', () => {
  const cases: [string, AzureError, RegExp, RegExp][] = [
    [
      'a policy that requires a second factor',
      arm(
        403,
        'RequestDisallowedByPolicy',
        "Resource 'x' was disallowed by policy. Reasons: 'MFA is required.'. See error details for policy resource IDs.",
      ),
      /requires multifactor authentication/,
      /second factor/,
    ],
    [
      'a missing role to purge a deleted vault, which Key Vault Contributor excludes',
      arm(
        403,
        'AuthorizationFailed',
        "The client 'c' with object id 'o' does not have authorization to perform action 'Microsoft.KeyVault/locations/deletedVaults/purge/action' over scope '/subscriptions/s' or the scope is invalid.",
      ),
      /deletedVaults\/purge\/action/,
      /Key Vault Purge Operator or Contributor/,
    ],
    [
      // Recorded: azure-service-operator, Test_KeyVault_OwnerIsARMID (2024).
      'a deleted vault that was recovered or purged',
      arm(404, 'DeletedVaultNotFound', "The specified deleted vault 'kv' does not exist."),
      /wasn't found/,
      /recovered or purged/,
    ],
    [
      'a network security perimeter of a vault',
      answer(403, {
        error: {
          code: 'Forbidden',
          message:
            'The request was forbidden by NSP policy.\r\nCaller: appid=a\r\nVault: kv1;location=westus',
          innererror: { code: 'ForbiddenByNsp' },
        },
      }),
      /perimeter of the vault kv1 doesn't allow/,
      /inbound access rule.*don't help/,
    ],
    [
      'a network security perimeter of a workspace, which answers as if a role were missing',
      answer(
        403,
        {
          error: {
            code: 'InsufficientAccessError',
            message: 'The provided credentials have insufficient access to perform the requested operation',
            innererror: {
              code: 'NspValidationFailedError',
              message:
                "Access to workspace 'w' from '203.0.113.7' is denied. To allow access from public networks, change the workspace Networking settings or add it to a Network Security Perimeter.",
            },
          },
        },
        'https://api.loganalytics.io/v1/workspaces/w/query',
      ),
      /don't allow queries from the IP address 203\.0\.113\.7/,
      /A role doesn't help/,
    ],
    [
      // microsoft/AzureStorageExplorer#8979.
      'a network security perimeter of a storage account',
      arm(
        403,
        'AuthorizationFailure',
        'This request is not authorized by network security perimeter to perform this operation.',
      ),
      /storage account's network security perimeter/,
      /A role on the storage account doesn't help/,
    ],
    [
      'a host that is starting',
      answer(
        400,
        {
          Code: 'BadRequest',
          Message: 'Encountered an error (ServiceUnavailable) from host runtime.',
          Details: [{ Message: 'Encountered an error (ServiceUnavailable) from host runtime.' }],
        },
        'https://management.azure.com/subscriptions/s',
      ),
      /Functions host didn't answer \(ServiceUnavailable\)/,
      /AzureWebJobsStorage/,
    ],
    [
      'a lock of App Service',
      arm(
        429,
        '429',
        'Cannot acquire exclusive lock to create, update or delete this site. Retry the request later.',
      ),
      /Another change to this resource is still in progress/,
      /in a minute/,
    ],
    [
      'a plan that is being changed',
      arm(409, 'Conflict', 'Cannot modify this web hosting plan because another operation is in progress.'),
      /Another change to this resource is still in progress/,
      /in a minute/,
    ],
    [
      'a network that is being changed',
      arm(429, 'RetryableError', 'A retryable error occurred.'),
      /Another change to this resource is still in progress/,
      /in a minute/,
    ],
    [
      'a site that runs from a package',
      answer(
        409,
        {
          Message:
            "Could not write to local resource 'D:\\home\\site\\wwwroot\\a.js' due to error 'Invalid access to memory location. '.",
        },
        'https://app.scm.azurewebsites.net/api/vfs/site/wwwroot/a.js',
      ),
      /files are read-only, because it runs from a package/,
      /deploy/,
    ],
    [
      'a site that runs from a package, on Linux',
      answer(
        409,
        { Message: "Access to the path '/home/site/wwwroot/a.js' is denied." },
        'https://app.scm.azurewebsites.net/api/vfs/site/wwwroot/a.js',
      ),
      /files are read-only/,
      /deploy/,
    ],
    [
      'a missing deleted secret',
      answer(404, { error: { code: 'SecretNotFound', message: 'Deleted Secret not found: key1' } }),
      /vault kv doesn't have a deleted secret named key1/,
      /recovered or purged/,
    ],
    [
      'a missing secret to delete',
      answer(404, { error: { code: 'SecretNotFound', message: 'Secret not found: key1' } }),
      /vault kv doesn't have a secret named key1/,
      /Refresh/,
    ],
    [
      'an identity that was deleted',
      arm(
        400,
        'FailedIdentityOperation',
        `Identity operation for resource '/subscriptions/s/app' failed with error 'Failed to perform resource identity operation. Status: 'BadRequest'. Response: '{"error":{"code":"BadRequest","message":"Resource '/subscriptions/s/resourcegroups/g/providers/Microsoft.ManagedIdentity/userAssignedIdentities/id1' was not found."}}'.'.`,
      ),
      /identity id1 doesn't exist/,
      /remove it from the app/,
    ],
    [
      'another failure to change identities',
      arm(
        400,
        'FailedIdentityOperation',
        `Identity operation for resource '/subscriptions/s/app' failed with error 'Failed to perform resource identity operation. Status: 'BadRequest'. Response: '{"error":{"code":"BadRequest","message":"Bad request."}}'.'.`,
      ),
      /couldn't change the managed identities: Bad request\.$/,
      /Refresh the app/,
    ],
  ];
  for (const [what, error, reason, nextStep] of cases)
    it(`explains ${what}`, () => {
      const words = explain(error);
      assert.match(words.reason, reason);
      assert.match(words.nextStep ?? '', nextStep);
    });
});

describe('errors', () => {
  it('include what only their details say, and nothing twice', () => {
    const details = [
      { code: 'RetryableErrorDueToAnotherOperation', message: 'Operation PutSubnet is updating resource a.' },
      { code: 'x', message: '' },
      { code: 'x', message: 'Operation PutSubnet is updating resource a.' },
      null,
    ];
    assert.equal(
      answer(429, { error: { code: 'RetryableError', message: 'A retryable error occurred.', details } })
        .message,
      'A retryable error occurred. Operation PutSubnet is updating resource a.',
    );
    const again = {
      Code: 'Conflict',
      Message: 'Busy.',
      Details: [{ Message: 'Busy.' }, { Code: 'Conflict' }],
    };
    assert.equal(answer(409, again).message, 'Busy.');
    const many = Array.from({ length: 50 }, (_, index) => ({ message: `${index}${'x'.repeat(1000)}` }));
    assert.ok(answer(400, { error: { code: 'x', message: 'm', details: many } }).message.length < 2000);
  });
});
