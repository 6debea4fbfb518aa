import type { RunningSandbox } from '../../support/sandbox';
import { startSandbox } from '../../support/sandbox';
import type { TestConnection } from './support';
import { connect, control } from './support';

/** A sandbox for a suite, and a connection to it. */
export function useSandbox() {
  let opened: { readonly sandbox: RunningSandbox; readonly c: TestConnection } | undefined;
  before(async () => {
    const sandbox = await startSandbox();
    opened = { sandbox, c: connect(sandbox.ready) };
  });
  after(() => opened?.sandbox.stop());
  const now = () => {
    if (opened) return opened;
    throw new Error('The sandbox has not started.');
  };
  return {
    get ready() {
      return now().sandbox.ready;
    },
    get c() {
      return now().c;
    },
    /** Sends a request to the sandbox's control API. */
    control: (method: 'POST' | 'PATCH' | 'DELETE', path: string, body?: unknown) =>
      control(now().c, now().sandbox.ready, method, path, body),
  };
}
