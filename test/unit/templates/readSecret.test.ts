import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { listFunctionApps, listKeyVaults } from '../../../src/inventory/listResources';
import { invokeFunction } from '../../../src/azure/appService/invoke';
import type { FunctionApp, KeyVault } from '../../../src/azure/core/model';
import { deleteSiteFolder, writeSiteFile } from '../../../src/azure/appService/siteFiles';
import {
  enableSystemAssignedIdentity,
  getFunctionKeys,
  listFunctions,
} from '../../../src/azure/appService/sites';
import { addAccessPolicy, removeAccessPolicy } from '../../../src/azure/keyVault/vaults';
import type { Plan, Project } from '../../../src/templates/readSecret';
import { isDeclaredInCode, planFunction } from '../../../src/templates/readSecret';
import { temporaryFolder } from '../../support/processes';
import type { RunningSandbox } from '../../support/sandbox';
import { startSandbox } from '../../support/sandbox';
import { skip } from '../../support/skip';
import type { TestConnection } from '../azure/support';
import { connect, only } from '../azure/support';

const run = promisify(execFile);
const vaultAudience = 'https://vault.localhost';

describe('functions that read a secret', () => {
  describe('as text', () => {
    // A name that would end a string or start a command if it weren't quoted.
    const hostile = 'https://v.vault.azure.net/secrets/a\'"`$(x)${y}';
    const plan = (runtime: string, rest: Partial<Project> = {}): Plan =>
      planFunction(
        { runtime, declaredInCode: false, ...rest },
        { functionName: 'ReadSecret', secretUri: hostile, vaultAudience, clientId: 'c' },
      ) ?? assert.fail(runtime);

    it('are written to the site if its runtime runs plain files, or else to the workspace', () => {
      const place = (runtime: string, rest?: Partial<Project>) => plan(runtime, rest).place;
      assert.deepEqual(
        ['node', 'python', 'powershell', 'dotnet', 'dotnet-isolated', 'java'].map((runtime) =>
          place(runtime),
        ),
        ['site', 'site', 'site', 'site', 'workspace', 'workspace'],
      );
      for (const runtime of ['node', 'python', 'powershell', 'dotnet'])
        assert.equal(place(runtime, { readOnly: 'package' }), 'workspace');
      assert.equal(place('node', { declaredInCode: true }), 'workspace');
      assert.equal(place('python', { declaredInCode: true }), 'workspace');
      assert.equal(planFunction({ runtime: 'custom', declaredInCode: false }, {} as never), undefined);
    });

    it('have a valid function.json, and their main file is the code', () => {
      for (const runtime of ['node', 'python', 'powershell', 'dotnet']) {
        const { files, main } = plan(runtime);
        const { bindings } = JSON.parse(files['ReadSecret/function.json'] ?? '') as {
          bindings: { type: string; authLevel?: string; name: string }[];
        };
        assert.deepEqual(
          bindings.map(({ type }) => type),
          ['httpTrigger', 'http'],
        );
        assert.equal(bindings[0]?.authLevel, 'function');
        assert.match(main, /^ReadSecret\/(index\.js|__init__\.py|run\.(ps1|csx))$/);
      }
    });

    it('come with notes that C# script support has ended and which packages a project needs', () => {
      assert.match(plan('dotnet').notes.join(), /ended/);
      assert.match(
        plan('dotnet').files['ReadSecret/function.proj'] ?? '',
        /Azure\.Security\.KeyVault\.Secrets/,
      );
      assert.match(plan('dotnet-isolated').packages.join(), /Azure\.Identity/);
      assert.match(plan('python', { declaredInCode: true }).notes.join(), /from read_secret import bp/);
    });

    it('quote their parameters for each language', async function () {
      assert.match(
        plan('powershell').files['ReadSecret/run.ps1'] ?? '',
        /'https:[^\n]*a''"`\$\(x\)\$\{y\}'\n/,
      );
      const work = temporaryFolder('templates');
      try {
        const script = path.join(work.path, 'index.js');
        fs.writeFileSync(script, plan('node').files['ReadSecret/index.js'] ?? '');
        await run(process.execPath, ['--check', script]);
        fs.writeFileSync(
          script,
          plan('node', { declaredInCode: true }).files['src/functions/ReadSecret.js'] ?? '',
        );
        await run(process.execPath, ['--check', script]);
        const python = await findPython();
        if (!python) skip(this, 'python3 is not installed');
        for (const declaredInCode of [false, true]) {
          const { files, main } = plan('python', { declaredInCode });
          const module = path.join(work.path, 'module.py');
          fs.writeFileSync(module, files[main] ?? '');
          const print =
            'import ast,sys;print([n.value.value for n in ast.parse(open(sys.argv[1]).read()).body if isinstance(n,ast.Assign) and n.targets[0].id=="SECRET_URI"][0])';
          const { stdout }: { stdout: string } = await run(python, ['-c', print, module]);
          assert.equal(stdout.trim(), hostile);
        }
      } finally {
        work.remove();
      }
    });

    it('depend on whether a project declares functions in code or in function.json', () => {
      assert.equal(isDeclaredInCode('python', ['function_app.py']), true);
      assert.equal(isDeclaredInCode('python', ['ReadSecret', 'host.json']), false);
      const v4 = JSON.stringify({ main: 'src/functions/*.js', dependencies: { '@azure/functions': '^4' } });
      assert.equal(isDeclaredInCode('node', ['package.json'], v4), true);
      assert.equal(isDeclaredInCode('node', ['package.json'], '{"name":"x"}'), false);
      assert.equal(isDeclaredInCode('node', []), false);
      assert.deepEqual(
        ['node', 'python', 'java'].map((runtime) => isDeclaredInCode(runtime, undefined)),
        [true, true, false],
      );
    });
  });

  describe('in the sandbox', () => {
    let sandbox: RunningSandbox;
    let c: TestConnection;
    let app: FunctionApp;
    let vault: KeyVault;
    let secretUri: string;
    before(async () => {
      sandbox = await startSandbox();
      c = connect(sandbox.ready);
      const apps = await listFunctionApps(c, sandbox.ready.subscriptionIds);
      const vaults = await listKeyVaults(c, sandbox.ready.subscriptionIds);
      const found = only(apps.items, ({ name }) => name === 'keyless-demo-app', 'the app');
      vault = only(vaults.items, ({ name }) => name === 'keyless-demo-kv', 'the vault');
      app = await enableSystemAssignedIdentity(c, found);
      secretUri = `${vault.vaultUri}/secrets/ASampleKey`;
    });
    afterEach(() => removeAccessPolicy(c, vault, { tenantId: vault.tenantId, ...policy() }));
    after(() => sandbox.stop());

    async function write(files: Readonly<Record<string, string>>): Promise<void> {
      for (const [name, text] of Object.entries(files))
        await writeSiteFile(c, app, `site/wwwroot/${name}`, Buffer.from(text), undefined);
    }
    async function call(name: string): Promise<{ status: number; body: Record<string, unknown> }> {
      const fn = only(await listFunctions(c, app), (each) => each.name === name, name);
      const key = Object.values(await getFunctionKeys(c, app, fn))[0] ?? assert.fail('no key');
      const { status, body } = await invokeFunction(c, app, fn, { method: 'GET', key });
      return { status, body: JSON.parse(body) as Record<string, unknown> };
    }
    const options = () => ({ functionName: 'ReadIt', secretUri, vaultAudience });

    it('report why access is denied, and read the secret once access is granted', async () => {
      const plan = planFunction({ runtime: 'node', declaredInCode: false }, options()) ?? assert.fail();
      await write(plan.files);
      const refused = await call('ReadIt');
      assert.equal(refused.status, 403);
      assert.match(String(refused.body['error']), /^403 AccessDenied: .*secrets get permission/);
      await allow();
      const { status, body } = await call('ReadIt');
      assert.deepEqual([status, body['read']], [200, true]);
      assert.match(String(body['id']), /\/secrets\/ASampleKey\/[0-9a-f]{32}$/);
      assert.ok(Number(body['characters']) > 0);
      await deleteSiteFolder(c, app, 'site/wwwroot/ReadIt', true);
    });

    it('read the secret from Python, with a token from the identity endpoint', async function () {
      const python = await findPython();
      if (!python) skip(this, 'python3 is not installed');
      await allow();
      await write({
        'Environment/function.json':
          (planFunction({ runtime: 'node', declaredInCode: false }, options())?.files ?? {})[
            'ReadIt/function.json'
          ] ?? '',
        'Environment/index.js':
          'module.exports = async (context) => { const { IDENTITY_ENDPOINT: endpoint, IDENTITY_HEADER: header } = process.env; context.res = { body: { endpoint, header } }; };',
      });
      const { body: env } = await call('Environment');
      const plan = planFunction({ runtime: 'python', declaredInCode: false }, options()) ?? assert.fail();
      const work = temporaryFolder('templates');
      try {
        fs.mkdirSync(path.join(work.path, 'azure/functions'), { recursive: true });
        fs.writeFileSync(path.join(work.path, 'azure/functions/__init__.py'), functionsModule);
        fs.writeFileSync(path.join(work.path, 'function.py'), plan.files['ReadIt/__init__.py'] ?? '');
        fs.writeFileSync(path.join(work.path, 'main.py'), mainScript);
        const { stdout } = await run(python, [path.join(work.path, 'main.py')], {
          env: {
            PYTHONDONTWRITEBYTECODE: '1',
            SSL_CERT_FILE: sandbox.ready.caCertificateFile,
            IDENTITY_ENDPOINT: String(env['endpoint']),
            IDENTITY_HEADER: String(env['header']),
          },
        });
        const answer = JSON.parse(stdout) as { status: number; body: Record<string, unknown> };
        assert.deepEqual([answer.status, answer.body['read']], [200, true]);
        assert.match(String(answer.body['id']), /\/secrets\/ASampleKey\//);
      } finally {
        work.remove();
        await deleteSiteFolder(c, app, 'site/wwwroot/Environment', true);
      }
    });

    const policy = () => ({
      objectId: app.identity.systemAssigned?.principalId ?? assert.fail(),
      permissions: { secrets: ['get'] },
    });
    const allow = () => addAccessPolicy(c, vault, policy());
  });
});

async function findPython(): Promise<string | undefined> {
  return run('python3', ['--version']).then(
    () => 'python3',
    () => undefined,
  );
}

/** The parts of the Functions SDK that the function uses. */
const functionsModule = `class HttpRequest: pass
class HttpResponse:
    def __init__(self, body, status_code, mimetype):
        self.body, self.status_code = body, status_code
`;

/** Resolves the sandbox's host names to this machine. */
const mainScript = `import json, socket
resolve = socket.getaddrinfo
socket.getaddrinfo = lambda host, *rest, **more: resolve("127.0.0.1" if host.endswith(".localhost") else host, *rest, **more)
import function
answer = function.main(None)
print(json.dumps({"status": answer.status_code, "body": json.loads(answer.body)}))
`;
