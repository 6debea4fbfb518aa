import assert from 'node:assert/strict';
import fc from 'fast-check';
import { credentialIn } from '../../../../src/access/credentials/credentialIn';
import { findCredentials } from '../../../../src/access/credentials/findings';
import { Parts, partsOf } from '../../../../src/access/credentials/parts';
import { fakeKeys } from './fakeKeys';

const letterCase = fc.constantFrom(
  (text: string) => text,
  (text: string) => text.toLowerCase(),
  (text: string) => text.toUpperCase(),
);

describe('parsers of credentials', () => {
  it('take the parts of a connection string in any order and case, with or without a semicolon at the end', () => {
    const parts = [
      ['DefaultEndpointsProtocol', 'https'],
      ['AccountName', 'fakeacct01'],
      ['AccountKey', fakeKeys.storage],
      ['EndpointSuffix', 'core.windows.net'],
    ] as const;
    fc.assert(
      fc.property(
        fc.shuffledSubarray([...parts], { minLength: parts.length }),
        fc.array(letterCase, { minLength: 4, maxLength: 4 }),
        fc.constantFrom('', ';', ' ; '),
        (shuffled, cases, end) => {
          const text = shuffled
            .map(([name, value], index) => `${cases[index]?.(name) ?? name}=${value}`)
            .join(';');
          const found = credentialIn('Any', text + end, new Map());
          assert.equal(found?.kind, 'storageKey');
          assert.equal(found.secret, fakeKeys.storage);
          assert.equal(found.host?.name, 'fakeacct01');
        },
      ),
    );
  });

  it('read any password back from its quotes', () => {
    fc.assert(
      fc.property(fc.string({ minLength: 1 }), fc.constantFrom("'", '"'), (password, quote) => {
        const text = `Server=a;Password=${quote}${password.replaceAll(quote, quote + quote)}${quote};Encrypt=True`;
        const parts = new Parts(partsOf(text));
        assert.equal(parts.value('password'), password);
        assert.equal(parts.value('encrypt'), 'True');
      }),
    );
  });

  it('end on any text', () => {
    fc.assert(
      fc.property(
        fc.string(),
        fc.string({ unit: fc.constantFrom(...`=;,'"{}ab:/?&@.`.split('')) }),
        (name, value) => {
          credentialIn(name, value, new Map([[name, value]]));
        },
      ),
    );
  });

  it('let no secret out', () => {
    const secret = fc.string({ minLength: 12, unit: fc.constantFrom(...'abcXYZ0189+/'.split('')) });
    const forms = fc.constantFrom<(text: string) => string>(
      (text) => `Endpoint=sb://fake.servicebus.windows.net/;SharedAccessKeyName=r;SharedAccessKey=${text}`,
      (text) => `Server=fake.database.windows.net;User ID=a;Password="${text}"`,
      (text) => `https://user:${encodeURIComponent(text)}@fake.example.com/`,
      (text) => `fake.redis.cache.windows.net:6380,password=${text}`,
      (text) => `https://fake.blob.core.windows.net/c/b?sv=1&sig=${encodeURIComponent(text)}`,
    );
    fc.assert(
      fc.property(secret, forms, (text, form) => {
        for (const name of ['Connection', 'WEBSITE_RUN_FROM_PACKAGE']) {
          const values = new Map([[name, form(text)]]);
          const [finding, ...rest] = findCredentials(
            { appSettings: values, connectionStrings: new Map(), bindings: [] },
            Buffer.from('salt'),
          );
          assert.ok(finding && rest.length === 0);
          const shown = JSON.stringify(finding);
          assert.ok(!shown.includes(text) && !shown.includes(encodeURIComponent(text)), shown);
        }
      }),
    );
  });
});
