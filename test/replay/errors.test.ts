import assert from 'node:assert/strict';
import { createPipelineRequest } from '@azure/core-rest-pipeline';
import { errorOfAnswer } from '../../src/azure/core/errors';
import { explain } from '../../src/azure/explain/explain';
import { skip } from '../support/skip';
import type { Exchange } from './recordings';
import { answerOf, loadAll, whyAbsent } from './recordings';

describe('Recorded errors', () => {
  before(function () {
    const reason = whyAbsent();
    if (reason !== undefined) skip(this, reason);
  });

  const errorOf = (exchange: Exchange) => {
    const url = new URL(exchange.request.url, 'https://management.azure.com').href;
    return errorOfAnswer(answerOf(exchange, createPipelineRequest({ url })));
  };

  it('all have an explanation', () => {
    const failures = loadAll().filter(({ response }) => response.status >= 400);
    assert.ok(failures.length > 150, `${failures.length}`);
    for (const exchange of failures) {
      const error = errorOf(exchange);
      const { reason, nextStep } = explain(error);
      const where = `${exchange.file} ${exchange.seq}: ${reason} | ${nextStep ?? ''}`;
      assert.ok(reason.length > 10, where);
      assert.doesNotMatch(`${reason} ${nextStep ?? ''}`, /undefined|\[object|NaN|Bearer ey/, where);
      if (error.code !== undefined) assert.match(error.code, /^[\w.-]+$/, where);
      if (error.status !== 400 && error.code !== 'RoleAssignmentExists') assert.ok(nextStep, where);
    }
  });

  it('have a specific explanation for each known kind', () => {
    const expected: Record<string, RegExp> = {
      AuthorizationFailed: /no role that allows Microsoft\.\S+ on \S+.*owner/s,
      RequestDisallowedByPolicy: /Azure Policy doesn't allow this: Deny ASA non-MI authentication/,
      ScopeLocked: /A lock on \/subscriptions\/\S+ prevents this.*Remove the lock/s,
      MissingSubscriptionRegistration: /az provider register --namespace Microsoft\.Automation/,
      PrincipalNotFound: /doesn't recognize the identity yet/,
      RoleAssignmentExists: /already assigned/,
      ResourceNotFound: /The resource wasn't found/,
      ResourceGroupNotFound: /The resource wasn't found/,
      ExpiredAuthenticationToken: /expired/,
      AuthenticationFailed: /didn't accept your sign-in/,
      SecretNotFound: /doesn't have a (secret|deleted secret) /,
      ResourceRequestsThrottled: /in 324 seconds/,
      GatewayTimeout: /didn't respond in time/,
      Authorization_RequestDenied: /directory/,
      SecretDisabled: /The secret is disabled/,
      SecretManagedByKeyVault: /certificate/,
      ObjectIsDeletedButRecoverable: /Recover or purge that secret/,
      ObjectIsBeingDeleted: /being deleted/,
      ForbiddenByPolicy: /A policy on the vault vaultname/,
      AccessDenied: /No access policy on the vault/,
    };
    const seen = new Set<string>();
    for (const exchange of loadAll().filter(({ response }) => response.status >= 400)) {
      const error = errorOf(exchange);
      const key = error.innerCode ?? error.code ?? '';
      const words = expected[key];
      if (!words) continue;
      seen.add(key);
      const { reason, nextStep } = explain(error);
      assert.match(`${reason} ${nextStep ?? ''}`, words, `${exchange.file} ${exchange.seq}`);
      if (key === 'SecretNotFound')
        assert.equal(reason.includes('deleted secret'), exchange.request.url.includes('/deletedsecrets/'));
    }
    assert.deepEqual([...seen].sort(), Object.keys(expected).sort());
  });
});
