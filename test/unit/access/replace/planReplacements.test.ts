import assert from 'node:assert/strict';
import { planReplacements } from '../../../../src/access/replace/planReplacements';
import { binding } from '../credentials/find';
import { fakeKeys as fake } from '../credentials/fakeKeys';
import { factsOf, storageAccount, storageKey, timer } from './replaceWorld';

const photos = binding('blob', { connection: 'Photos', path: 'photos/a', direction: 'in' });
const all = [timer, photos];

describe('The plan for several credentials', () => {
  const off = { identity: { kind: 'system-assigned' } } as const;
  const host = { facts: factsOf('AzureWebJobsStorage', storageKey(), all, off) };
  const other = { facts: factsOf('Photos', storageKey(), all, off) };

  it('enables the identity once, and first, and assigns one role where another includes it', () => {
    const { keys, left, grant, roles } = planReplacements([host, other]);
    assert.deepEqual([keys.length, left], [2, []]);
    assert.deepEqual(
      grant.map((step) => ('roleName' in step ? step.roleName : step.kind)),
      ['enableIdentity', 'Storage Blob Data Owner'],
    );
    assert.equal(roles.length, 1);
    const alone = planReplacements([other]);
    assert.deepEqual(
      alone.roles.map(({ role }) => role.name),
      ['Storage Blob Data Reader'],
    );
  });

  it('assigns roles on each of their resources', () => {
    const elsewhere = { resource: storageAccount('fakeacct02') };
    const { grant } = planReplacements([
      host,
      { facts: factsOf('Photos', storageKey('fakeacct02'), all, { ...off, ...elsewhere }) },
    ]);
    assert.deepEqual(
      grant.flatMap((step) => ('scope' in step ? [step.scope.split('/').at(-1)] : [])),
      ['fakeacct01', 'fakeacct02'],
    );
  });

  it('leaves out what has to stay, and grants nothing for it', () => {
    const code = { facts: factsOf('SEARCH_API_KEY', fake.search, all, { resource: 'unread' }) };
    const lost = { facts: factsOf('Photos', storageKey(), all, { ...off, resource: 'notFound' }) };
    const { keys, left, grant } = planReplacements([code, host, lost]);
    assert.deepEqual(
      [keys, left].map((some) => some.map(({ facts }) => facts.finding.name)),
      [['AzureWebJobsStorage'], ['SEARCH_API_KEY', 'Photos']],
    );
    assert.equal(grant.length, 2);
    assert.deepEqual(planReplacements([code]).grant, []);
  });
});
