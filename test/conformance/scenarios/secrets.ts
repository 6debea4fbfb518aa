import {
  listDeletedSecrets,
  deleteSecret,
  purgeDeletedSecret,
} from '../../../src/azure/keyVault/secretDeletion';
import { recoverSecret } from '../../../src/azure/keyVault/secretState';
import {
  enableSecret,
  getSecretValue,
  isDeletedSecret,
  listAllSecretVersions,
  listSecrets,
  setSecret,
  updateSecret,
} from '../../../src/azure/keyVault/secrets';
import { listSecretsThroughResourceManager } from '../../../src/azure/keyVault/vaults';
import { randomBytes } from 'node:crypto';
import { outcomeOf, yes } from '../kit/report';
import type { Run, Scenario, VaultKind } from '../kit/run';

/** The secret that stays, for the scenarios after this one. */
export const keptSecret = 'conformance';

const name = 'short-lived';

const recorded = 'recording: azure-cli test_keyvault_secret (2023)';
const recoveredAndPurged = 'recording: azure-sdk-for-python test_example_secrets_recover_purge (2019)';
const notFound = {
  expected: '404 SecretNotFound',
  source: 'recording: azure-sdk-for-js, can resume from a stopped poller (2021)',
};

/** A secret is created, updated, disabled, deleted, recovered, and purged. */
export const secrets: Scenario = {
  name: 'secrets',
  async run(run) {
    for (const kind of ['policies', 'roles'] as const) await firstSecret(run, kind);
    await change(run);
    await disable(run);
    await deleteAndRecover(run);
    await purge(run);
  },
};

/** Waits until access to the vault has taken effect, which can take 10 minutes for a role. */
async function firstSecret(run: Run, kind: VaultKind): Promise<void> {
  const { c, signal } = run;
  const vault = run.vault(kind);
  const value = newValue(run);
  const set = () => outcomeOf(setSecret(c, vault, { name: keptSecret, value }, signal));
  await run.check(
    `Creating a secret in the vault with ${kind}`,
    { expected: 'accepted', source: recorded },
    () => run.until(set, (seen) => seen === 'accepted', { minutes: 12, every: 10_000 }),
  );
  await run.check(
    `Its value in the vault with ${kind}`,
    { expected: 'the same', source: recorded },
    async () => sameAs(value, await getSecretValue(c, vault, keptSecret, undefined, signal)),
  );
}

async function change(run: Run): Promise<void> {
  const { c, signal } = run;
  const vault = run.vault('policies');
  const value = `${newValue(run)}\nwith a second line, é, and "quotes"\n`;
  run.learnSecret(value);
  const made = await setSecret(c, vault, { name, value }, signal);
  await run.check(
    'The version of a new secret has 32 hexadecimal digits',
    { expected: 'yes', source: recorded },
    () => Promise.resolve(yes(/^[0-9a-f]{32}$/.test(made.version ?? ''))),
  );
  await run.check(
    'A value with lines, quotation marks, and accents',
    { expected: 'the same', source: 'OpenAPI: secrets.json, SecretBundle.value is any text' },
    async () => sameAs(value, await getSecretValue(c, vault, name, undefined, signal)),
  );
  await run.check('A list of secrets names versions', { expected: 'no', source: recorded }, async () =>
    yes((await listSecrets(c, vault, undefined, signal)).items.some((one) => one.version !== undefined)),
  );
  await run.check(
    'Resource Manager lists the secret',
    { expected: 'yes', source: 'OpenAPI: keyvault.json, Secrets_List' },
    async () =>
      yes((await listSecretsThroughResourceManager(c, vault, signal)).some((one) => one.name === name)),
  );
  await run.check(
    'Content type, tag, and expiry after an update',
    { expected: 'text/plain, a, b, 2040-01-02', source: 'OpenAPI: secrets.json, SecretUpdateParameters' },
    async () => {
      const attributes = { contentType: 'text/plain', tags: { a: 'b' }, expires: new Date('2040-01-02') };
      const updated = await updateSecret(c, vault, name, undefined, attributes, { signal });
      const tags = Object.entries(updated.tags).flat();
      return [updated.contentType, ...tags, updated.expires?.toISOString().slice(0, 10)].join(', ');
    },
  );
  await run.check(
    'The value of an expired secret',
    {
      expected: 'the same',
      source: 'learn.microsoft.com/azure/key-vault/secrets/about-secrets: exp is informational',
    },
    async () => {
      const expired = { notBefore: new Date('2020-01-01'), expires: new Date('2020-01-02') };
      await updateSecret(c, vault, name, undefined, expired, { signal });
      return sameAs(value, await getSecretValue(c, vault, name, undefined, signal));
    },
  );
  await run.check(
    'The number of versions after a second one was created',
    { expected: '2', source: recorded },
    async () => {
      await setSecret(c, vault, { name, value: newValue(run) }, signal);
      return String((await listAllSecretVersions(c, vault, name, signal)).length);
    },
  );
}

