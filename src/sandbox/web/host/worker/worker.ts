// The process in which an app's JavaScript functions run. Started by workerProcess.ts, bundled into a
// separate file.
import { randomUUID } from 'node:crypto';
import { createRequire } from 'node:module';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { inspect } from 'node:util';
import type { FromWorker, Invocation, WorkerLevel } from './protocol';
import {
  endWithParent,
  provideSdk,
  redirectStorage,
  refuseInstanceMetadata,
  resolveSandboxNames,
} from './workerSetup';
import { ResponseBuilder, toRequest, toResponse } from './workerHttp';

type UserFunction = (context: unknown, ...inputs: unknown[]) => unknown;

// Deprecations inside the bundled SDK don't concern the app.
process.noDeprecation = true;
const requireScript = createRequire(__filename);

endWithParent();
resolveSandboxNames();
refuseInstanceMetadata();
redirectStorage(Number(process.argv[2]));
provideSdk(path.join(__dirname, 'function-sdk.js'));

const send = process.send?.bind(process);
const disconnect = process.disconnect.bind(process);
// User code must not be able to use the host's channel.
Object.assign(process, { send: undefined, disconnect: undefined });

process.on('disconnect', () => process.exit(0));
process.on('message', (message: Invocation) => {
  void run(message).then(sendToHost);
});
process.on('uncaughtException', (error) => {
  sendToHost({
    kind: 'log',
    level: 'Error',
    message: `Worker uncaught exception (learn more: https://go.microsoft.com/fwlink/?linkid=2097909 ): ${error.stack ?? error.message}`,
  });
  // The real worker exits too, but the line must leave the process first.
  setTimeout(() => {
    disconnect();
    process.exit(1);
  }, 50);
});
sendToHost({ kind: 'ready' });

function sendToHost(message: FromWorker): void {
  send?.(message, () => undefined);
}

async function run(invocation: Invocation): Promise<FromWorker> {
  const { invocationId } = invocation;
  try {
    const userFunction = await load(invocation);
    const { context, request, settled } = buildContext(invocation);
    const returned = userFunction(context, request ?? invocation.input);
    const result = isPromise(returned) ? await returned : await settled;
    if (invocation.request === undefined) return { kind: 'done', invocationId };
    return { kind: 'done', invocationId, response: toResponse(chooseOutput(invocation, context, result)) };
  } catch (error) {
    const failure = error instanceof Error ? error : new Error(inspect(error));
    return {
      kind: 'done',
      invocationId,
      error: { message: failure.message, stack: failure.stack ?? failure.message },
    };
  }
}

async function load({ scriptFile, entryPoint, functionName }: Invocation): Promise<UserFunction> {
  const loaded = (
    scriptFile.endsWith('.mjs')
      ? await import(/* a real ES module of the app */ pathToFileURL(scriptFile).href)
      : requireScript(scriptFile)
  ) as UserFunction | Record<string, unknown>;
  if (typeof loaded === 'function') return loaded;
  const exported =
    entryPoint === undefined
      ? (loaded['run'] ?? loaded['index'] ?? loaded['default'] ?? only(loaded))
      : loaded[entryPoint];
  if (typeof exported === 'function') return exported as UserFunction;
  throw new Error(
    entryPoint === undefined
      ? `Unable to determine function entry point: ${functionName}. If multiple functions are exported, you must indicate the entry point, either by naming it 'run' or 'index', or by naming it explicitly via the 'entryPoint' metadata property.`
      : `Unable to determine function entry point: ${entryPoint}. The function to call must be exported by the script.`,
  );
}

function only(exports: Record<string, unknown>): unknown {
  const values = Object.values(exports);
  return values.length === 1 ? values[0] : undefined;
}

interface Context {
  bindings: Record<string, unknown>;
  res: unknown;
}

function buildContext(invocation: Invocation): {
  context: Context;
  request?: unknown;
  settled: Promise<unknown>;
} {
  const { invocationId, functionName, functionDirectory } = invocation;
  const log = logFunction(invocationId);
  const { promise: settled, resolve, reject } = Promise.withResolvers<unknown>();
  const done = (error?: unknown, result?: unknown): void => {
    if (error === undefined || error === null) resolve(result);
    else
      reject(error instanceof Error ? error : new Error(typeof error === 'string' ? error : inspect(error)));
  };
  // If a function returns a promise and never calls done, this promise is ignored.
  settled.catch(() => undefined);
  const executionContext = { invocationId, functionName, functionDirectory, retryContext: null };
  const request = invocation.request === undefined ? undefined : toRequest(invocation.request);
  const bindings: Record<string, unknown> = {};
  for (const binding of invocation.bindings) {
    if (/trigger$/i.test(binding.type)) bindings[binding.name] = request ?? invocation.input;
  }
  for (const [name, content] of Object.entries(invocation.inputs ?? {}))
    bindings[name] = Buffer.from(content);
  const context = {
    invocationId,
    executionContext,
    bindings,
    bindingData: {
      ...invocation.request?.query,
      ...invocation.request?.params,
      invocationId,
      sys: { methodName: functionName, randGuid: randomUUID(), utcNow: new Date() },
    },
    bindingDefinitions: invocation.bindings,
    traceContext: {},
    log,
    req: request,
    res: request === undefined ? undefined : new ResponseBuilder(done),
    done,
  };
  return { context, request, settled };
}

function logFunction(invocationId: string): unknown {
  const at =
    (level: WorkerLevel) =>
    (...values: unknown[]): void => {
      sendToHost({
        kind: 'log',
        invocationId,
        level,
        message: values.map((value) => (typeof value === 'string' ? value : inspect(value))).join(' '),
      });
    };
  return Object.assign(at('Information'), {
    info: at('Information'),
    warn: at('Warning'),
    error: at('Error'),
    verbose: at('Trace'),
    metric: at('Information'),
  });
}

// Same order as the Node worker for functions with a function.json: the `$return` binding, then the named
// output of a returned object, then context.bindings, then context.res.
function chooseOutput(invocation: Invocation, context: Context, result: unknown): unknown {
  const name = invocation.bindings.find((binding) => /^http$/i.test(binding.type))?.name ?? 'res';
  if (name === '$return') return result;
  if (typeof result === 'object' && result !== null && name in result)
    return (result as Record<string, unknown>)[name];
  return context.bindings[name] ?? context.res;
}

function isPromise(value: unknown): value is Promise<unknown> {
  return typeof value === 'object' && value !== null && 'then' in value;
}
