import assert from 'node:assert/strict';
import { TokenCache } from '../../../src/account/tokenCache';

describe("the sandbox's token cache", () => {
  let stored: Map<string, string>;
  const secrets = {
    get: (key: string) => Promise.resolve(stored.get(key)),
    store: (key: string, value: string) => {
      stored.set(key, value);
      return Promise.resolve();
    },
    delete: (key: string) => {
      stored.delete(key);
      return Promise.resolve();
    },
  };
  beforeEach(() => {
    stored = new Map();
  });

  /** MSAL's side of a plugin. */
  class Cache {
    text = '';
    async read(cache: TokenCache, name: string): Promise<string> {
      await cache.plugin(name).beforeCacheAccess(this.context(false));
      return this.text;
    }
    async write(cache: TokenCache, name: string, text: string): Promise<void> {
      this.text = text;
      await cache.plugin(name).afterCacheAccess(this.context(true));
    }
    private context(cacheHasChanged: boolean) {
      return {
        cacheHasChanged,
        tokenCache: {
          serialize: () => this.text,
          deserialize: (text: string) => {
            this.text = text;
          },
        },
      };
    }
  }

  it('outlives the window', async () => {
    const before = new TokenCache(secrets, 'run 1');
    await Promise.all([
      new Cache().write(before, 'cae', 'A'),
      new Cache().write(before, 'nocae', 'B'),
      before.keepAuthenticationRecord('R'),
    ]);
    const after = new TokenCache(secrets, 'run 1');
    assert.equal(await new Cache().read(after, 'cae'), 'A');
    assert.equal(await new Cache().read(after, 'nocae'), 'B');
    assert.equal(await after.authenticationRecord(), 'R');
  });

  it('is valid for one run of the sandbox', async () => {
    const before = new TokenCache(secrets, 'run 1');
    await new Cache().write(before, 'cae', 'A');
    await before.keepAuthenticationRecord('R');
    const after = new TokenCache(secrets, 'run 2');
    assert.equal(await new Cache().read(after, 'cae'), '');
    assert.equal(await after.authenticationRecord(), undefined);
  });

  it('ignores unreadable data and can be erased', async () => {
    stored.set('keyless.sandbox.session', '{broken');
    const cache = new TokenCache(secrets, 'run 1');
    assert.equal(await cache.authenticationRecord(), undefined);
    await cache.keepAuthenticationRecord('R');
    await cache.erase();
    assert.equal(stored.size, 0);
  });
});
