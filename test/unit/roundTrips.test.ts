import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import type { Memento } from 'vscode';
import { planRead } from '../../src/access/plan/plan';
import type { Accounts } from '../../src/account/accounts';
import { readScmFile } from '../../src/azure/appService/scm';
import { changeAppSettings } from '../../src/azure/appService/settings/appSettings';
import { statSiteFile, writeSiteFile } from '../../src/azure/appService/siteFiles';
import { enableSystemAssignedIdentity } from '../../src/azure/appService/sites';
import { createRoleAssignment, roleDefinitionIdOf } from '../../src/azure/directory/roles';
import { listSubscriptions } from '../../src/azure/directory/subscriptions';
import { formatKeyVaultReference } from '../../src/azure/keyVault/secretUri';
import { addAccessPolicy } from '../../src/azure/keyVault/vaults';
import type { LogStreamState } from '../../src/azure/logs/logState';
import { openLogStream } from '../../src/azure/logs/logStream';
import type * as siteFinder from '../../src/files/siteFinder';
import type * as siteUris from '../../src/files/siteUris';
import { apply } from '../../src/grants/apply';
import { beginGrant } from '../../src/grants/beginGrant';
import type { ReadQuestion } from '../../src/grants/readFacts';
import { readFacts } from '../../src/grants/readFacts';
import { listAllSecrets } from '../../src/inventory/secretLists';
import { limits } from '../bench/limits';
import { RoundTrips } from '../support/roundTrips';
import { withVscodeStub } from './account/vscodeStub';
import type { TestConnection } from './azure/support';
import { useGrantWorld } from './grants/grantWorld';

const load = createRequire(__filename);
const { SiteFinder, SiteUris } = withVscodeStub(() => ({
  ...(load('../../src/files/siteFinder') as typeof siteFinder),
  ...(load('../../src/files/siteUris') as typeof siteUris),
}));

const most = limits.trips;

/**
 * How many requests wait for one another until a person sees the result. The aim is two. Where there are more, each one
 * keeps a promise of the design: read right before a write, read again after it, and grant before what needs the grant.
 */
