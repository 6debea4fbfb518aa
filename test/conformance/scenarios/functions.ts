import { deleteFunctionKey, setFunctionKey } from '../../../src/azure/appService/functionKeys';
import { invokeFunction } from '../../../src/azure/appService/invoke';
import { getFunctionKeys, getHostKeys, listFunctions } from '../../../src/azure/appService/sites';
import type { FunctionInfo } from '../../../src/azure/core/model';
import { listed, outcomeOf, seenIn } from '../kit/report';
import { NotReached, type AppKind, type Run, type Scenario } from '../kit/run';
import { pingFunction, readSecretFunction } from './files';

/** Functions are listed, called, and given keys. */
export const functions: Scenario = {
  name: 'functions',
  async run(run) {
    for (const kind of ['windows', 'linux'] as const) {
      await run.check(
        `The functions of the ${kind} app`,
        {
          expected: `${pingFunction}, ${readSecretFunction}`,
          source: 'OpenAPI: WebApps.json, WebApps_ListFunctions',
        },
        async () => {
          const isThere = (names: readonly string[]) =>
            names.includes(pingFunction) && names.includes(readSecretFunction);
          const look = () => listFunctions(run.c, run.app(kind), run.signal).then(namesOf, () => []);
          return listed(await run.until(look, isThere));
        },
      );
      await callFunction(run, kind);
      await changeKeys(run, kind);
    }
    await run.check(
      'The functions of the flex app, to which nothing was deployed',
      { expected: 'none', source: 'OpenAPI: WebApps.json, WebApps_ListFunctions' },
      async () => listed(namesOf(await listFunctions(run.c, run.app('flex'), run.signal))),
    );
  },
};

function namesOf(all: readonly FunctionInfo[]): string[] {
  return all.map(({ name }) => name).sort();
}

async function callFunction(run: Run, kind: AppKind): Promise<void> {
  await run.check(
    `Calling a function of the ${kind} app with its key`,
    {
      expected: '200 pong',
      source: 'learn.microsoft.com/azure/azure-functions/functions-bindings-http-webhook-trigger',
    },
    async () => {
      const call = await callOf(run, kind, pingFunction);
      const look = () => seenIn(call('number=0').then(({ status, body }) => `${status} ${body}`));
      return await run.until(look, (seen) => seen === '200 pong');
    },
  );
  await run.check(
    `Calling it with a wrong key`,
    { expected: '401', source: 'learn.microsoft.com/azure/azure-functions/function-keys-how-to' },
    async () => {
      const app = run.app(kind);
      const call = { method: 'GET', key: 'x'.repeat(54) };
      const { status } = await invokeFunction(
        run.c,
        app,
        (await functionOf(run, kind, pingFunction)).fn,
        call,
        run.signal,
      );
      return String(status);
    },
  );
}

async function changeKeys(run: Run, kind: AppKind): Promise<void> {
  const { c, signal } = run;
  const app = run.app(kind);
  const source = 'recordings: azure-cli test_functionapp_keys_set (2024) and _keys_delete (2025)';
  const hostKeys = async () => listed(Object.keys((await getHostKeys(c, app, signal)).functionKeys).sort());
  await run.check(
    `The host keys of the ${kind} app after one was added`,
    { expected: 'conformance, default', source },
    async () => {
      await setFunctionKey(c, { app, name: 'conformance' }, undefined, signal);
      return await hostKeys();
    },
  );
  await run.check(
    `The host keys of the ${kind} app after it was deleted`,
    { expected: 'default', source },
    async () => {
      await deleteFunctionKey(c, { app, name: 'conformance' }, signal);
      return await hostKeys();
    },
  );
  await run.note(`Deleting it again from the ${kind} app`, () =>
    outcomeOf(deleteFunctionKey(c, { app, name: 'conformance' }, signal)),
  );
}

/**
 * A function with its key, once the host can be asked for them: it may be restarting.
 * @throws NotReached if the app doesn't have it
 */
async function functionOf(
  run: Run,
  kind: AppKind,
  name: string,
): Promise<{ readonly fn: FunctionInfo; readonly key: string }> {
  const { c, signal } = run;
  const app = run.app(kind);
  const read = async () => {
    const fn = (await listFunctions(c, app, signal)).find((one) => one.name === name);
    return fn && { fn, key: (await getFunctionKeys(c, app, fn, signal))['default'] ?? '' };
  };
  const found = await run.until(
    () => read().catch(() => undefined),
    (seen) => seen !== undefined,
    { minutes: 3 },
  );
  if (!found) throw new NotReached(`The ${kind} app doesn't have the function ${name}.`);
  run.learnSecret(found.key);
  return found;
}

/** Calls a function with its key and a query. */
export async function callOf(run: Run, kind: AppKind, name: string) {
  const { fn, key } = await functionOf(run, kind, name);
  return (query = '') => invokeFunction(run.c, run.app(kind), fn, { method: 'GET', key, query }, run.signal);
}
