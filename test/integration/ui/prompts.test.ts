import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { AccountError } from '../../../src/account/accountError';
import { SecretClipboard } from '../../../src/ui/clipboard';
import { documentScheme, ReadOnlyDocuments } from '../../../src/ui/documents';
import { showError, UserError } from '../../../src/ui/errors';
import { pickPermissions } from '../../../src/ui/pickers/permissionPicker';
import { withProgress } from '../../../src/ui/progress';
import { askText, confirm, pickOne } from '../../../src/ui/quickPick';
import { until } from '../../support/until';
import { Prompts } from '../prompts';

describe('a prompt', () => {
  let prompts: Prompts;
  beforeEach(() => {
    prompts = new Prompts();
  });
  afterEach(() => {
    prompts.finish();
  });
  const options = { title: 'T', placeHolder: 'P' };
  const nothing = () => new UserError('Nothing there', 'Make one.');

  it('returns the value of the selected item, and stops loading', async () => {
    prompts.pick('two');
    const signals: AbortSignal[] = [];
    const load = (signal: AbortSignal) => {
      signals.push(signal);
      return Promise.resolve(
        [1, 2].map((value) => ({ label: value === 1 ? 'one' : 'two', icon: 'key', value })),
      );
    };
    assert.equal(await pickOne(load, options, nothing), 2);
    assert.deepEqual(
      signals.map(({ aborted }) => aborted),
      [true],
    );
  });

  it('throws what loading throws, and says when there is nothing to select', async () => {
    await assert.rejects(
      pickOne(() => Promise.reject(new Error('refused')), options, nothing),
      /refused/,
    );
    await assert.rejects(
      pickOne(() => Promise.resolve([]), options, nothing),
      /Nothing there/,
    );
  });

  it('neutralizes icons in labels that come from outside', async () => {
    prompts.escape();
    const load = () =>
      Promise.resolve([{ label: '$(trash) x', description: '$(y)', detail: '\u001b[1m', value: 1 }]);
    await assert.rejects(pickOne(load, options, nothing), vscode.CancellationError);
    assert.doesNotMatch(JSON.stringify(prompts.lists), /\$\(|\\u001b/);
  });

  it('preselects get and list for secrets', async () => {
    prompts.pickMany('as offered');
    assert.deepEqual(await pickPermissions('T', 'P'), { secrets: ['get', 'list'] });
    prompts.pickMany(['keys get', 'secrets purge']);
    assert.deepEqual(await pickPermissions('T', 'P'), { secrets: ['purge'], keys: ['get'] });
  });

  it('treats Escape and an empty selection as canceling', async () => {
    prompts.pickMany([]);
    await assert.rejects(pickPermissions('T', 'P'), vscode.CancellationError);
    prompts.escape().escape().escape();
    await assert.rejects(pickPermissions('T', 'P'), vscode.CancellationError);
    await assert.rejects(askText({}), vscode.CancellationError);
    await assert.rejects(confirm('Sure?', 'It is lost.', 'Delete'), vscode.CancellationError);
  });
});

describe('closing a list', () => {
  it('stops loading', async () => {
    const started = Promise.withResolvers<AbortSignal>();
    const answer = pickOne<number>(
      (signal) => {
        started.resolve(signal);
        return new Promise((_resolve, reject) => {
          signal.addEventListener('abort', () => {
            reject(new Error('aborted'));
          });
        });
      },
      { title: 'T', placeHolder: 'P' },
      () => new Error('nothing'),
    );
    const rejected = assert.rejects(answer, vscode.CancellationError);
    const signal = await started.promise;
    await until(
      async () => {
        await vscode.commands.executeCommand('workbench.action.closeQuickOpen');
        return signal.aborted;
      },
      { what: 'the list to close' },
    );
    await rejected;
  });
});

describe('progress', () => {
  it('passes on what the work returns or throws', async () => {
    assert.equal(await withProgress('T', () => Promise.resolve(7)), 7);
    await assert.rejects(
      withProgress('T', () => Promise.reject(new Error('no'))),
      /no/,
    );
  });

  it('turns any failure after Cancel into a cancellation', async () => {
    const original = vscode.window.withProgress;
    const cancel = new vscode.CancellationTokenSource();
    Object.assign(vscode.window, {
      withProgress: (
        _options: unknown,
        task: (progress: unknown, token: vscode.CancellationToken) => unknown,
      ) => task({ report: () => undefined }, cancel.token),
    });
    try {
      const work = withProgress('T', async (signal) => {
        cancel.cancel();
        await Promise.resolve();
        assert.ok(signal.aborted);
        throw new Error('socket hang up');
      });
      await assert.rejects(work, vscode.CancellationError);
    } finally {
      Object.assign(vscode.window, { withProgress: original });
    }
  });
});

describe('error messages', () => {
  const log = { error: () => undefined, show: () => undefined } as unknown as vscode.LogOutputChannel;

  it('say what failed, why and what to do', () => {
    const prompts = new Prompts();
    showError(
      log,
      'Add Access Policy',
      new UserError('kv uses roles', 'Assign one', [{ title: 'Go', command: 'x' }]),
    );
    showError(log, 'Run Function', new vscode.CancellationError());
    prompts.finish();
    assert.equal(prompts.messages.length, 1);
    assert.equal(prompts.last.text, 'Add Access Policy: kv uses roles. Assign one.');
    assert.deepEqual(prompts.last.buttons, ['Go']);
  });

  it('offer what a sign-in error offers', () => {
    const prompts = new Prompts();
    const action = { title: 'Copy Command', command: 'keyless.copyText', arguments: ['az login'] };
    showError(log, 'Copy Secret Value', new AccountError('Signed out', 'Run az login.', action));
    prompts.finish();
    assert.equal(prompts.last.text, 'Copy Secret Value: Signed out. Run az login.');
    assert.deepEqual(prompts.last.buttons, ['Copy Command', 'Show Log']);
  });

  it('run no command in a name from outside', () => {
    const prompts = new Prompts();
    showError(log, 'T', new UserError('[click](command:keyless.signOut) $(trash) \u001b[2J'));
    prompts.finish();
    assert.doesNotMatch(prompts.last.text, /\]\(|\$\(|\u001b/);
  });
});

describe('read-only documents', () => {
  let documents: ReadOnlyDocuments;
  before(() => {
    documents = new ReadOnlyDocuments();
  });
  after(async () => {
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
    documents.dispose();
  });

  it("show text that can't be saved", async () => {
    const { document } = await documents.show('answer 200.txt', 'hello\n');
    assert.equal(document.getText(), 'hello\n');
    assert.equal(document.uri.scheme, documentScheme);
    assert.ok(!document.isUntitled);
    assert.equal(await document.save(), false);
  });

  it('drop their text when the tab closes', async () => {
    const { document } = await documents.show('a/b\\c: secret.txt', 's3cret');
    assert.match(document.uri.path, /^\/\d+\/a-b-c: secret\.txt$/);
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
    await until(() => documents.size === 0, { what: 'the text to be dropped' });
    await until(() => !vscode.workspace.textDocuments.some((open) => open.getText().includes('s3cret')), {
      what: 'the model to be emptied',
    });
  });

  it('keep their text while another tab shows it', async () => {
    const { document } = await documents.show('two.txt', 'shared');
    await vscode.window.showTextDocument(document, { viewColumn: vscode.ViewColumn.Beside, preview: false });
    await vscode.commands.executeCommand('workbench.action.closeActiveEditor');
    await until(() => vscode.window.tabGroups.all.flatMap(({ tabs }) => tabs).length === 1, {
      what: 'one tab to close',
    });
    assert.equal(documents.provideTextDocumentContent(document.uri), 'shared');
  });
});

describe('the clipboard for secret values', () => {
  it("is cleared after a while if it hasn't changed", async () => {
    await new SecretClipboard(1).copy('s3cret');
    await until(async () => (await vscode.env.clipboard.readText()) === '', {
      what: 'the clipboard to be cleared',
    });
  });

  it('is left alone if something else was copied in the meantime', async () => {
    const clipboard = new SecretClipboard();
    await clipboard.copy('s3cret');
    await vscode.env.clipboard.writeText('mine');
    await clipboard.clear();
    assert.equal(await vscode.env.clipboard.readText(), 'mine');
  });

  it('is cleared only once', async () => {
    const clipboard = new SecretClipboard();
    await clipboard.copy('s3cret');
    await clipboard.clear();
    assert.equal(await vscode.env.clipboard.readText(), '');
    await vscode.env.clipboard.writeText('s3cret');
    await clipboard.clear();
    assert.equal(await vscode.env.clipboard.readText(), 's3cret');
  });
});
