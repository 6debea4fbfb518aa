import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { LogChannel } from '../../../src/logs/logChannel';
import { LogDocuments } from '../../../src/logs/logDocuments';
import { until } from '../../support/until';
import { RecordedWindow } from './recordedWindow';
import { settings } from './settings';

const inMemory = { ...settings, keepOnDisk: false };
const time = '2026-11-24T15:00:00.000';

describe("a log stream that isn't kept on disk", () => {
  let window: RecordedWindow;
  let documents: LogDocuments;
  let channel: LogChannel;
  beforeEach(() => {
    window = new RecordedWindow();
    documents = new LogDocuments();
    channel = new LogChannel('app / fn', documents, inMemory);
  });
  afterEach(async () => {
    channel.dispose();
    documents.dispose();
    window.restore();
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
  });

  /** Its document, once it's shown. */
  async function shown(): Promise<vscode.TextDocument> {
    channel.show();
    const find = () =>
      vscode.window.visibleTextEditors.find(({ document }) => document.uri.scheme === 'keyless-log')
        ?.document;
    await until(() => find() !== undefined, { what: 'the document' });
    const document = find();
    assert.ok(document);
    return document;
  }
  const shows = (document: vscode.TextDocument, text: string) =>
    until(() => document.getText() === text, { what: `the document with ${JSON.stringify(text)}` });

  it('is a document in the language of logs, and never an output channel', async () => {
    const document = await shown();
    assert.equal(document.languageId, 'log');
    assert.match(document.uri.path, /\/app - fn \(log stream\)\.log$/);
    await channel.lines([`${time} [Error,F] one`, '   at f()']);
    await shows(document, `${time} [Error] [F] one\n   at f()\n`);
    channel.clear();
    await shows(document, '');
    assert.equal(window.everything, '');
  });

  it('has the same filter and pause', async () => {
    const document = await shown();
    await channel.lines([`${time} [Information] one`, `${time} [Error] two`]);
    channel.filter = { level: 'Error' };
    await shows(document, `${time} [Error] two\n`);
    channel.filter = {};
    channel.pause();
    await channel.lines([`${time} [Information] three`]);
    await until(() => document.getText().includes('Paused.'), { what: 'the note' });
    assert.doesNotMatch(document.getText(), /three/);
    channel.resume();
    await until(() => document.getText().includes('three'), { what: 'the line' });
  });

  it('has links', async () => {
    const document = await shown();
    await channel.lines([`${time} [Information] see https://example.com/docs`]);
    await until(() => document.getText().includes('example.com'), { what: 'the line' });
    const links = await vscode.commands.executeCommand<vscode.DocumentLink[]>(
      'vscode.executeLinkProvider',
      document.uri,
    );
    assert.deepEqual(
      links.map(({ target }) => target?.toString()),
      ['https://example.com/docs'],
    );
  });

  it('moves to an output channel and back when the setting changes', async () => {
    const document = await shown();
    await channel.lines([`${time} [Error] one`]);
    await shows(document, `${time} [Error] one\n`);
    channel.apply(settings);
    assert.equal(window.text('app / fn (log stream)'), `${time} [Error] one\n`);
    await until(() => document.getText().includes('is gone'), { what: 'the text to be gone' });
    channel.apply(inMemory);
    await channel.lines([`${time} [Error] two`]);
    assert.doesNotMatch(window.everything, /two/);
    channel.show();
    const others = () =>
      vscode.workspace.textDocuments.filter(
        ({ uri }) => uri.scheme === 'keyless-log' && uri.path !== document.uri.path,
      );
    await until(() => others().some((other) => other.getText().endsWith(`${time} [Error] two\n`)), {
      what: 'the new document',
    });
  });
});
