import assert from 'node:assert/strict';
import { startLocalPages } from '../../support/localPages';

describe('pages of this machine, for a browser', () => {
  it('are sent on to, with their path and query, and nothing else is', async () => {
    const pages = await startLocalPages();
    try {
      const address = pages.template.replace('{{port}}', '8123');
      const answer = await fetch(`${address}sign-in?a=1`, { redirect: 'manual' });
      assert.equal(answer.status, 307);
      assert.equal(answer.headers.get('location'), 'http://127.0.0.1:8123/sign-in?a=1');
      const other = await fetch(`${new URL(address).origin}//elsewhere.example/`, { redirect: 'manual' });
      assert.equal(other.status, 404);
    } finally {
      pages.close();
    }
  });
});
