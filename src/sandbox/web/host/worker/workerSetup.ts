import dns from 'node:dns';
import Module from 'node:module';
import net from 'node:net';
import tls from 'node:tls';
import { Worker } from 'node:worker_threads';

/** Names that only this sandbox serves; this machine need not resolve them. */
const sandboxName = /^(?:[a-z0-9-]+\.(?:vault|blob|queue|table|sites|scm)\.)?localhost$/i;

/** Names of storage accounts in Azure's clouds. */
const storageName =
  /^([a-z0-9]{3,24}\.(?:blob|queue|table))\.core\.(?:windows\.net|usgovcloudapi\.net|chinacloudapi\.cn)$/i;

/**
 * Ends this process and whatever it started soon after the sandbox has ended for any reason, even if it was
 * killed without cleaning up. A thread watches for that, so it also works while a function is in an endless
 * loop.
 */
export function endWithParent(): void {
  const watch = `
    const group = process.platform === 'win32' ? ${process.pid} : -${process.pid};
    setInterval(() => {
      try {
        if (process.ppid === ${process.ppid}) return void process.kill(${process.ppid}, 0); // On Windows ppid never changes
      } catch {}
      process.kill(group, 'SIGKILL');
    }, 500);`;
  const thread = new Worker(watch, { eval: true, env: {}, execArgv: [], stdout: true, stderr: true });
  thread.on('error', () => undefined);
  thread.unref();
}

/** Makes the sandbox's names, and no others, resolve to 127.0.0.1. */
export function resolveSandboxNames(): void {
  const original = dns.lookup;
  type Callback = (
    error: NodeJS.ErrnoException | null,
    address: string | dns.LookupAddress[],
    family?: number,
  ) => void;
  const lookup = (name: string, options: dns.LookupOptions | Callback, callback?: Callback): void => {
    const done = typeof options === 'function' ? options : callback;
    if (done === undefined || !sandboxName.test(name)) {
      Reflect.apply(original, dns, [name, options, callback]);
      return;
    }
    const all = typeof options === 'object' && options.all === true;
    process.nextTick(() => {
      if (all) done(null, [{ address: '127.0.0.1', family: 4 }]);
      else done(null, '127.0.0.1', 4);
    });
  };
  Object.assign(dns, { lookup });
}

/** Leads TLS connections to storage accounts to the sandbox's, so that none reaches Azure. */
export function redirectStorage(port: number): void {
  const original = tls.connect as (...values: unknown[]) => tls.TLSSocket;
  const connect = (...values: unknown[]): tls.TLSSocket => {
    const [options, ...rest] = values as [tls.ConnectionOptions, ...unknown[]];
    const name = storageName.exec(options.host ?? '')?.[1];
    if (name === undefined) return original(...values);
    const here = { host: '127.0.0.1', port, servername: `${name}.localhost` };
    return original({ ...options, ...here }, ...rest);
  };
  Object.assign(tls, { connect });
}

/**
 * An app in the sandbox has no instance metadata endpoint. A credential that looks for one must not reach
 * that of the (possibly real) virtual machine underneath.
 */
export function refuseInstanceMetadata(): void {
  const original = Reflect.get(net.Socket.prototype, 'connect') as (...values: unknown[]) => net.Socket;
  const connect = function (this: net.Socket, ...values: unknown[]): net.Socket {
    if (!hostsOf(values).some((host) => host.startsWith('169.254.')))
      return Reflect.apply(original, this, values);
    const error = Object.assign(new Error('connect ENETUNREACH 169.254.169.254:80'), {
      code: 'ENETUNREACH',
      syscall: 'connect',
    });
    process.nextTick(() => this.destroy(error));
    return this;
  };
  Object.assign(net.Socket.prototype, { connect });
}

/** The hosts that arguments of `connect` name: `(options)`, `(port, host)` or, from Node itself, `([options])`. */
function hostsOf(values: readonly unknown[]): string[] {
  return values.flat().flatMap((value) => {
    const host: unknown = typeof value === 'object' && value !== null ? Reflect.get(value, 'host') : value;
    return typeof host === 'string' ? [host] : [];
  });
}

/** Lets functions require the sandbox's Azure SDK if they don't bring their own. */
export function provideSdk(sdkFile: string): void {
  const members: Record<string, string> = {
    '@azure/identity': 'identity',
    '@azure/keyvault-secrets': 'secrets',
  };
  type Load = (request: string, parent: unknown, isMain: boolean) => unknown;
  const internals = Module as unknown as { _load: Load };
  const original = internals._load;
  internals._load = (request, parent, isMain) => {
    const member = members[request];
    if (member === undefined) return original(request, parent, isMain);
    try {
      return original(request, parent, isMain);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'MODULE_NOT_FOUND') throw error;
      return (original(sdkFile, parent, false) as Record<string, unknown>)[member];
    }
  };
}
