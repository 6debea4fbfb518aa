import assert from 'node:assert/strict';
import fc from 'fast-check';
import { createRequire } from 'node:module';
import { inspect } from 'node:util';
import type * as clipboards from '../../src/ui/clipboard';
import { until } from '../support/until';
import { attack, seed } from './support/attack';
import { clipboard, withVscode } from './support/vscode';

const load = createRequire(__filename);
const { SecretClipboard } = withVscode(() => load('../../src/ui/clipboard') as typeof clipboards);

/** Something that happens, and whether the next thing waits for it. */
const events = fc.array(
  fc.record({
    what: fc.oneof(
      fc.record({ copy: fc.constantFrom('planted-1', 'planted-2', 'planted\nwith\nlines') }),
      fc.record({ person: fc.constantFrom('own text', '', 'other text') }),
      fc.constant({ clear: true as const }),
      fc.constant({ pause: true as const }),
    ),
    waits: fc.boolean(),
  }),
  { maxLength: 8 },
);

describe(`secret values in the clipboard (KEYLESS_SEED=${seed})`, () => {
  beforeEach(() => {
    Object.assign(clipboard, { text: '', refuses: false });
  });
  const keepMs = 20;
  const pause = () => new Promise((resolve) => setTimeout(resolve, 5));

  it('are gone after a while, whatever else is copied, and what a person copied stays', async () => {
    await attack(events, 40, async (all) => {
      clipboard.text = '';
      const secrets = new SecretClipboard(keepMs);
      const running: Promise<unknown>[] = [];
      let last = '';
      for (const { what, waits } of all) {
        if ('copy' in what) running.push(secrets.copy((last = what.copy)));
        else if ('clear' in what) running.push(secrets.clear());
        else if ('pause' in what) await pause();
        else {
          await Promise.all(running);
          clipboard.text = last = what.person;
        }
        if (waits) await Promise.all(running);
      }
      await Promise.all(running);
      await until(() => !clipboard.text.includes('planted'), {
        what: `a cleared clipboard: ${clipboard.text}`,
        every: 5,
      });
      if (!last.includes('planted'))
        assert.equal(clipboard.text, last, 'what the person copied last is gone');
      await secrets.clear();
      assert.doesNotMatch(inspect(secrets, { depth: 5, showHidden: true }), /planted/, 'kept by Keyless');
    });
  });

  it('are gone when the window closes while one is being copied', async () => {
    const secrets = new SecretClipboard(60_000);
    const copying = secrets.copy('planted-1');
    await Promise.all([copying, secrets.clear()]);
    await secrets.clear();
    assert.equal(clipboard.text, '');
  });

  it('are gone although the clipboard changed their line ends', async () => {
    const secrets = new SecretClipboard(60_000);
    await secrets.copy('planted\nwith\nlines');
    clipboard.text = clipboard.text.replaceAll('\n', '\r\n');
    await secrets.clear();
    assert.equal(clipboard.text, '');
  });

  it('are gone later if the clipboard refused at first', async () => {
    const secrets = new SecretClipboard(60_000);
    await secrets.copy('planted-1');
    clipboard.refuses = true;
    await secrets.clear();
    clipboard.refuses = false;
    await secrets.clear();
    assert.equal(clipboard.text, '');
  });
});
