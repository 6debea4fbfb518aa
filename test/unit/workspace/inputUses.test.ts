import assert from 'node:assert/strict';
import type { InputRefusal } from '../../../src/workspace/model/inputUses';
import { sourcesOf, whyRefused } from '../../../src/workspace/model/inputUses';

const input = { id: 'photos', type: 'command', command: 'keyless.secretValue', args: { secret: 'uri' } };
const launch = (item: object) => ({
  inputs: [input],
  items: [{ name: 'Run', request: 'launch', type: 'node', ...item }],
});
const isAsked = (args: unknown) => (args as { secret?: string }).secret === 'uri';
const why = (...sources: { inputs: unknown; items: unknown }[]): InputRefusal['kind'] | undefined =>
  whyRefused(sources, 'keyless.secretValue', isAsked)?.kind;
const env = { PHOTOS: '${input:photos}' };

describe('an input that gets a secret', () => {
  it('may be part of the environment of a process', () => {
    assert.equal(why(launch({ env })), undefined);
    assert.equal(
      why(launch({ env: { PHOTOS: 'Key=${input:photos};x' }, console: 'internalConsole' })),
      undefined,
    );
    assert.equal(why(launch({ type: 'coreclr', linux: { env } })), undefined);
    const task = { label: 'build', type: 'shell', command: 'make', options: { env } };
    assert.equal(why({ inputs: [input], items: [task] }), undefined);
    const listed = {
      type: 'cppvsdbg',
      console: 'internalConsole',
      environment: [{ name: 'A', value: env.PHOTOS }],
    };
    assert.equal(why(launch(listed)), undefined);
  });

  it("can't be used where the debugger shows the environment in a terminal", () => {
    for (const console of ['integratedTerminal', 'externalTerminal', 'newExternalWindow'])
      assert.equal(why(launch({ env, console })), 'terminal');
    for (const type of ['debugpy', 'cppdbg', 'node-terminal', 'java', 'unheard-of'])
      assert.equal(why(launch({ env, type })), 'terminal');
    assert.equal(why(launch({ env, type: 'debugpy', console: 'internalConsole' })), undefined);
  });

  it("can't be part of a command line or of anything else", () => {
    const { PHOTOS } = env;
    for (const item of [
      ...[{ args: [PHOTOS] }, { program: PHOTOS }, { env, args: ['-k', PHOTOS] }],
      { env, sourceFileMap: { [PHOTOS]: 'x' } },
    ])
      assert.equal(why(launch(item)), 'outsideEnvironment');
    for (const item of [{ command: PHOTOS }, { command: 'a', args: [PHOTOS] }, { options: { cwd: PHOTOS } }])
      assert.equal(why({ inputs: [input], items: [{ label: 'b', ...item }] }), 'outsideEnvironment');
  });

  it("is refused if any use of it is, because VS Code doesn't say for which one it asks", () => {
    const items = [
      { name: 'One', request: 'launch', type: 'node', env },
      { name: 'Two', request: 'launch', type: 'node', env, console: 'integratedTerminal' },
    ];
    assert.deepEqual(whyRefused([{ inputs: [input], items }], 'keyless.secretValue', isAsked), {
      ...{ kind: 'terminal', name: 'Two' },
    });
  });

  it("is refused if a configuration of the user shows it, which a folder's hides", () => {
    const [folder, user] = [{ env }, { args: [env.PHOTOS] }].map((item) => ({
      inputs: [input],
      configurations: launch(item).items,
    }));
    assert.equal(why(...sourcesOf('launch', folder, [undefined, folder])), undefined);
    assert.equal(why(...sourcesOf('launch', folder, [user, folder])), 'outsideEnvironment');
    const { inputs, ...without } = user ?? assert.fail();
    assert.equal(why(...sourcesOf('launch', { inputs, ...folder }, [without])), 'outsideEnvironment');
    const tasks = { inputs: [input], tasks: [{ label: 'x', options: { env } }] };
    assert.equal(why(...sourcesOf('tasks', tasks, [])), undefined);
  });

  it('is refused if what holds for all tasks shows it, and allowed in their environment', () => {
    const tasks = [{ label: 'build', command: 'make', options: { env } }];
    const whyOf = (more: object) => why(...sourcesOf('tasks', { inputs: [input], tasks, ...more }, []));
    assert.equal(whyOf({ version: '2.0.0', options: { env }, linux: { options: { env } } }), undefined);
    for (const shown of [
      { args: [env.PHOTOS] },
      { options: { cwd: env.PHOTOS } },
      { linux: { command: env.PHOTOS } },
    ])
      assert.equal(whyOf(shown), 'outsideEnvironment');
  });

  it('is refused if an MCP server uses it, whose inputs VS Code saves', () => {
    const servers = { files: { type: 'stdio', command: 'serve', env } };
    const sources = [launch({ env }), ...sourcesOf('mcp', { inputs: [input], servers }, [])];
    const refusal = whyRefused(sources, 'keyless.secretValue', isAsked);
    assert.deepEqual(refusal, { kind: 'saved', name: 'files' });
    assert.equal(why(launch({ env }), ...sourcesOf('mcp', { inputs: [input], servers: {} }, [])), undefined);
  });

  it('is refused if nothing uses it, as for another extension that asks', () => {
    assert.equal(why(), 'unused');
    assert.equal(why(launch({})), 'unused');
    assert.equal(why({ ...launch({ env }), inputs: [{ ...input, args: { secret: 'other' } }] }), 'unused');
    assert.equal(why({ ...launch({ env }), inputs: [{ ...input, command: 'other' }] }), 'unused');
    assert.equal(why({ inputs: 'x', items: [null, 3] }), 'unused');
  });
});
