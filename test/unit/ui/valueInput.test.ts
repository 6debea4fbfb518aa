import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import type * as valueInput from '../../../src/ui/valueInput';
import { withVscodeStub } from '../account/vscodeStub';
import { person } from './inputStub';

const load = createRequire(__filename);
const { askValue } = withVscodeStub(
  () => load('../../../src/ui/valueInput') as typeof valueInput,
  load.resolve('./inputStub'),
);

const pem = '-----BEGIN PRIVATE KEY-----\nMIIEvQIBADANBg\n-----END PRIVATE KEY-----';
const onOneLine = pem.replaceAll('\n', ' ');

describe('a value', () => {
  beforeEach(() => {
    Object.assign(person, { does: undefined, clicks: [], clipboard: '', file: undefined, dialogs: [] });
  });
  const ask = (complaint?: (text: string) => string | undefined) =>
    askValue({
      ...{ title: 'T', prompt: 'P', name: 'Name', hidden: true },
      ...(complaint ? { complaint } : {}),
    });
  const clicking = (button: string) => {
    person.does = (box) => {
      box.click(button);
    };
  };

  it('is typed in the box, which checks it', async () => {
    const complaints: (string | undefined)[] = [];
    person.does = (box) => {
      for (const text of ['bad', 'good']) {
        box.type(text);
        complaints.push(box.validationMessage);
      }
    };
    assert.equal(await ask((text) => (text === 'bad' ? 'No.' : undefined)), 'good');
    assert.deepEqual(complaints, ['No.', undefined]);
    assert.deepEqual(person.dialogs, []);
  });

  it('is not accepted from the box if it is a key that lost its line breaks', async () => {
    let complaint: string | undefined;
    person.does = (box) => {
      box.type(onOneLine);
      complaint = box.validationMessage;
      box.hide();
    };
    await assert.rejects(ask(), { name: 'Canceled' });
    assert.match(complaint ?? '', /line breaks were lost/);
    const escaped = pem.replaceAll('\n', '\\n');
    person.does = (box) => {
      box.type(escaped);
    };
    assert.equal(await ask(), escaped);
  });

  it('keeps the line breaks of the clipboard, whichever they are', async () => {
    clicking('Use the Text on the Clipboard');
    for (const text of [pem, pem.replaceAll('\n', '\r\n'), `${pem}\n`]) {
      person.clipboard = text;
      person.clicks = ['Use Value'];
      assert.equal(await ask(), text);
    }
    assert.doesNotMatch(person.dialogs.join(), /MIIEvQ/);
    person.clipboard = '';
    await assert.rejects(ask(), { name: 'UserError', message: 'The clipboard contains no text' });
  });

  it('is read from a file, with or without its last line break', async () => {
    clicking('Read the Value from a File');
    await assert.rejects(ask(), { name: 'Canceled' });
    person.file = Buffer.from(`\ufeff${pem}\r\n`);
    person.clicks = [undefined, 'Use Value', 'Use Without the Last Line Break'];
    await assert.rejects(ask(), { name: 'Canceled' });
    assert.equal(await ask(), `${pem}\r\n`);
    assert.equal(await ask(), pem);
    assert.match(person.dialogs[0] ?? '', /Lines: 3\. Characters: \d+\. It ends with a line break\./);
    await assert.rejects(
      ask(() => 'Too long.'),
      { message: 'Too long.' },
    );
    person.file = Buffer.from([0xff, 0xfe, 0x00]);
    await assert.rejects(ask(), /isn't UTF-8 text/);
    person.file = Buffer.alloc(2 * 1024 * 1024, 'x');
    await assert.rejects(ask(), /too large/);
  });

  it('is empty only after asking', async () => {
    person.does = (box) => {
      box.type('');
    };
    person.clicks = [undefined, 'Save Empty Value'];
    await assert.rejects(ask(), { name: 'Canceled' });
    assert.equal(await ask(), '');
    clicking('Read the Value from a File');
    person.file = Buffer.alloc(0);
    person.clicks = ['Save Empty Value'];
    assert.equal(await ask(), '');
  });
});