async function disable(run: Run): Promise<void> {
  const { c, signal } = run;
  const vault = run.vault('policies');
  await run.check(
    'Reading a disabled secret',
    {
      expected: '403 SecretDisabled',
      source: "recording: azure-sdk-for-js, can't get a disabled secret (2020)",
    },
    async () => {
      await updateSecret(c, vault, name, undefined, { enabled: false }, { signal });
      return await outcomeOf(getSecretValue(c, vault, name, undefined, signal));
    },
  );
  await run.check(
    'Reading it once it is enabled',
    { expected: 'accepted', source: 'OpenAPI: secrets.json, SecretAttributes.enabled' },
    async () => {
      await enableSecret(c, vault, name, undefined, signal);
      return await outcomeOf(getSecretValue(c, vault, name, undefined, signal));
    },
  );
}

async function deleteAndRecover(run: Run): Promise<void> {
  const { c, signal } = run;
  const vault = run.vault('policies');
  await run.check('Reading a secret that never existed', notFound, () =>
    outcomeOf(getSecretValue(c, vault, 'never-there', undefined, signal)),
  );
  await deleteSecret(c, vault, name, signal);
  await run.check('Reading a deleted secret', notFound, () =>
    outcomeOf(getSecretValue(c, vault, name, undefined, signal)),
  );
  await run.check(
    'Deleted secrets list it after a while',
    { expected: 'yes', source: 'recordings: 12 seconds to 2 minutes in azure-sdk-for-js and azure-cli' },
    async () => yes(await isListedAsDeleted(run)),
  );
  await run.check(
    'Creating a secret with its name',
    {
      expected: '409 ObjectIsDeletedButRecoverable',
      source: 'recording: azure-cli test_keyvault_secret_soft_delete (2023)',
    },
    () => outcomeOf(setSecret(c, vault, { name, value: newValue(run) }, signal)),
  );
  await run.check(
    'Reading it once it is recovered',
    {
      expected: 'accepted',
      source: recoveredAndPurged,
    },
    async () => {
      await recoverSecret(c, vault, name, signal);
      return await outcomeOf(getSecretValue(c, vault, name, undefined, signal));
    },
  );
}

async function purge(run: Run): Promise<void> {
  const { c, signal } = run;
  const vault = run.vault('policies');
  // Just recovered, it may not be deleted at once: `ObjectIsBeingRecovered`.
  const remove = () => outcomeOf(deleteSecret(c, vault, name, signal));
  await run.until(remove, (seen) => seen === 'accepted');
  await isListedAsDeleted(run);
  await run.check(
    'Deleted secrets list it after it was purged',
    { expected: 'no', source: recoveredAndPurged },
    async () => {
      await purgeDeletedSecret(c, vault, name, signal);
      const look = () => isDeletedSecret(c, vault, name, signal);
      return yes(await run.until(look, (seen) => !seen));
    },
  );
}

async function isListedAsDeleted(run: Run): Promise<boolean> {
  const list = async () =>
    (await listDeletedSecrets(run.c, run.vault('policies'), run.signal)).some((one) => one.name === name);
  return await run.until(list, (seen) => seen);
}

function newValue(run: Run): string {
  const value = randomBytes(24).toString('base64url');
  run.learnSecret(value);
  return value;
}

function sameAs(value: string, seen: string): string {
  return value === seen ? 'the same' : 'another one';
}
