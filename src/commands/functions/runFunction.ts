import { l10n } from 'vscode';
import type { FunctionAnswer, FunctionCall } from '../../azure/appService/invoke';
import { functionUrl, invokeFunction } from '../../azure/appService/invoke';
import type { ReadFailure } from '../../azure/keyVault/readFailures';
import { ReadFailureFinder } from '../../azure/keyVault/readFailures';
import type { FunctionApp } from '../../azure/core/model';
import { withProgress } from '../../ui/progress';
import type { AppTarget, FunctionTarget } from '../../inventory/targets';
import { describeAnswer } from './functionAnswer';
import { enableIfDisabled } from './enableFunction';
import type { HttpFunction } from './httpFunction';
import { httpFunction, keyFor } from './httpFunction';
import type { FunctionRequest } from './request';
import { composeRequest, contentTypeOf } from './functionRequest';
import { SavedRequests } from './savedRequests';
import type { Services } from '../services';

const title = () => l10n.t('Run Function');

/** Calls a function with an HTTP trigger, and shows its answer, which is kept only in memory. */
export async function runFunction(
  services: Pick<
    Services,
    'changes' | 'documents' | 'inventory' | 'logStreams' | 'memento' | 'milestones' | 'refresh'
  >,
  node?: AppTarget | FunctionTarget,
): Promise<void> {
  const target = await httpFunction(services, title(), node);
  const { connection, app, fn } = target;
  if (fn.disabled) await enableIfDisabled(services, target);
  const request = await composeRequest(target, new SavedRequests(services.memento));
  let answer = await run(target, request);
  // Someone may have disabled it since it was listed.
  if (answer.status === 404 && (await enableIfDisabled(services, target)))
    answer = await run(target, request);
  services.milestones.ran(answer.status);
  const failure = readFailureOf(app, answer);
  const offer = {
    title: l10n.t("Why Can't It Read?"),
    command: 'keyless.explainReadFailure',
    arguments: [{ target: { connection, app }, failure, at: new Date() }],
  };
  await services.documents.show(
    `${fn.name} ${answer.status}.txt`,
    describeAnswer(calledOf(target, request), answer),
    failure ? [offer] : [],
  );
}

function run(target: HttpFunction, request: FunctionRequest): Promise<FunctionAnswer> {
  const { connection, app, fn } = target;
  return withProgress(l10n.t('Running {0}', fn.name), async (signal, report) => {
    report(l10n.t('getting its key'));
    const key = await keyFor(target, request.key, signal);
    report(l10n.t('waiting for its response'));
    return invokeFunction(
      connection,
      app,
      fn,
      { ...callOf(request), ...(key === undefined ? {} : { key }) },
      signal,
    );
  });
}

/**
 * Why the function couldn't read a secret, if its answer tells. An app that uses a reference's text instead of the secret
 * can answer with any status. The host hides the reason of an exception. That an app without an identity failed because of
 * that is inferred: the report says whether it did.
 */
function readFailureOf({ identity }: FunctionApp, { status, body }: FunctionAnswer): ReadFailure | undefined {
  const failures = new ReadFailureFinder().push(body.split('\n'));
  if (status < 400) return failures.find(({ kind }) => kind === 'unresolved');
  const hasIdentity = identity.systemAssigned !== undefined || identity.userAssigned.length > 0;
  return failures[0] ?? (status === 500 && body === '' && !hasIdentity ? { kind: 'noIdentity' } : undefined);
}

function callOf(request: FunctionRequest): FunctionCall {
  const { method, route, query, headers, body } = request;
  return {
    method,
    route,
    query,
    headers: { ...headers, ...contentTypeOf(request) },
    ...(body === '' ? {} : { body }),
  };
}

/** What was called, without the query, because that can contain a key. */
function calledOf({ app, fn }: HttpFunction, { method, route }: FunctionRequest): string {
  return `${method} ${functionUrl(app, fn, { route })}`;
}
