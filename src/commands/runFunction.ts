import { functionUrl, invokeFunction } from '../azure/invoke';
import { UserError } from '../ui/errors';
import { withProgress } from '../ui/progress';
import type { Choice } from '../ui/quickPick';
import { askText, pickOne } from '../ui/quickPick';
import type { AppTarget, FunctionTarget } from '../ui/targets';
import { describeAnswer, parseJson } from './functionAnswer';
import type { HttpFunction } from './functionKeys';
import { askRoute, httpFunction, keyFor } from './functionKeys';
import type { Services } from './services';

const title = 'Run Function';

/** Calls a function with an HTTP trigger and shows its answer, which is kept in memory only. */
export async function runFunction(services: Services, node?: AppTarget | FunctionTarget): Promise<void> {
  const target = await httpFunction(services, title, node);
  const { connection, app, fn } = target;
  const method = await pickMethod(target);
  const route = await askRoute(title, target);
  const content = hasBody(method) ? await askBody(fn.name) : await askQuery(fn.name);
  const answer = await withProgress(`Running ${fn.name}`, async (signal, report) => {
    report('getting its key');
    const key = await keyFor(target, signal);
    report('waiting for its answer');
    return invokeFunction(
      connection,
      app,
      fn,
      { method, route, ...content, ...(key === undefined ? {} : { key }) },
      signal,
    );
  });
  const called = `${method} ${functionUrl(app, fn, { route })}`;
  await services.documents.show(`${fn.name} ${answer.status}.txt`, describeAnswer(called, answer));
}

/** App Service's own list, for triggers that allow every method. */
const everyMethod = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'HEAD', 'OPTIONS'];

async function pickMethod({ fn }: HttpFunction): Promise<string> {
  const allowed = fn.http.methods.map((method) => method.toUpperCase());
  const [only, ...others] = allowed;
  if (only !== undefined && others.length === 0) return only;
  const choices = (allowed.length > 0 ? allowed : everyMethod).map((method): Choice<string> => ({
    label: method,
    value: method,
  }));
  return pickOne(
    () => Promise.resolve(choices),
    { title, placeHolder: `Select the method to call ${fn.name} with` },
    () => new UserError(`${fn.name} allows no method`),
  );
}

function hasBody(method: string): boolean {
  return method === 'POST' || method === 'PUT' || method === 'PATCH';
}

async function askBody(name: string): Promise<{ body?: string; headers?: Record<string, string> }> {
  const body = await askText({
    title,
    prompt: `Body for ${name}: JSON or text, or nothing`,
    placeHolder: '{ "name": "value" }',
  });
  if (body === '') return {};
  return {
    body,
    headers: {
      'content-type': parseJson(body) === undefined ? 'text/plain; charset=utf-8' : 'application/json',
    },
  };
}

async function askQuery(name: string): Promise<{ query?: Record<string, string> }> {
  const query = await askText({
    title,
    prompt: `Query for ${name}, or nothing`,
    placeHolder: 'name=value&other=value',
  });
  return query === '' ? {} : { query: Object.fromEntries(new URLSearchParams(query)) };
}
