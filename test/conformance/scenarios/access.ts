import { explainRead } from '../../../src/access/explainRead';
import type { Verdict } from '../../../src/access/model/verdict';
import { planRead } from '../../../src/access/plan/plan';
import { changeAppSettings } from '../../../src/azure/appService/settings/appSettings';
import { refreshReferences } from '../../../src/azure/appService/settings/settingReferences';
import { deleteRoleAssignment, listRoleAssignmentsAt } from '../../../src/azure/directory/roles';
import {
  disableSystemAssignedIdentity,
  enableSystemAssignedIdentity,
} from '../../../src/azure/appService/sites';
import { deleteSecret } from '../../../src/azure/keyVault/secretDeletion';
import { formatKeyVaultReference, parseSecretIdentifier } from '../../../src/azure/keyVault/secretUri';
import { enableSecret, isDeletedSecret, updateSecret } from '../../../src/azure/keyVault/secrets';
import { recoverSecret } from '../../../src/azure/keyVault/secretState';
import { addAccessPolicy, removePermissions } from '../../../src/azure/keyVault/vaults';
import { apply } from '../../../src/grants/apply';
import { prove } from '../../../src/grants/prove';
import { readFacts, type ReadQuestion } from '../../../src/grants/readFacts';
import { nameOf, type Run, type Scenario } from '../kit/run';
import { callOf } from './functions';
import { seenIn } from '../kit/report';
import { readSecretFunction } from './files';
import { keptSecret } from './secrets';

/** An app, and a vault with a secret that it's to read. */
interface Pair {
  readonly app: 'windows' | 'linux';
  readonly vault: 'policies' | 'roles';
  readonly cause: string;
  readonly step: string;
}

const pairs: readonly Pair[] = [
  { app: 'windows', vault: 'policies', cause: 'missingPolicy', step: 'addAccessPolicy' },
  { app: 'linux', vault: 'roles', cause: 'missingRole', step: 'createRoleAssignment' },
];

const setting = 'CONFORMANCE_SECRET';
const statuses = 'OpenAPI: WebApps.json, ApiKVReferenceProperties.status';
const references = 'learn.microsoft.com/azure/app-service/app-service-key-vault-references';
const rights = 'learn.microsoft.com/azure/key-vault/general/rbac-guide and assign-access-policy';

/** A policy and a role are granted and taken away. References resolve, break, and are explained. */
export const access: Scenario = {
  name: 'access',
  async run(run) {
    for (const pair of pairs) {
      await beforeGrant(run, pair);
      await grant(run, pair);
      await takeAway(run, pair);
    }
    const [policies] = pairs;
    if (policies) await breakSecret(run, policies);
    await breakReferences(run);
  },
};

async function beforeGrant(run: Run, pair: Pair): Promise<void> {
  const reference = referenceTo(run, pair.vault, keptSecret);
  await run.check(
    `Without access, the reference of the ${pair.app} app`,
    { expected: 'AccessToKeyVaultDenied', source: statuses },
    async () => {
      await changeAppSettings(
        run.c,
        run.app(pair.app),
        { kind: 'set', name: setting, value: reference },
        run.signal,
      );
      return await statusOnce(run, pair, (seen) => seen === 'AccessToKeyVaultDenied');
    },
  );
  await explain(run, pair, `Why it can't read`, `cannot: ${pair.cause}`);
  await readsItself(run, pair, 'Without access', '403');
}

async function grant(run: Run, pair: Pair): Promise<void> {
  const { facts } = await readFacts(questionOf(run, pair), run.signal);
  const { steps } = planRead(facts, { roleScope: 'secret' });
  await run.check(`What the ${pair.app} app needs`, { expected: pair.step, source: rights }, () =>
    Promise.resolve(steps.map(({ kind }) => kind).join(', ')),
  );
  const { failure } = await apply(run.grantPlace, steps, () => undefined, run.signal);
  if (failure) throw failure.error;
  await run.check(
    `With access, the reference of the ${pair.app} app, and what explains it`,
    { expected: 'Resolved, can', source: references },
    async () => {
      const proof = await prove(
        {
          facts: async (signal) => (await readFacts(questionOf(run, pair), signal)).facts,
          referenceStatus: () => statusNow(run, pair),
        },
        () => undefined,
        run.signal,
        run.c.clock,
      );
      return [proof.referenceStatus, wordsOf(proof.verdict)].join(', ');
    },
  );
  await readsItself(run, pair, 'With access', '200');
}

async function takeAway(run: Run, pair: Pair): Promise<void> {
  const { c, signal } = run;
  const vault = run.vault(pair.vault);
  const objectId = run.app(pair.app).identity.systemAssigned?.principalId ?? '';
  if (pair.vault === 'policies')
    // Azure takes permissions away only as they are stored (azure-rest-api-specs#42963).
    await removePermissions(c, vault, { objectId, permissions: { secrets: ['GET'] } }, signal);
  else {
    const all = await listRoleAssignmentsAt(c, `${vault.id}/secrets/${keptSecret}`, signal);
    for (const { id, principalId } of all)
      if (principalId === objectId) await deleteRoleAssignment(c, id, signal);
  }
  await explain(run, pair, 'With access taken away, why it cannot read', `cannot: ${pair.cause}`);
  await run.check(
    `With access taken away, the reference of the ${pair.app} app`,
    { expected: 'AccessToKeyVaultDenied', source: statuses },
    () => statusOnce(run, pair, (seen) => seen === 'AccessToKeyVaultDenied', 12),
  );
}

