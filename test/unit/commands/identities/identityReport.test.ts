import assert from 'node:assert/strict';
import type { IdentityTest } from '../../../../src/azure/appService/identityProbe';
import type { TestedIdentity } from '../../../../src/commands/identities/identityReport';
import { identityReport } from '../../../../src/commands/identities/identityReport';

const app = { id: '/subscriptions/s/resourceGroups/rg/providers/Microsoft.Web/sites/shop', name: 'shop' };
const audience = 'https://vault.azure.net';
const token = (oid: string, appid = 'c-1'): IdentityTest => ({
  kind: 'claims',
  of: { claims: { oid, appid, exp: '1793000000' }, expires: new Date(1_793_000_000_000) },
});
const own = (test: IdentityTest): TestedIdentity => ({ name: 'System-assigned', principalId: 'P-1', test });
const reader = (test: IdentityTest): TestedIdentity => ({
  ...{ name: 'reader', principalId: 'p-2', resourceId: '/identities/reader', test },
});
const reportOf = (...tested: TestedIdentity[]) => identityReport(app, audience, tested, [], 0);
const cardsOf = (...tested: TestedIdentity[]) =>
  reportOf(...tested).sections.flatMap(({ cards = [] }) =>
    cards.map(({ tone, title, paragraphs }) => [tone, title, paragraphs.join(' ')] as const),
  );

describe('the report on the identities of an app', () => {
  it('begins with whether they all get a token', () => {
    const answerTo = (...tested: TestedIdentity[]) => {
      const { tone, text } = reportOf(...tested).answer;
      return [tone, text];
    };
    const refused: IdentityTest = { kind: 'refused', reason: '400 not found' };
    assert.deepEqual(answerTo(), ['bad', 'No. The app has no managed identity.']);
    assert.deepEqual(answerTo(own({ kind: 'noEndpoint' })), ['bad', 'No.']);
    assert.deepEqual(answerTo(own(token('p-1'))), ['good', 'Yes.']);
    assert.deepEqual(answerTo(own(token('p-1')), reader(token('p-2'))), [
      'good',
      'Yes, with each of its 2 identities.',
    ]);
    assert.deepEqual(answerTo(own(token('p-1')), reader(refused)), [
      'warning',
      'Only with 1 of its 2 identities.',
    ]);
  });

  it('has a card for each identity, with the reason if it gets no token', () => {
    const [first, second] = cardsOf(
      own({ kind: 'noEndpoint' }),
      reader({ kind: 'refused', reason: '400 not found' }),
    );
    assert.ok(first && second);
    assert.deepEqual(first.slice(0, 2), ['bad', 'System-assigned']);
    assert.match(first[2], /WEBSITE_DISABLE_MSI/);
    assert.deepEqual(second.slice(0, 2), ['bad', 'reader']);
    assert.match(second[2], /couldn't get a token: 400 not found/);
  });

  it('points out a token for another principal than the one that Azure shows', () => {
    const tested = own(token('p-0'));
    assert.equal(reportOf(tested).answer.tone, 'warning');
    const [card = assert.fail()] = cardsOf(tested);
    assert.equal(card[0], 'warning');
    assert.match(card[2], /isn't for the principal that Azure shows/);
  });

  it('shows the claims of the tokens side by side, with times as times', () => {
    const { sections } = reportOf(own(token('p-1')), reader(token('p-2')));
    const { columns, rows } = sections.flatMap(({ table }) => table ?? [])[0] ?? assert.fail();
    assert.deepEqual(columns, ['System-assigned', 'reader']);
    assert.deepEqual(rows, [
      { label: 'Principal ID (oid)', cells: ['p-1', 'p-2'], differs: true },
      { label: 'Client ID (appid)', cells: ['c-1', 'c-1'], differs: false },
      { label: 'Expires (exp)', cells: [1_793_000_000_000, 1_793_000_000_000], differs: false },
    ]);
  });
});
