import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { decodeJwt } from 'jose';
import { attachToRunning } from '../../../src/account/sandboxProcess';
import { restoreSandbox, signInToSandbox } from '../../../src/account/sandboxSession';
import type { SandboxPrompt, Session, Surroundings } from '../../../src/account/session';
import { Connection } from '../../../src/azure/core/connection';
import { root } from '../../support/paths';
import { isAlive, temporaryFolder } from '../../support/processes';
import type { SandboxReady } from '../../support/sandbox';
import { control } from '../../support/sandboxClient';
import { until } from '../../support/until';
import { Browser } from '../sandbox/entra/browser';

describe('a sandbox session', function () {
  this.timeout(60_000);
  let work: ReturnType<typeof temporaryFolder>;
  let surroundings: Surroundings;
  let session: Session;
  const { signal } = new AbortController();
  const stored = new Map<string, string>();

  before(async () => {
    work = temporaryFolder('sandbox-session');
    const secrets = {
      get: (key: string) => Promise.resolve(stored.get(key)),
      store: (key: string, value: string) => Promise.resolve(void stored.set(key, value)),
      delete: (key: string) => Promise.resolve(void stored.delete(key)),
    };
    surroundings = { extensionFolder: root, storageFolder: work.path, secrets, log: () => undefined };
    session = await signInToSandbox(surroundings, { report: () => undefined, signal });
  });
  after(async () => {
    const { pid } = readRecord();
    await session.stop?.();
    session.dispose();
    await until(() => !isAlive(pid), { what: 'the end of the sandbox' });
    work.remove();
  });

  it('signs in by itself as the first user', () => {
    assert.equal(session.account.label, readRecord().userName);
  });

  it('signs in on the page', async () => {
    const pages: Promise<void>[] = [];
    const prompt = (shown: SandboxPrompt) => pages.push(approve(shown));
    const other = await signInToSandbox(surroundings, { prompt, report: () => undefined, signal });
    await Promise.all(pages);
    assert.equal(pages.length, 1);
    assert.equal(other.account.label, readRecord().userName);
    other.dispose();
  });

  it('approves only a sign-in that waits for it', async () => {
    const handle = await attachToRunning(surroundings);
    assert.ok(handle);
    await assert.rejects(handle.approve('22222-2222', signal), {
      message: 'The sandbox returned status 400.',
    });
    handle.release();
  });

  it('has separate tokens for each tenant', async () => {
    const { resourceManager } = session.cloud;
    const home = await claimsIn(session, undefined);
    assert.equal(home.tid, session.homeTenantId);
    const other = (await tenantsSeen(session)).find((tenantId) => tenantId !== session.homeTenantId);
    assert.ok(other, `${resourceManager} has a second tenant`);
    const guest = await claimsIn(session, other);
    assert.equal(guest.tid, other);
    assert.notEqual(guest.oid, home.oid);
  });

  it('is restored after a reload without prompting', async () => {
    const restored = await restoreSandbox(session.account, surroundings);
    assert.ok(restored);
    assert.equal((await claimsIn(restored, undefined)).tid, session.homeTenantId);
    restored.dispose();
  });

  it('asks for the service that needs consent, and for no other', async () => {
    const { cloud } = session;
    const scope = `${cloud.applicationInsightsAudience}/.default`;
    await control(readRecord(), 'PATCH', '/settings', { consentNeeded: ['applicationInsights'] });
    const token = () => session.credential(undefined).getToken(scope);
    const to = { tenant: { tenantId: session.homeTenantId }, scope };
    await assert.rejects(token(), {
      reason: 'The sandbox requires you to sign in or give consent for Application Insights',
      action: { title: 'Sign In', command: 'keyless.signInToTenant', arguments: [to] },
    });
    const pages: Promise<void>[] = [];
    await session.signInToTenant?.(session.homeTenantId, {
      scope,
      withCode: (work) =>
        work({
          prompt: (prompt) => pages.push(approve(prompt)),
          report: () => undefined,
          signal,
        }),
    });
    await Promise.all(pages);
    assert.equal(pages.length, 1);
    const { aud } = decodeJwt((await token())?.token ?? '');
    assert.equal(aud, cloud.applicationInsightsAudience);
  });

  async function approve({ url, userName, password }: SandboxPrompt): Promise<void> {
    await (await new Browser(readRecord()).open(url)).submit({ username: userName, password });
  }

  function readRecord(): SandboxReady {
    return JSON.parse(
      fs.readFileSync(path.join(work.path, 'sandbox', 'record.json'), 'utf8'),
    ) as SandboxReady;
  }
});

async function claimsIn(session: Session, tenantId: string | undefined): Promise<Record<string, unknown>> {
  const scope = `${session.cloud.resourceManagerAudience}/.default`;
  const token = await session.credential(tenantId).getToken(scope);
  assert.ok(token);
  return decodeJwt(token.token);
}

async function tenantsSeen(session: Session): Promise<string[]> {
  const { createTransport } = await import('../../../src/azure/core/transport');
  const { TrustRegistry } = await import('../../../src/azure/core/tokens/trust');
  const { listTenants } = await import('../../../src/azure/directory/subscriptions');
  const { cloud, homeTenantId = '' } = session;
  const http = createTransport({ cloud: () => cloud, trust: new TrustRegistry({ cloud: () => cloud }) });
  const connection = new Connection({
    accountId: 'test',
    tenantId: homeTenantId,
    cloud,
    credential: session.credential(undefined),
    http,
  });
  return (await listTenants(connection)).map(({ tenantId }) => tenantId);
}
