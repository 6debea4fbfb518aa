import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { allToAzureCli } from '../../src/changes/equivalents/azureCli';
import { allToPowerShell } from '../../src/changes/equivalents/powerShell';
import { powerShellFunction } from '../../src/templates/powerShell';
import { ensurePowerShell, findDotnet, toolEnvironment, whyNoDotnetTools } from '../support/dotnet';
import { root } from '../support/paths';
import { run, temporaryFolder } from '../support/processes';
import { skip } from '../support/skip';
import { changesOn, hostileNames } from '../unit/changes/equivalents/changes';

/** What runCopies.ps1 says of one script: the commands that ran with their arguments, or why it didn't run. */
interface Ran {
  readonly commands: readonly (readonly unknown[])[];
  readonly errors: readonly string[];
}

describe('PowerShell that Keyless copies, in PowerShell', function () {
  this.timeout(480_000);
  const scratch = temporaryFolder('powershell');
  const scripts = {
    plain: copies('NAME', allToPowerShell),
    hostile: hostileNames.map((name) => copies(name, allToPowerShell)),
    azPlain: azureCliCopies('NAME'),
    azHostile: hostileNames.map(azureCliCopies),
    template: Object.values(
      powerShellFunction({
        ...{ functionName: 'Read', secretUri: "https://kv.vault.azure.net/secrets/it's" },
        vaultAudience: 'https://vault.azure.net',
      }),
    ).slice(-1),
  };
  let ran: {
    readonly plain: readonly Ran[];
    readonly hostile: readonly (readonly Ran[])[];
    readonly azPlain: readonly Ran[];
    readonly azHostile: readonly (readonly Ran[])[];
    readonly template: readonly Ran[];
  };

  before(async function () {
    const why = await whyNoDotnetTools();
    if (why !== undefined) skip(this, why);
    const files = path.join(scratch.path, 'files');
    fs.mkdirSync(files);
    for (const name of ['NAME', 'a.js', ...hostileNames]) fs.writeFileSync(path.join(files, name), name);
    const input = path.join(scratch.path, 'scripts.json');
    const output = path.join(scratch.path, 'ran.json');
    fs.writeFileSync(input, JSON.stringify(scripts));
    const program = await ensurePowerShell(scratch.path);
    const script = path.join(root, 'test/shells/runCopies.ps1');
    await run(
      findDotnet() ?? '',
      [program, '-NoProfile', '-NonInteractive', '-File', script, input, output],
      { cwd: files, env: toolEnvironment(scratch.path) },
    );
    ran = JSON.parse(fs.readFileSync(output, 'utf8')) as typeof ran;
  });
  after(scratch.remove);

  it('runs, with the commands that it names', () => {
    for (const [index, { commands, errors }] of ran.plain.entries()) {
      assert.deepEqual(errors, [], scripts.plain[index]);
      assert.ok(commands.length > 0, scripts.plain[index]);
    }
  });

  it('hands every value to the cmdlets as it is', () => {
    for (const [index, name] of hostileNames.entries())
      for (const [at, { commands, errors }] of (ran.hostile[index] ?? []).entries()) {
        const script = scripts.hostile[index]?.[at];
        assert.deepEqual(errors, [], script);
        assert.deepEqual(
          commands.map((one) => flat(one)),
          ran.plain[at]?.commands.map((one) => renamed(flat(one), name)),
          script,
        );
      }
  });

  it("hands the words of the Azure CLI to az.cmd as they are, or says that it can't", () => {
    let possible = 0;
    for (const [index, name] of hostileNames.entries())
      for (const [at, { commands, errors }] of (ran.azHostile[index] ?? []).entries()) {
        const script = scripts.azHostile[index]?.[at] ?? '';
        assert.deepEqual(errors, [], script);
        if (script.includes("# PowerShell can't pass")) assert.deepEqual(commands, [], script);
        else {
          const expected = ran.azPlain[at]?.commands.map((one) => renamed(flat(one), name));
          assert.deepEqual(attached(commands.map((one) => flat(one))), attached(expected ?? []), script);
          possible++;
        }
      }
    assert.ok(possible > 100, String(possible));
  });

  it('parses the template of a function', () => {
    for (const { errors } of ran.template) assert.deepEqual(errors, []);
  });
});

function copies(name: string, write: (changes: ReturnType<typeof changesOn>) => string): string[] {
  return changesOn(name).map((change) => write([change]));
}

/** Some of each form of word, since each command is a process. */
function azureCliCopies(name: string): string[] {
  const kinds = ['createRoleAssignment', 'updateSecret', 'setAppSetting', 'createComponent', 'moveSiteFile'];
  return changesOn(name)
    .filter(({ kind }) => kinds.includes(kind))
    .map((change) => allToAzureCli([change], 'powerShell'));
}

/** Names and values of what a command was given, as strings. */
function flat(value: unknown, read = textOf): string[] {
  if (Array.isArray(value)) return value.flatMap((one) => flat(one, read));
  if (typeof value !== 'object' || value === null) return read(String(value));
  return Object.entries(value).flatMap(([key, inner]) => [key, ...flat(inner, read)]);
}

/** Without the encoding of a body or a URL, which depends on the name. */
function textOf(text: string): string[] {
  if (text.startsWith('{')) return flat(JSON.parse(text), (inner) => [inner]);
  const [, start, encoded] = /^(https:|.*\/(?:functions|host)\/)(.*)$/s.exec(text) ?? [];
  return [start === undefined || encoded === undefined ? text : `${start}${decodeURIComponent(encoded)}`];
}

function renamed(values: readonly string[], name: string): string[] {
  return values.map((value) =>
    value
      .replaceAll('NAME', () => name)
      // The name of a container is cut, and in lower case.
      .replace(/^app-package-name$/, () => `app-package-${name.toLowerCase().slice(0, 40)}`),
  );
}

/**
 * Turns `--name=-x` into `--name -x`: the same, but only values that start with a hyphen are written that way. PowerShell
 * reads by lines what a program writes, so the kind of a line break gets lost.
 */
function attached(commands: readonly (readonly string[])[]): string {
  return commands
    .map((words) =>
      words
        .join('\0')
        .replaceAll('\r\n', '\n')
        .replaceAll(/(--[\w-]+)=(?=-)/g, '$1\0'),
    )
    .join('\0\0');
}
