import assert from 'node:assert/strict';
import { auditOf } from '../../support/audit';

describe('an audit', () => {
  it('names each package with a known advisory, and why', () => {
    const vulnerabilities = {
      jose: {
        severity: 'high',
        via: [{ title: 'Accepts anything', url: 'https://github.com/advisories/1' }],
      },
      other: { severity: 'low', via: ['jose'] },
    };
    assert.deepEqual(auditOf(JSON.stringify({ auditReportVersion: 2, vulnerabilities })), {
      kind: 'advisories',
      lines: ['jose (high): Accepts anything https://github.com/advisories/1', 'other (low): through jose'],
    });
  });

  it('is clean without any', () => {
    assert.deepEqual(auditOf('{"auditReportVersion":2,"vulnerabilities":{}}'), { kind: 'clean' });
  });

  it('that the registry refuses, or cannot be asked for, is not taken for a clean one', () => {
    const refused = {
      message: '405 Method Not Allowed - POST https://registry.example/-/npm/v1/security/advisories/bulk',
      error: { summary: '', detail: '' },
    };
    assert.deepEqual(auditOf(JSON.stringify(refused)), {
      kind: 'unanswered',
      reason: '405 Method Not Allowed',
    });
    const offline = JSON.stringify({
      error: { code: 'ENOTFOUND', summary: 'request to it failed', detail: '' },
    });
    assert.deepEqual(auditOf(offline), { kind: 'unanswered', reason: 'request to it failed' });
    for (const output of ['', 'npm error', '{"half']) assert.equal(auditOf(output).kind, 'unanswered');
  });
});
