import assert from 'node:assert/strict';
import type { Finding } from '../../../../src/access/credentials/findings';
import { findCredentials } from '../../../../src/access/credentials/findings';
import type { Binding } from '../../../../src/access/credentials/uses';

export function binding(type: string, members: Record<string, string>): Binding {
  return { function: 'Fake', type: type.toLowerCase(), members };
}

export function find(
  settings: Record<string, string>,
  bindings: readonly Binding[] = [],
  salt = 'salt',
): Finding[] {
  const sources = { appSettings: new Map(Object.entries(settings)), connectionStrings: new Map(), bindings };
  return findCredentials(sources, Buffer.from(salt));
}

/** Exactly one finding of this kind, for this resource, with at least these members of its way out. */
export function expectOne(
  settings: Record<string, string>,
  kind: Finding['kind'],
  resource: string | undefined,
  wayOut: Partial<Finding['wayOut']>,
  bindings: readonly Binding[] = [],
): void {
  const findings = find(settings, bindings);
  assert.deepEqual(
    findings.map((finding) => [finding.kind, finding.host?.name]),
    [[kind, resource]],
  );
  assert.deepEqual({ ...findings[0]?.wayOut, ...wayOut }, findings[0]?.wayOut);
}
