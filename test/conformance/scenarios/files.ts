import { listScmFolder, readScmFile } from '../../../src/azure/appService/scm';
import {
  createSiteFolder,
  deleteSiteFile,
  deleteSiteFolder,
  readOnlyReason,
  statSiteFile,
  writeSiteFile,
} from '../../../src/azure/appService/siteFiles';
import { codeFolder } from '../../../src/azure/appService/siteFolders';
import { moveSiteFile } from '../../../src/azure/appService/siteMove';
import { javaScriptFunction } from '../../../src/templates/javaScript';
import { outcomeOf, yes } from '../kit/report';
import type { Run, Scenario } from '../kit/run';
import { keptSecret } from './secrets';

/** Logs a number, so that each of its lines is another one. */
export const pingFunction = 'Ping';
/** Keyless's own template. */
export const readSecretFunction = 'ReadSecret';

/** How a request that changes a file must say which state of it it knows. */
const kudu = 'projectkudu/kudu, VfsControllerBase.cs and VfsController.cs';

/** Files are written, listed, moved, and deleted, and functions are deployed as files. */
export const files: Scenario = {
  name: 'files',
  async run(run) {
    for (const kind of ['windows', 'linux'] as const) {
      await deployFunctions(run, kind);
      await changeFiles(run, kind);
    }
    await run.check(
      'Why files of the flex app are read-only',
      {
        expected: 'flexConsumption',
        source: 'vscode-azuretools#1547; learn.microsoft.com/azure/azure-functions/flex-consumption-plan',
      },
      async () => (await readOnlyReason(run.c, run.app('flex'), run.signal)) ?? 'they can be changed',
    );
  },
};

async function deployFunctions(run: Run, kind: 'windows' | 'linux'): Promise<void> {
  const { c, signal } = run;
  const app = run.app(kind);
  await run.check(
    `Files of the ${kind} app can be changed`,
    {
      expected: 'yes',
      source: 'vscode-azurefunctions, ResolvedFunctionAppResource.ts: only packages are read-only',
    },
    async () => yes((await readOnlyReason(c, app, signal)) === undefined),
  );
  const secretUri = `${run.vault(kind === 'windows' ? 'policies' : 'roles').vaultUri}/secrets/${keptSecret}`;
  const { vaultAudience } = c.cloud;
  const all = {
    'host.json': hostJson,
    ...pingFiles,
    ...javaScriptFunction({ functionName: readSecretFunction, secretUri, vaultAudience }),
  };
  for (const [name, text] of Object.entries(all)) {
    const path = `${codeFolder}/${name}`;
    const there = await statSiteFile(c, app, path, signal);
    await writeSiteFile(c, app, path, Buffer.from(text), there && '*', signal);
  }
}

const hostJson = `${JSON.stringify({ version: '2.0' })}\n`;

const pingFiles = {
  [`${pingFunction}/function.json`]: JSON.stringify({
    bindings: [
      { authLevel: 'function', type: 'httpTrigger', direction: 'in', name: 'req', methods: ['get'] },
      { type: 'http', direction: 'out', name: 'res' },
    ],
  }),
  [`${pingFunction}/index.js`]: `module.exports = async function (context, req) {
  context.log('conformance ' + req.query.number + '.');
  context.res = { status: 200, body: 'pong' };
};
`,
};

async function changeFiles(run: Run, kind: 'windows' | 'linux'): Promise<void> {
  const { c, signal } = run;
  const app = run.app(kind);
  const folder = `data/${run.groupName}`;
  // Names that break URLs which aren't encoded (kudu#1147, #3071, azure-cli#26982).
  const path = `${folder}/a #1 %20 é.txt`;
  const text = Buffer.from('one\r\ntwo\n');
  await createSiteFolder(c, app, folder, signal);
  await run.check(
    `A new file on ${kind} is read as it was written`,
    { expected: 'yes', source: kudu },
    async () => {
      await writeSiteFile(c, app, path, text, undefined, signal);
      return yes(text.equals((await readScmFile(c, app, path, 0, signal)).bytes));
    },
  );
  await run.check(
    `Writing it again on ${kind} without its ETag`,
    { expected: '412', source: kudu },
    async () => statusOf(await outcomeOf(writeSiteFile(c, app, path, text, undefined, signal))),
  );
  await run.check(`Writing it on ${kind} with its ETag`, { expected: 'accepted', source: kudu }, async () => {
    const there = await statSiteFile(c, app, path, signal);
    return await outcomeOf(writeSiteFile(c, app, path, Buffer.from('12345'), there?.etag, signal));
  });
  await run.check(
    `Deleting it on ${kind} with another ETag`,
    {
      expected: 'FileChanged',
      source: 'VfsController.cs: 412 in kudu, 409 in KuduLite; Keyless has one code for both',
    },
    () => outcomeOf(deleteSiteFile(c, app, path, '"0000000000000000"', signal)),
  );
  await run.check(
    `Part of it on ${kind}, from the second byte`,
    { expected: '2345', source: kudu },
    async () => Buffer.from((await readScmFile(c, app, path, 1, signal)).bytes).toString(),
  );
  await run.check(
    `The folder on ${kind} after the file was moved`,
    { expected: 'b +2 & b.txt', source: kudu },
    async () => {
      await moveSiteFile(c, app, path, `${folder}/b +2 & b.txt`, false, undefined, signal);
      return (await listScmFolder(c, app, folder, signal)).map(({ name }) => name).join(', ');
    },
  );
  await run.check(
    `The folder on ${kind} after it was deleted`,
    { expected: 'gone', source: kudu },
    async () => {
      await deleteSiteFolder(c, app, folder, true, signal);
      return (await statSiteFile(c, app, folder, signal)) === undefined ? 'gone' : 'still there';
    },
  );
}

function statusOf(outcome: string): string {
  return /^\d+/.exec(outcome)?.[0] ?? outcome;
}
