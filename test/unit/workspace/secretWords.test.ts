import assert from 'node:assert/strict';
import { hostOf } from '../../../src/access/credentials/hosts';
import type { FileSecret } from '../../../src/workspace/model/secretIn';
import {
  documentationOf,
  rotationPageOf,
  secretMessage,
  severityOf,
} from '../../../src/workspace/model/secretWords';

const now = new Date('2026-11-30');
const host = hostOf('fakeacct01.blob.core.windows.net');
const key: FileSecret = { kind: 'storageKey', name: 'Photos', start: 0, end: 1, ...(host ? { host } : {}) };

describe('what is said about a secret in a file', () => {
  it('is what it is, what it opens, and what Git does with the file', () => {
    assert.equal(
      secretMessage(key, 'ignored', now),
      'Secret in a file: storage account key. It opens fakeacct01.',
    );
    assert.match(secretMessage(key, 'tracked', now), / Git tracks this file\. Rotate the secret/);
    assert.match(secretMessage(key, 'untracked', now), / Git doesn't ignore this file/);
    assert.match(secretMessage({ ...key, isReal: true }, 'unknown', now), / Its checksum is right/);
    assert.equal(
      secretMessage({ kind: 'other', name: 'A', start: 0, end: 1 }, 'unknown', now),
      'Secret in a file: password, key, or token.',
    );
  });

  it('is when a signature ends, or that it has ended', () => {
    const at = (day: string) => ({ ...key, kind: 'storageSas', expires: new Date(day) }) as const;
    assert.match(secretMessage(at('2027-01-01'), 'unknown', now), / It expires on 2027-01-01\.$/);
    assert.match(secretMessage(at('2026-01-01'), 'unknown', now), / It expired on 2026-01-01\.$/);
    assert.equal(severityOf(at('2026-01-01'), 'tracked', now), 'information');
    assert.equal(severityOf(at('2027-01-01'), 'ignored', now), 'warning');
  });

  it('is most severe in a file that Git tracks', () => {
    const severities = (kind: FileSecret['kind']) =>
      (['tracked', 'untracked', 'ignored', 'unknown'] as const).map((git) =>
        severityOf({ ...key, kind }, git, now),
      );
    assert.deepEqual(severities('storageKey'), ['error', 'warning', 'warning', 'warning']);
    assert.deepEqual(new Set(severities('other')), new Set(['information']));
    assert.deepEqual(new Set(severities('templateKey')), new Set(['information']));
    assert.equal(severityOf({ ...key, kind: 'other', isReal: true }, 'tracked', now), 'error');
  });

  it('leads to pages of Microsoft Learn', () => {
    for (const kind of ['storageKey', 'functionKey', 'other', 'templateKey'] as const)
      for (const page of [documentationOf({ ...key, kind }), rotationPageOf({ ...key, kind })])
        assert.equal(new URL(page).origin, 'https://learn.microsoft.com');
  });
});
