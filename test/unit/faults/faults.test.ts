import assert from 'node:assert/strict';
import { AzureError } from '../../../src/azure/core/errors';
import { explain } from '../../../src/azure/explain/explain';
import { listFunctionApps, listKeyVaults } from '../../../src/inventory/listResources';
import type { RunningSandbox } from '../../support/sandbox';
import { startSandbox } from '../../support/sandbox';
import { control } from '../../support/sandboxClient';
import { connect, only } from '../azure/support';
import type { Operation, Seeded } from './operations';
import { operations, plainly, policyObjectIds, streamUntilGreeted } from './operations';

interface Fault {
  readonly what: string;
  readonly fault: Record<string, unknown>;
  /** How the operations end: 'done', or with what the user reads. */
  readonly ends: 'done' | RegExp;
  /** Operations that end differently. */
  readonly except?: Readonly<Record<string, 'done' | RegExp>>;
  /** Set if the write succeeded although its response was lost. */
  readonly written?: boolean;
}

const cut = /^The connection to localhost:\d+ was lost\. Try again\.$/;
const cutByVault = /^The connection to keyless-demo-kv\.vault\.localhost:\d+ was lost\. Try again\.$/;

const faults: readonly Fault[] = [
  { what: 'a slow response', fault: { latencyMs: 300 }, ends: 'done' },
  { what: '429 with Retry-After', fault: { status: 429, retryAfterSeconds: 1 }, ends: 'done' },
  { what: '429 without Retry-After', fault: { status: 429 }, ends: 'done' },
  {
    what: '429 that asks for minutes',
    fault: { status: 429, retryAfterSeconds: 300 },
    ends: /^Too many requests were sent to \S+\. Try again in 300 seconds\.$/,
  },
  { what: 'a 500', fault: { status: 500 }, ends: 'done' },
  { what: 'a 503', fault: { status: 503 }, ends: 'done' },
  {
    what: 'endless 500s',
    fault: { status: 500, count: 0 },
    ends: /^\S+ failed \(500\): The server encountered an internal error\. Please retry the request\. Try again in a minute/,
  },
  {
    what: 'endless 503s',
    fault: { status: 503, count: 0 },
    ends: /^\S+ is temporarily unavailable \(503\)\. It may still be starting\. Try again in a minute\.$/,
  },
  { what: 'a lost connection', fault: { disconnect: true }, ends: 'done' },
  {
    what: 'connections lost again and again',
    fault: { disconnect: true, count: 0 },
    ends: cut,
    except: { 'the list of secrets': cutByVault, 'a secret value': cutByVault },
  },
  { what: 'a truncated response', fault: { truncateJson: true }, ends: 'done', written: true },
  {
    what: 'endless truncated responses',
    fault: { truncateJson: true, count: 0 },
    ends: /^The response from \S+ couldn't be read: .*\. Try again\.$/,
    // Reading again shows that the write succeeded.
    except: { 'an application setting': 'done', 'turning on an identity': 'done' },
    written: true,
  },
  { what: 'an expired token', fault: { expiredToken: true }, ends: 'done' },
  {
    what: 'endless expired tokens',
    fault: { expiredToken: true, count: 0 },
    ends: /^Your sign-in has expired\. Sign in again\./,
    except: {
      'the list of secrets': /^\S+ didn't accept your sign-in: .* Sign in again\.$/,
      'a secret value': /^\S+ didn't accept your sign-in: .* Sign in again\.$/,
    },
  },
];

