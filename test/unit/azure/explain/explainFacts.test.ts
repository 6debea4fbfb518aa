import { facts } from './sheetFacts';
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { errorOfAnswer } from '../../../../src/azure/core/errors';
import { explain } from '../../../../src/azure/explain/explain';
import { root } from '../../../support/paths';
import { skip } from '../../../support/skip';

const sheet = path.join(root, '../shared/azure-facts.md');

describe('explanations of the errors in the fact sheet', () => {
  for (const { section, code, status, body, headers = {}, reason, nextStep } of facts) {
    it(`${section}: ${status} ${code}`, () => {
      const error = errorOfAnswer({
        status,
        headers: { get: (name) => headers[name] },
        bodyAsText: JSON.stringify(body),
        request: { method: 'GET', url: 'https://kv.vault.azure.net/secrets/s?api-version=7.5' },
      });
      const words = explain(error);
      assert.match(words.reason, reason);
      assert.match(words.nextStep ?? '', nextStep);
      // The user sees sentences, not the internals of a request.
      assert.doesNotMatch(`${words.reason} ${words.nextStep ?? ''}`, /undefined|appid=|oid=|linkid|[\r\n]/);
    });
  }

  it('exist for every error that the fact sheet lists', function () {
    if (!fs.existsSync(sheet)) skip(this, 'the fact sheet (../shared/azure-facts.md) is missing');
    const sections = fs.readFileSync(sheet, 'utf8').split(/^## /m);
    for (const section of ['B', 'C', 'D', 'E', 'I'] as const) {
      const text = sections.find((one) => one.startsWith(`${section}.`)) ?? assert.fail();
      const codes = [...text.matchAll(/\b(?:AKV\d+|[A-Z][a-z]+(?:[A-Z][a-z]+)+|insufficient_claims)\b/g)]
        .map(([code]) => code)
        .filter((code) =>
          /^AKV|NotFound|Exists|Failed|Denied|Disabled|Deleted|Recover(ed|able)$|Forbidden|^Expired|^Invalid|^Missing|^No[A-Z]|^Bad|^Unsupported|Throttled|Exceeded|NotPermitted|Conflict|claims/.test(
            code,
          ),
        )
        .filter((code) => !noErrors.has(code));
      const told = new Set(facts.filter((fact) => fact.section === section).map(({ code }) => code));
      assert.deepEqual(
        [...new Set(codes)].filter((code) => !told.has(code)),
        [],
        section,
      );
    }
  });
});

/** Words that look like an error code but aren't: recovery levels, and reasons in 200 responses. */
const noErrors = new Set(['CustomizedRecoverable', 'AccountNameInvalid', 'AlreadyExists', 'NotStarted']);
