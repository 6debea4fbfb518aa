import assert from 'node:assert/strict';
import type { Clock } from '../../../src/azure/core/clock';
import type { PendingProof } from '../../../src/grants/prove';
import { prove } from '../../../src/grants/prove';
import { factsWith, now, present, principalId, rbacFacts, role, tenantId } from '../access/readWorld';

/** Time that passes only while waiting. */
class FakeClock implements Clock {
  time = 0;
  readonly pauses: number[] = [];
  now = () => this.time;
  after = (milliseconds: number, act: () => void) => {
    const passing = setImmediate(() => {
      this.pauses.push(milliseconds);
      this.time += milliseconds;
      act();
    });
    return () => {
      clearImmediate(passing);
    };
  };
}

describe('prove', () => {
  const never = new AbortController().signal;
  const nothing = () => undefined;
  const can = rbacFacts([role({ createdOn: now })]);
  const cannot = factsWith({ vault: { kind: 'absent' } });
  const facts = (answer = can) => ({ facts: () => Promise.resolve(answer) });
  const series = <T>(...answers: T[]) => {
    let next = 0;
    return () => Promise.resolve(answers[Math.min(next++, answers.length - 1)] as T);
  };

  it('succeeds at once if nothing has to take effect', async () => {
    const clock = new FakeClock();
    const proof = await prove(facts(), nothing, never, clock);
    assert.deepEqual([proof.proven, proof.verdict.kind, clock.pauses], [true, 'can', []]);
  });

  it('waits with growing pauses until the reference resolves and the function reads', async () => {
    const clock = new FakeClock();
    const looks: PendingProof[] = [];
    const referenceStatus = series('AccessToKeyVaultDenied', 'AccessToKeyVaultDenied', 'Resolved');
    const runFunction = series(500, 500, 500, 200);
    const sources = { ...facts(), referenceStatus, runFunction };
    const proof = await prove(sources, (look) => looks.push(look), never, clock);
    assert.deepEqual([proof.proven, proof.referenceStatus, proof.functionStatus], [true, 'Resolved', 200]);
    assert.deepEqual(clock.pauses, [2000, 4000, 8000]);
    assert.deepEqual(
      looks.map(({ attempt, wait }) => [attempt, wait]),
      [
        [1, 2000],
        [2, 4000],
        [3, 8000],
      ],
    );
    assert.deepEqual(
      looks.map(({ proof: { proven } }) => proven),
      [false, false, false],
    );
  });

  it('gives up after ten minutes and never pauses longer than half a minute', async () => {
    const clock = new FakeClock();
    const sources = { ...facts(), referenceStatus: series('AccessToKeyVaultDenied') };
    const proof = await prove(sources, nothing, never, clock);
    assert.equal(proof.proven, false);
    assert.equal(Math.max(...clock.pauses), 30_000);
    assert.ok(clock.time > 9 * 60_000 && clock.time <= 10 * 60_000, String(clock.time));
  });

  it("doesn't wait for what can't change", async () => {
    const clock = new FakeClock();
    const sources = { ...facts(cannot), referenceStatus: series('VaultNotFound') };
    const proof = await prove(sources, nothing, never, clock);
    assert.deepEqual([proof.proven, proof.verdict.kind, clock.pauses], [false, 'cannot', []]);
    const misses = await prove({ ...facts(), runFunction: series(400, 200) }, nothing, never, clock);
    assert.deepEqual([misses.proven, misses.functionStatus, clock.pauses], [false, 400, []]);
  });

  it("waits for a role that hasn't reached the vault yet", async () => {
    const clock = new FakeClock();
    const late = { ...can, observed: { code: 'ForbiddenByRbac', at: can.now } };
    const proof = await prove({ facts: series(late, can) }, nothing, never, clock);
    assert.ok(proof.proven);
  });

  it('takes a resolved reference as proof that the network lets it through', async () => {
    const getPolicy = { tenantId, objectId: principalId, permissions: { secrets: ['get'] } };
    const byReference = factsWith({
      vault: present({ accessPolicies: [getPolicy] }, { defaultAction: 'Deny', ipRules: ['20.1.2.0/24'] }),
      reference: { settingName: 'SECRET' },
    });
    const clock = new FakeClock();
    const referenceStatus = series('AccessToKeyVaultDenied', 'Resolved');
    const proof = await prove({ ...facts(byReference), referenceStatus }, nothing, never, clock);
    assert.deepEqual([proof.proven, proof.verdict.kind, clock.pauses], [true, 'cannotTell', [2000]]);
    const unseen = await prove(facts(byReference), nothing, never, clock);
    assert.equal(unseen.proven, false);
  });

  it('ends when canceled, and fails if a look fails', async () => {
    const cancel = new AbortController();
    const sources = { ...facts(), referenceStatus: series('Initialized') };
    const waiting = prove(
      sources,
      () => {
        cancel.abort();
      },
      cancel.signal,
      new FakeClock(),
    );
    await assert.rejects(waiting, { name: 'AbortError' });
    const failing = { facts: () => Promise.reject(new Error('no')) };
    await assert.rejects(prove(failing, nothing, never, new FakeClock()), /no/);
  });
});
