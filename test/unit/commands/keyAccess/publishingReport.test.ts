import assert from 'node:assert/strict';
import type { FunctionApp } from '../../../../src/azure/core/model';
import { publishingReport } from '../../../../src/commands/keyAccess/publishingReport';

describe('The report on publishing with a password', () => {
  const site = { id: '/apps/app' } as FunctionApp;
  const pointsOf = (accepts: readonly ('scm' | 'ftp')[]) =>
    publishingReport([{ site, accepts }], String, 0, [], () => []).sections[0]?.cards?.[0]?.points;

  it('says that FTP is off without a password, because it knows no identities', () => {
    const [scm, ftp] = pointsOf([]) ?? [];
    assert.match(scm ?? '', /requires an identity$/);
    assert.match(ftp ?? '', /^FTP: off/);
    assert.match(pointsOf(['ftp'])?.[1] ?? '', /^FTP: accepts a password$/);
  });
});
