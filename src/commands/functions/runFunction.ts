import { l10n } from 'vscode';
import type { FunctionCall } from '../../azure/appService/invoke';
import { functionUrl, invokeFunction } from '../../azure/appService/invoke';
import { withProgress } from '../../ui/progress';
import type { AppTarget, FunctionTarget } from '../../inventory/targets';
import { describeAnswer } from './functionAnswer';
import type { HttpFunction } from './httpFunction';
import { httpFunction, keyFor } from './httpFunction';
import type { FunctionRequest } from './request';
import { composeRequest, contentTypeOf } from './functionRequest';
import { SavedRequests } from './savedRequests';
import type { Services } from '../services';

const title = () => l10n.t('Run Function');

/** Calls a function with an HTTP trigger, and shows its answer, which is kept only in memory. */
export async function runFunction(
  services: Pick<Services, 'documents' | 'inventory' | 'memento' | 'milestones'>,
  node?: AppTarget | FunctionTarget,
): Promise<void> {
  const target = await httpFunction(services, title(), node);
  const request = await composeRequest(target, new SavedRequests(services.memento));
  const { connection, app, fn } = target;
  const answer = await withProgress(l10n.t('Running {0}', fn.name), async (signal, report) => {
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
  services.milestones.ran(answer.status);
  await services.documents.show(
    `${fn.name} ${answer.status}.txt`,
    describeAnswer(calledOf(target, request), answer),
  );
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