describe('faults', function () {
  this.timeout(60_000);
  let sandbox: RunningSandbox;
  let seeded: Seeded;
  /** Each operation has its own connection, so that none benefits from what another has learned. */
  const signIn = () => connect(sandbox.ready);

  before(async () => {
    sandbox = await startSandbox();
    const c = signIn();
    const { subscriptionIds } = sandbox.ready;
    seeded = {
      app: only((await listFunctionApps(c, subscriptionIds)).items, isDemo, 'the seeded app'),
      vault: only((await listKeyVaults(c, subscriptionIds)).items, isDemo, 'the seeded vault'),
    };
  });
  after(() => sandbox.stop());
  beforeEach(() => {
    policyObjectIds.length = 0;
  });
  afterEach(async () => {
    await control(sandbox.ready, 'DELETE', '/faults');
    await control(sandbox.ready, 'DELETE', '/claims-challenge');
    await plainly(sandbox.ready, 'PATCH', seeded.app.id, '2024-04-01', { identity: { type: 'None' } });
  });

  for (const { what, fault, ends, except, written } of faults)
    it(`${what}: ${ends === 'done' ? 'every operation succeeds' : 'every operation reports it with a next step and leaves nothing half done'}`, async () => {
      const before = await stateOf();
      for (const { target } of operations)
        await control(sandbox.ready, 'POST', '/faults', { ...target, ...fault });
      const endings = await Promise.all(operations.map((operation) => endingOf(operation)));
      await control(sandbox.ready, 'DELETE', '/faults');
      for (const [index, { name }] of operations.entries()) {
        const expected = except?.[name] ?? ends;
        const ending = endings[index] ?? '';
        if (expected === 'done') assert.equal(ending, 'done', name);
        else assert.match(ending, expected, name);
      }
      const wasWritten = written ?? ends === 'done';
      assert.deepEqual(await stateOf(), {
        identity: wasWritten ? 'SystemAssigned' : undefined,
        policies: [...before.policies, ...(wasWritten ? policyObjectIds : [])],
      });
    });

  it('a claims challenge: every operation answers it once', async () => {
    const connections = operations.map(() => signIn());
    // Tokens cached before the challenge don't have the claims.
    await Promise.all(
      operations.map((operation, index) => warmUp(operation, connections[index] ?? signIn())),
    );
    await new Promise((resolve) => setTimeout(resolve, 1100 - (Date.now() % 1000)));
    await control(sandbox.ready, 'POST', '/claims-challenge', {});
    for (const [index, operation] of operations.entries()) {
      const c = connections[index] ?? signIn();
      c.tokenRequests.length = 0;
      await operation.run(c, seeded, sandbox.ready);
      const withClaims = c.tokenRequests.filter(({ claims }) => claims !== undefined);
      assert.ok(withClaims.length >= 1, operation.name);
      assert.equal(
        new Set(withClaims.map(({ scopes }) => String(scopes))).size,
        withClaims.length,
        operation.name,
      );
    }
  });

  /** The third item is the reason that the user reads if the stream has to reconnect. */
  const streamFaults: readonly (readonly [string, Record<string, unknown>, RegExp?])[] = [
    ['a slow head', { latencyMs: 300 }],
    ['an expired token', { expiredToken: true }],
    ['429 with Retry-After', { status: 429, retryAfterSeconds: 1 }, /^Too many requests were sent to \S+\.$/],
    ['429 without Retry-After', { status: 429 }, /^Too many requests were sent to \S+\.$/],
    [
      'a 503 of a cold site',
      { status: 503 },
      /is temporarily unavailable \(503\)\. It may still be starting\.$/,
    ],
    ['a lost connection', { disconnect: true }, /^The connection to \S+ was lost\.$/],
    ...[0, 1, 24, 60].map(
      (bytes) =>
        [`a cut after ${bytes} bytes`, { cutAfterBytes: bytes }, /^The connection \S.* was lost\.$/] as const,
    ),
  ];
  for (const [what, fault, said] of streamFaults)
    it(`${what}: the log stream recovers`, async () => {
      await control(sandbox.ready, 'POST', '/faults', { service: 'scm', path: '/logstream', ...fault });
      const states = await streamUntilGreeted(signIn(), seeded.app);
      assert.deepEqual(states.at(-1), { kind: 'stopped' }, JSON.stringify(states));
      const reasons = states.flatMap((state) => (state.kind === 'reconnecting' ? [state.reason] : []));
      assert.equal(reasons.length, said ? 1 : 0, reasons.join());
      if (said) assert.match(reasons.join(), said);
    });

  it('endless expired tokens: the log stream ends and reports why and what to do', async () => {
    await control(sandbox.ready, 'POST', '/faults', { service: 'scm', expiredToken: true, count: 0 });
    const states = await streamUntilGreeted(signIn(), seeded.app);
    const last = states.at(-1);
    assert.equal(last?.kind, 'ended');
    assert.match(last.reason, /denied access \(401\)/);
    assert.ok(last.nextStep);
  });

  /** 'done', or what the user reads. */
  async function endingOf(operation: Operation): Promise<string> {
    try {
      await operation.run(signIn(), seeded, sandbox.ready);
      return 'done';
    } catch (error) {
      assert.ok(error instanceof AzureError, `${operation.name}: ${String(error)}`);
      const { reason, nextStep } = explain(error);
      return [reason, nextStep].filter(Boolean).join(' ');
    }
  }

  async function stateOf(): Promise<{ identity: string | undefined; policies: string[] }> {
    const { app, vault } = seeded;
    const site = await plainly<{ identity?: { type: string } }>(sandbox.ready, 'GET', app.id, '2024-04-01');
    const { properties } = await plainly<{ properties: { accessPolicies: { objectId: string }[] } }>(
      sandbox.ready,
      'GET',
      vault.id,
      '2023-07-01',
    );
    const policies = properties.accessPolicies.map(({ objectId }) => objectId);
    return { identity: site.identity?.type, policies };
  }

  /** Gets the tokens for an operation without running it. */
  async function warmUp({ target }: Operation, c: ReturnType<typeof signIn>): Promise<void> {
    if (target.service === 'vault')
      await operations.find(({ name }) => name === 'the list of secrets')?.run(c, seeded, sandbox.ready);
    else await listKeyVaults(c, sandbox.ready.subscriptionIds);
  }
});

function isDemo({ name }: { name: string }): boolean {
  return /^keyless-demo-(app|kv)$/.test(name);
}
