import assert from 'node:assert/strict';
import { plain, plainLine, withoutControls } from '../../../src/ui/text';

describe('text from outside', () => {
  it("can't create icons, links or commands", () => {
    const text = plain('$(trash) [click](command:keyless.signOut) [x](https://evil.example)');
    assert.doesNotMatch(text, /\$\(/);
    assert.doesNotMatch(text, /\]\(/);
    assert.equal(
      text.replaceAll('\u200b', ''),
      '$(trash) [click](command:keyless.signOut) [x](https://evil.example)',
    );
  });

  it('loses terminal escapes, NUL and characters that reorder text', () => {
    assert.equal(withoutControls('a\u001b[31mb\u0000c\u202ed\u2066e\u009bf\u007f'), 'a[31mbcdef');
  });

  it('keeps line feeds and tabs but no carriage returns', () => {
    assert.equal(withoutControls('a\r\nb\tc\rd'), 'a\nb\tc\nd');
  });

  it('can be fitted on one line of a given length', () => {
    assert.equal(plainLine(' a\n\n b '), 'a b');
    assert.equal(plainLine('x'.repeat(300), 10), `${'x'.repeat(9)}…`);
  });

  it('keeps letters of all languages', () => {
    assert.equal(plain('Größe 日本語 🔑 naïve'), 'Größe 日本語 🔑 naïve');
  });
});