describe('The requests that wait for one another', function () {
  this.timeout(30_000);
  const world = useGrantWorld();
  const { app, vault, question, rbacQuestion, never } = world;
  const principalId = () => app('keyless-rbac-app').identity.userAssigned[0]?.principalId ?? assert.fail();
  const rbacKv = () => vault('keyless-rbac-kv');

  async function tripsOf(act: (c: TestConnection) => Promise<unknown>): Promise<number> {
    const trips = new RoundTrips(world.c);
    await act(trips.connection);
    return trips.rounds.length;
  }

  // Reads and writes. Two reads to notice a lost change follow: another client may write what it read before (queue.ts).
  for (const name of ['keyless-demo-app', 'keyless-rbac-app'])
    it(`to enable the identity of ${name} are two, and two more to check it`, async () => {
      const trips = new RoundTrips(world.c);
      let check: Promise<unknown> | undefined;
      let before = 0;
      const later = (work: Promise<unknown>) => {
        before = trips.rounds.length;
        check = work;
      };
      const on = await enableSystemAssignedIdentity(trips.connection, app(name), undefined, { later });
      assert.ok(on.identity.systemAssigned?.principalId);
      assert.equal(before, most.enableIdentity);
      await check;
      assert.equal(trips.rounds.length, most.enableIdentityAndCheck);
    });

  // Key Vault adds to what a principal has, so nothing has to be read first.
  it('to add an access policy is one', async () => {
    const policy = { objectId: principalId(), permissions: { secrets: ['get'] } };
    assert.equal(await tripsOf((c) => addAccessPolicy(c, vault(), policy)), most.addPolicy);
  });

  it('to list secrets, whose URIs are then copied without a request, are one, and one more for a new vault', async () => {
    const list = (c: TestConnection) => listAllSecrets(c, vault(), never);
    // The vault says in a challenge which token it wants.
    assert.equal(await tripsOf(list), most.listSecretsOfNewVault);
    assert.equal(await tripsOf(list), most.listSecrets);
  });

  // Looks for an existing assignment first, because a repeated PUT is answered like the first one.
  it('to assign a role are two', async () => {
    // As the view does. Another tenant's subscription needs a name for the identity's resource, too.
    await listSubscriptions(world.c);
    const { id, subscriptionId } = rbacKv();
    const roleDefinitionId = roleDefinitionIdOf(subscriptionId, '4633458b-17de-408a-b874-0445c86b69e6');
    const wanted = { scope: id, roleDefinitionId, principalId: principalId() };
    assert.equal(await tripsOf((c) => createRoleAssignment(c, wanted)), most.assignRole);
  });

  describe('to let an app read', () => {
    const plan = (asked: ReadQuestion) =>
      tripsOf((c) => readFacts({ ...asked, connection: c, vaultConnection: c }));

    it('are two for the plan, even if the subscription has not been listed yet', async () => {
      assert.equal(await plan(rbacQuestion()), most.planGrant);
    });

    // App Service's words about a reference are read after the settings, whose values are hidden in them.
    it('are three for the plan if a setting refers to the secret', async () => {
      const reference = formatKeyVaultReference({ vaultUri: rbacKv().vaultUri, name: 'DbPassword' });
      const change = { kind: 'set', name: 'DB', value: reference } as const;
      await changeAppSettings(world.c, app('keyless-rbac-app'), change);
      assert.equal(await plan(rbacQuestion()), most.planGrantWithReference);
    });

    /** As `applyPlan()` does it. @returns the requests of each round */
    async function grant(asked: ReadQuestion): Promise<readonly string[][]> {
      await listSubscriptions(world.c);
      const { facts, app: planned } = await readFacts(asked);
      const { steps } = planRead(facts, { roleScope: 'secret' });
      const trips = new RoundTrips(world.c);
      const now = { ...asked, connection: trips.connection, vaultConnection: trips.connection };
      let check: Promise<unknown> | undefined;
      const { failure } = await apply({ ...world.place(), ...now }, steps, () => undefined, never, {
        app: planned,
        ready: beginGrant(now, planned, steps, never),
        later: (work) => void (check = work),
      });
      assert.equal(failure, undefined);
      const rounds = [...trips.rounds];
      await check;
      return rounds;
    }

    /** What a round writes, without what names the resource and the assignment. */
    const written = (round: readonly string[] | undefined) =>
      round
        ?.filter((line) => /^(PUT|PATCH)/.test(line))
        .map((line) => line.replace(/\/[0-9a-f-]{36}$/, '').replace(/ .*\//, ' '));

    // An undo needs to know the references and the role that were there.
    it('are two for a role', async () => {
      const identity = app('keyless-rbac-app').identity.userAssigned[0]?.resourceId ?? assert.fail();
      const rounds = await grant(rbacQuestion({ identity }));
      assert.equal(rounds.length, most.grantRole);
      assert.deepEqual(rounds.map(written), [[], ['PUT roleAssignments']]);
    });

    it('are two for an access policy', async () => {
      await enableSystemAssignedIdentity(world.c, app());
      const rounds = await grant(question());
      assert.equal(rounds.length, most.grantPolicy);
      assert.deepEqual(rounds.map(written), [[], ['PUT add']]);
    });

    // The policy needs the principal, which the write of the identity brings.
    for (const name of ['keyless-demo-app', 'keyless-rbac-app'])
      it(`are three for an identity of ${name} and an access policy`, async () => {
        const rounds = await grant(question({ appId: app(name).id, identity: 'SystemAssigned' }));
        assert.equal(rounds.length, most.grantIdentityAndPolicy);
        assert.deepEqual(rounds.map(written), [[], [`PATCH ${name}`], ['PUT add']]);
      });

    it('are three for an identity and a role', async () => {
      const rounds = await grant(rbacQuestion({ identity: 'SystemAssigned' }));
      assert.equal(rounds.length, most.grantIdentityAndRole);
      assert.deepEqual(rounds.map(written), [[], ['PATCH keyless-rbac-app'], ['PUT roleAssignments']]);
    });

    // Unlike a new one, an identity that exists may have the permission already, which an undo then leaves.
    it('are four for a user-assigned identity and an access policy', async () => {
      const identity = app('keyless-rbac-app').identity.userAssigned[0]?.resourceId ?? assert.fail();
      const rounds = await grant(question({ identity }));
      assert.equal(rounds.length, most.grantAssignedIdentityAndPolicy);
    });
  });

  // The folders, and then the ends of the files. The stream itself is opened meanwhile.
  for (const name of ['keyless-demo-app', 'keyless-linux-app'])
    it(`to stream the log of ${name} are two`, async () => {
      const folder = 'LogFiles/Application/Functions/Host';
      await writeSiteFile(world.c, app(name), `${folder}/a.log`, Buffer.from('a line\n'), undefined);
      const stop = new AbortController();
      const trips = new RoundTrips(world.c);
      let rounds = 0;
      const state = ({ kind }: LogStreamState) => {
        if (kind !== 'live') return;
        rounds = trips.rounds.length;
        stop.abort();
      };
      const sink = { lines: () => undefined, state };
      const options = { path: 'application/functions/host' };
      await openLogStream(trips.connection, app(name), options, sink, stop.signal);
      assert.equal(rounds, most.streamLog);
      const [first = [], second = []] = trips.rounds;
      assert.equal(first.filter((line) => line.startsWith('GET /api/logstream')).length, 1);
      assert.ok(first.includes(`GET /api/vfs/${folder}/`));
      // On Linux, the containers' logs are beside the host's.
      assert.equal(first.includes('GET /api/vfs/LogFiles/'), app(name).linux);
      // The start and the end of the file. The stream doesn't wait for the looks for new lines that follow.
      assert.equal(second.filter((line) => line === `GET /api/vfs/${folder}/a.log`).length, 2);
    });

  // VS Code itself asks for the file's metadata first.
  it('to open a file from the view are two', async () => {
    const path = 'site/wwwroot/host.json';
    const trips = await tripsOf(async (connection) => {
      const uris = new SiteUris(memento());
      const finder = new SiteFinder(accountsOf(connection), uris);
      const { authority } = uris.uriOf({ connection, app: app() }, path);
      const target = await finder.find(authority);
      assert.ok(await statSiteFile(connection, target.app, path));
      assert.ok((await readScmFile(connection, target.app, path)).bytes.length > 0);
    });
    assert.equal(trips, most.openFile);
  });
});

/** What a SiteUris needs of VS Code's. */
function memento(): Memento {
  const all = new Map<string, unknown>();
  const update = (key: string, value: unknown) => Promise.resolve(void all.set(key, value));
  const get = (key: string, other?: unknown) => all.get(key) ?? other;
  return { keys: () => [...all.keys()], get, update };
}

/** Accounts with one connection. */
function accountsOf(connection: TestConnection): Accounts {
  const onDidChange = () => ({ dispose: () => undefined });
  return { onDidChange, connections: () => Promise.resolve([connection]) } as unknown as Accounts;
}
