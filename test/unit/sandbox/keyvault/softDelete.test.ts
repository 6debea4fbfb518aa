import assert from 'node:assert/strict';
import { errorOf, Harness } from './harness';

const v = '?api-version=7.5';

describe('A sandbox vault', function () {
  this.timeout(30_000);
  let harness: Harness;
  before(async () => {
    harness = await Harness.start();
  });
  after(() => harness.stop());

  it('does not return a disabled secret', async () => {
    const vault = harness.addOpenVault('disabled-kv');
    await harness.ask(vault, 'PUT', `/secrets/s${v}`, { value: 'x', attributes: { enabled: false } });
    const answer = await harness.ask(vault, 'GET', `/secrets/s/${v}`);
    assert.equal(answer.status, 403);
    assert.deepEqual(errorOf(answer), {
      code: 'Forbidden',
      message: 'Operation get is not allowed on a disabled secret.',
      inner: 'SecretDisabled',
    });
    await harness.ask(vault, 'DELETE', `/secrets/s${v}`);
    const deleted = await harness.ask(vault, 'GET', `/deletedsecrets/s${v}`);
    assert.equal(deleted.status, 403);
    // azure-sdk-for-js, recording_can_update_a_disabled_secret.js, 2021-04-28
    assert.deepEqual(errorOf(deleted), errorOf(answer));
  });

  it('marks the secret of a certificate, and refuses to change or delete it', async () => {
    const vault = harness.addOpenVault('managed-kv');
    await harness.ask(vault, 'PUT', `/secrets/s${v}`, { value: 'x' });
    const secret = vault.secrets.get('s');
    assert.ok(secret);
    secret.managed = true;
    const { value } = (await harness.ask(vault, 'GET', `/secrets${v}`)).json as { value: object[] };
    assert.deepEqual(
      value.map((item) => 'managed' in item && item.managed),
      [true],
    );
    // azure-sdk-for-js, recording_can_purge_all_secrets.json, 2021-05-21; set: terraform-provider-azurerm#5659
    for (const [operation, method, body] of [
      ['delete', 'DELETE', undefined],
      ['set', 'PUT', { value: 'y' }],
      ['update', 'PATCH', { attributes: { enabled: false } }],
    ] as const) {
      const answer = await harness.ask(vault, method, `/secrets/s${v}`, body);
      assert.equal(answer.status, 403);
      assert.deepEqual(errorOf(answer), {
        code: 'Forbidden',
        message: `Operation "${operation}" is not allowed as this object's lifetime is managed by Key Vault.`,
        inner: 'SecretManagedByKeyVault',
      });
    }
  });

  it('soft-deletes secrets: not listed at once, name taken, recovered after a while, purged for good', async () => {
    const delay = 20_000;
    harness.context.settings.softDeleteDelayMs = delay;
    try {
      const vault = harness.addOpenVault('soft-kv', undefined, { softDeleteRetentionInDays: 7 });
      const made = await harness.ask(vault, 'PUT', `/secrets/s${v}`, { value: 'x' });
      const deleted = await harness.ask(vault, 'DELETE', `/secrets/s${v}`);
      const bundle = deleted.json as {
        recoveryId: string;
        deletedDate: number;
        scheduledPurgeDate: number;
        id: string;
      };
      assert.deepEqual(Object.keys(bundle), [
        'recoveryId',
        'deletedDate',
        'scheduledPurgeDate',
        'id',
        'attributes',
      ]);
      assert.equal(bundle.scheduledPurgeDate - bundle.deletedDate, 7 * 24 * 3600);
      assert.equal(bundle.id, (made.json as { id: string }).id);
      const during = [
        await harness.ask(vault, 'GET', `/deletedsecrets/s${v}`),
        await harness.ask(vault, 'PUT', `/secrets/s${v}`, { value: 'y' }),
        await harness.ask(vault, 'POST', `/deletedsecrets/s/recover${v}`),
        await harness.ask(vault, 'DELETE', `/deletedsecrets/s${v}`),
        await harness.ask(vault, 'DELETE', `/secrets/s${v}`),
      ];
      assert.deepEqual(
        during.map((answer) => [answer.status, errorOf(answer).inner ?? errorOf(answer).code]),
        [
          [404, 'SecretNotFound'],
          [409, 'ObjectIsDeletedButRecoverable'],
          [409, 'ObjectIsBeingDeleted'],
          [409, 'ObjectIsBeingDeleted'],
          [404, 'SecretNotFound'],
        ],
      );
      assert.deepEqual((await harness.ask(vault, 'GET', `/deletedsecrets${v}`)).json, {
        value: [],
        nextLink: null,
      });
      harness.advance(delay);
      assert.equal((await harness.ask(vault, 'GET', `/deletedsecrets/s${v}`)).status, 200);
      const listed = await harness.ask(vault, 'GET', `/deletedsecrets${v}`);
      assert.match((listed.json as { value: { id: string }[] }).value[0]?.id ?? '', /\/secrets\/s$/);

      const recovered = await harness.ask(vault, 'POST', `/deletedsecrets/s/recover${v}`);
      assert.deepEqual(Object.keys(recovered.json as object), ['id', 'attributes']);
      assert.equal((await harness.ask(vault, 'GET', `/secrets/s/${v}`)).status, 404);
      const tooEarly = await harness.ask(vault, 'PUT', `/secrets/s${v}`, { value: 'y' });
      assert.deepEqual([tooEarly.status, errorOf(tooEarly).inner], [409, 'ObjectIsBeingRecovered']);
      harness.advance(delay);
      assert.equal(
        ((await harness.ask(vault, 'GET', `/secrets/s/${v}`)).json as { value: string }).value,
        'x',
      );

      await harness.ask(vault, 'DELETE', `/secrets/s${v}`);
      harness.advance(delay);
      const purged = await harness.ask(vault, 'DELETE', `/deletedsecrets/s${v}`);
      assert.deepEqual([purged.status, purged.text], [204, '']);
      assert.equal((await harness.ask(vault, 'PUT', `/secrets/s${v}`, { value: 'new' })).status, 200);
      await harness.ask(vault, 'DELETE', `/secrets/s${v}`);
      harness.advance(7 * 24 * 3_600_000 + delay);
      assert.equal(
        (await harness.ask(vault, 'GET', `/deletedsecrets/s${v}`)).status,
        404,
        'purged when it was due',
      );
    } finally {
      harness.context.settings.softDeleteDelayMs = 0;
    }
  });

  it('lets the SDK wait for deletion and recovery', async () => {
    const vault = harness.addOpenVault('poller-kv');
    harness.context.settings.softDeleteDelayMs = 30;
    try {
      const client = harness.secrets(vault);
      await client.setSecret('s', 'x');
      const deletion = await client.beginDeleteSecret('s', { intervalInMs: 10 });
      const deleted = await deletion.pollUntilDone();
      assert.equal(deleted.name, 's');
      assert.ok(deleted.deletedOn instanceof Date);
      const recovery = await client.beginRecoverDeletedSecret('s', { intervalInMs: 10 });
      assert.equal((await recovery.pollUntilDone()).name, 's');
      assert.equal((await client.getSecret('s')).value, 'x');
    } finally {
      harness.context.settings.softDeleteDelayMs = 0;
    }
  });

  it('does not purge secrets under purge protection', async () => {
    const vault = harness.addOpenVault('protected-kv', undefined, { enablePurgeProtection: true });
    await harness.ask(vault, 'PUT', `/secrets/s${v}`, { value: 'x' });
    await harness.ask(vault, 'DELETE', `/secrets/s${v}`);
    const answer = await harness.ask(vault, 'DELETE', `/deletedsecrets/s${v}`);
    assert.equal(answer.status, 403);
    assert.match(
      errorOf(answer).message ?? '',
      /^Operation "purge" is not allowed because purge protection is enabled/,
    );
  });

  it('backs up and restores all versions within one region, in blobs that reveal no values', async () => {
    const from = harness.addOpenVault('backup-kv');
    const client = harness.secrets(from);
    await client.setSecret('s', 'first value');
    await client.setSecret('s', 'second value');
    const blob = await client.backupSecret('s');
    assert.ok(blob !== undefined);
    const text =
      Buffer.from(Buffer.from(blob).toString('utf8'), 'base64url').toString('latin1') +
      Buffer.from(blob).toString('latin1');
    assert.equal(text.includes('first value'), false);
    const there = harness.addOpenVault('restore-kv');
    const restored = await harness.secrets(there).restoreSecretBackup(blob);
    assert.equal(restored.name, 's');
    assert.equal((await harness.secrets(there).getSecret('s')).value, 'second value');
    assert.equal(there.secrets.get('s')?.versions.length, 2);
    await assert.rejects(harness.secrets(from).restoreSecretBackup(blob), { statusCode: 409 });
    const elsewhere = harness.addOpenVault('far-kv', undefined, { location: 'eastus' });
    await assert.rejects(harness.secrets(elsewhere).restoreSecretBackup(blob), /Cannot decrypt backup blob/);
    await harness.secrets(there).updateSecretProperties('s', restored.version ?? '', { enabled: false });
    assert.equal((await client.getSecret('s')).value, 'second value', 'the original is unchanged');
  });
});