/** The secret itself is disabled, deleted, and recovered, while the app has access. */
async function breakSecret(run: Run, pair: Pair): Promise<void> {
  const { c, signal } = run;
  const vault = run.vault(pair.vault);
  const objectId = run.app(pair.app).identity.systemAssigned?.principalId ?? '';
  await addAccessPolicy(c, vault, { objectId, permissions: { secrets: ['get'] } }, signal);
  await statusOnce(run, pair, (seen) => seen === 'Resolved');

  await updateSecret(c, vault, keptSecret, undefined, { enabled: false }, { signal });
  const disabled = "recording: azure-sdk-for-js, can't get a disabled secret (2020): 403 SecretDisabled";
  await explain(run, pair, 'With a disabled secret, why', 'cannot: secretDisabled', disabled);
  await run.note('The reference to a disabled secret', () =>
    statusOnce(run, pair, (seen) => seen !== 'Resolved'),
  );
  await enableSecret(c, vault, keptSecret, undefined, signal);

  await deleteSecret(c, vault, keptSecret, signal);
  await run.until(
    () => isDeletedSecret(c, vault, keptSecret, signal),
    (seen) => seen,
  );
  await explain(run, pair, 'With a deleted secret, why', 'cannot: secretDeleted', references);
  await run.check('The reference to a deleted secret', { expected: 'SecretNotFound', source: statuses }, () =>
    statusOnce(run, pair, (seen) => seen === 'SecretNotFound'),
  );
  await recoverSecret(c, vault, keptSecret, signal);
  await run.check(
    'The reference once the secret is recovered',
    { expected: 'Resolved', source: references },
    () => statusOnce(run, pair, (seen) => seen === 'Resolved'),
  );
}

/** References that can't work, each for another reason. */
async function breakReferences(run: Run): Promise<void> {
  const [pair] = pairs;
  if (!pair) return;
  const { c, signal } = run;
  const broken = [
    ['an absent secret', 'SecretNotFound', referenceTo(run, pair.vault, 'never-there')],
    ['an absent version', 'SecretVersionNotFound', referenceTo(run, pair.vault, keptSecret, '0'.repeat(32))],
    [
      'an absent vault',
      'VaultNotFound',
      `@Microsoft.KeyVault(VaultName=${nameOf(run.id, 'none')};SecretName=a)`,
    ],
    ['no vault', 'InvalidSyntax', '@Microsoft.KeyVault(SecretName=a)'],
  ] as const;
  for (const [what, status, value] of broken)
    await run.check(`A reference to ${what}`, { expected: status, source: statuses }, async () => {
      await changeAppSettings(c, run.app(pair.app), { kind: 'set', name: setting, value }, signal);
      return await statusOnce(run, pair, (seen) => seen === status);
    });
  await run.check(
    'A reference of an app without an identity',
    { expected: 'MSINotEnabled', source: statuses },
    async () => {
      const value = referenceTo(run, pair.vault, keptSecret);
      await changeAppSettings(c, run.app(pair.app), { kind: 'set', name: setting, value }, signal);
      await disableSystemAssignedIdentity(c, run.app(pair.app), signal);
      return await statusOnce(run, pair, (seen) => seen === 'MSINotEnabled');
    },
  );
  await explain(run, pair, 'Why it cannot read', 'cannot: noIdentity', references);
  run.keepApp(pair.app, await enableSystemAssignedIdentity(c, run.app(pair.app), signal));
}

async function explain(run: Run, pair: Pair, what: string, expected: string, source = rights): Promise<void> {
  await run.check(`${what} (${pair.app} app)`, { expected, source }, async () =>
    wordsOf(explainRead((await readFacts(questionOf(run, pair), run.signal)).facts)),
  );
}

/** Keyless's own function reads the secret with the identity, and says with which status that ended. */
async function readsItself(run: Run, pair: Pair, when: string, expected: string): Promise<void> {
  await run.check(
    `${when}, the function of the ${pair.app} app that reads the secret answers`,
    { expected, source: 'learn.microsoft.com/azure/key-vault/general/rest-error-codes' },
    async () => {
      const call = await callOf(run, pair.app, readSecretFunction);
      const look = () => seenIn(call().then(({ status }) => String(status)));
      // The host restarts after every change of the settings, and access takes time to take effect.
      return await run.until(look, (seen) => seen === expected);
    },
  );
}

function questionOf(run: Run, { app, vault: kind }: Pair): ReadQuestion {
  const { id: vaultId, name: vaultName } = run.vault(kind);
  const target = { vaultId, vaultName, secretName: keptSecret };
  return { connection: run.c, vaultConnection: run.c, appId: run.app(app).id, target };
}

function referenceTo(run: Run, kind: Pair['vault'], secret: string, version?: string): string {
  const uri = `${run.vault(kind).vaultUri}/secrets/${secret}${version === undefined ? '' : `/${version}`}`;
  const identifier = parseSecretIdentifier(uri);
  if (!identifier) throw new RangeError(`Not a secret identifier: ${uri}`);
  return formatKeyVaultReference(identifier);
}

/** Makes App Service resolve the reference again. */
async function statusNow(run: Run, { app }: Pair): Promise<string> {
  const all = await refreshReferences(run.c, run.app(app), run.signal);
  return all.find(({ name }) => name === setting)?.status ?? 'not listed';
}

async function statusOnce(
  run: Run,
  pair: Pair,
  isWanted: (seen: string) => boolean,
  minutes = 5,
): Promise<string> {
  return await run.until(() => seenIn(statusNow(run, pair)), isWanted, { minutes, every: 10_000 });
}

/** A verdict in a few words. */
function wordsOf(verdict: Verdict): string {
  switch (verdict.kind) {
    case 'can':
      return 'can';
    case 'cannot':
      return `cannot: ${verdict.causes.map(({ kind }) => kind).join(', ')}`;
    case 'cannotTell':
      return `cannot tell: ${verdict.missing.map(({ kind }) => kind).join(', ')}`;
  }
}
