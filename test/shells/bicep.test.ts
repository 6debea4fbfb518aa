import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import type { Change } from '../../src/changes/change';
import { allToBicep, toBicep } from '../../src/changes/equivalents/bicep';
import { ensureBicep, toolEnvironment, whyNoDotnetTools } from '../support/dotnet';
import { startGroup, temporaryFolder } from '../support/processes';
import { skip } from '../support/skip';
import { changesOn, hostileNames, idsIn } from '../unit/changes/equivalents/changes';

/** A name that Azure accepts for every kind of resource. */
const name = 'keyless1';

describe('Bicep that Keyless copies, through the Bicep compiler', function () {
  this.timeout(480_000);
  const scratch = temporaryFolder('bicep');
  const hostile = hostileNames.join(' ');
  const folders = {
    single: [...changesOn(name), ...rolesOn(), ...appsOn()].map((change) => toBicep(change)),
    several: allToBicep([...changesOn(name), ...rolesOn()])
      .split(/^\/\/ Part \d+ of \d+\n/m)
      .slice(1),
    plain: changesOn('NAME').map((change) => toBicep(change)),
    hostile: changesOn(hostile).map((change) => toBicep(change)),
  };
  /** What the compiler says. */
  let lines: readonly string[];

  before(async function () {
    const why = await whyNoDotnetTools();
    if (why !== undefined) skip(this, why);
    for (const [folder, texts] of Object.entries(folders)) {
      fs.mkdirSync(path.join(scratch.path, folder));
      for (const [index, text] of texts.entries())
        fs.writeFileSync(path.join(scratch.path, folder, `${index}.bicep`), `${whole(text)}\n`);
    }
    // One run compiles all, since most of its time goes into starting.
    const compiler = startGroup(await ensureBicep(scratch.path), ['build', '--pattern', './*/*.bicep'], {
      cwd: scratch.path,
      env: toolEnvironment(scratch.path),
    });
    await compiler.exited;
    lines = compiler.output().split('\n').filter(Boolean);
  });
  after(scratch.remove);

  it('compiles without an error or a warning', () => {
    assert.equal(templatesIn('single').length, folders.single.length);
    assert.deepEqual(linesAbout('single'), []);
  });

  it('compiles several changes at once, as one file or as several', () => {
    assert.ok(folders.several.length > 1);
    assert.ok(folders.several.some((file) => /^resource identity[^]*^resource policy/m.test(file)));
    assert.equal(templatesIn('several').length, folders.several.length);
    assert.deepEqual(linesAbout('several'), []);
  });

  it('keeps every value as it is', () => {
    const [plain, written] = [templatesIn('plain'), templatesIn('hostile')];
    assert.equal(plain.length, folders.plain.length);
    assert.equal(written.length, folders.hostile.length);
    for (const [index, template] of plain.entries())
      assert.deepEqual(
        valuesIn(written[index]),
        valuesIn(template).map((value) => renamed(value, hostile)),
      );
  });

  function linesAbout(folder: keyof typeof folders): string[] {
    return lines.filter((line) => line.includes(`/${folder}/`));
  }

  /** The templates that the compiler wrote, in the order of the files. */
  function templatesIn(folder: keyof typeof folders): unknown[] {
    return folders[folder].flatMap((_, index) => {
      const file = path.join(scratch.path, folder, `${index}.json`);
      return fs.existsSync(file) ? [JSON.parse(fs.readFileSync(file, 'utf8')) as unknown] : [];
    });
  }
});

/** Properties that belong in an existing declaration, in such a declaration; other text as it is. */
function whole(text: string): string {
  const [, type, properties] =
    /^\/\/ Add this to the declaration of .* \((\S+@\S+)\):.*\n([^]*)$/.exec(text.trimEnd()) ?? [];
  if (type === undefined || properties === undefined) return text;
  const required = type.startsWith('Microsoft.KeyVault/')
    ? properties.replace(
        /^properties: \{$/m,
        "$&\n  tenantId: subscription().tenantId\n  sku: {\n    family: 'A'\n    name: 'standard'\n  }",
      )
    : type.startsWith('Microsoft.Storage/')
      ? ["kind: 'StorageV2'", "sku: { name: 'Standard_LRS' }", properties].join('\n')
      : properties;
  const slot = type.includes('/slots@') ? `${name}/${name}` : name;
  return `resource target '${type}' = {\nname: '${slot}'\nlocation: 'westeurope'\n${required}\n}`;
}

/** A role at every kind of scope. */
function rolesOn(): Change[] {
  const { role, vault, slot } = idsIn(name, name);
  const subscription = '/subscriptions/00000000-0000-0000-0000-000000000001';
  const group = `${subscription}/resourceGroups/${name}`;
  const scopes = [
    ...['/', '/providers/Microsoft.Management/managementGroups/all', subscription, group, slot],
    ...[`${vault}/secrets/One`, `${vault}/keys/One`, `${vault}/certificates/One`],
    ...[
      'Microsoft.Storage/storageAccounts/keyless1',
      'Microsoft.Storage/storageAccounts/keyless1/blobServices/default/containers/one',
      'Microsoft.Storage/storageAccounts/keyless1/fileServices/default/shares/one',
      'Microsoft.Storage/storageAccounts/keyless1/queueServices/default/queues/one',
      'Microsoft.Storage/storageAccounts/keyless1/tableServices/default/tables/one',
      'Microsoft.ServiceBus/namespaces/keyless1',
      'Microsoft.ServiceBus/namespaces/keyless1/queues/one',
      'Microsoft.ServiceBus/namespaces/keyless1/topics/one',
      'Microsoft.EventHub/namespaces/keyless1',
      'Microsoft.EventHub/namespaces/keyless1/eventhubs/one',
      'Microsoft.Insights/components/keyless1',
      'Microsoft.OperationalInsights/workspaces/keyless1',
      'Microsoft.ManagedIdentity/userAssignedIdentities/keyless1',
      'Contoso.Unknown/things/keyless1',
    ].map((resource) => `${group}/providers/${resource}`),
  ];
  const principalId = '00000000-0000-0000-0000-00000000bbbb';
  const condition = "((!(ActionMatches{'Microsoft.Storage/x'})) OR (@Resource[name] StringEquals 'it''s'))";
  return scopes.map((scope) => ({
    ...{ kind: 'createRoleAssignment', scope, roleDefinitionId: role, principalId },
    ...{ principalType: 'ServicePrincipal', condition },
  }));
}

/** An app on every plan and operating system, with its storage account in its own resource group and in another. */
function appsOn(): Change[] {
  const { app: appId, vault } = idsIn(name, name);
  const planId = vault.replace('Microsoft.KeyVault/vaults', 'Microsoft.Web/serverfarms');
  const location = 'westeurope';
  return (['flex', 'consumption', 'premium', 'basic'] as const).flatMap((plan) =>
    [true, plan === 'flex'].flatMap((linux) =>
      [name, 'other'].flatMap((group): Change[] => [
        {
          ...{
            kind: 'createApp',
            appId,
            location,
            linux,
            plan,
            runtime: { name: 'python', version: '3.13' },
          },
          ...(plan === 'consumption' ? {} : { planId }),
          storageId: vault.replace(
            `/${name}/providers/Microsoft.KeyVault/vaults`,
            `/${group}/providers/Microsoft.Storage/storageAccounts`,
          ),
          componentId: vault,
        },
      ]),
    ),
  );
}

/** Every property name and value of a template, in order, without what the compiler adds. */
function valuesIn(template: unknown): string[] {
  if (Array.isArray(template)) return template.flatMap(valuesIn);
  if (typeof template !== 'object' || template === null) return [String(template)];
  return Object.entries(template).flatMap(([key, value]) =>
    key === 'metadata' ? [] : [key, ...valuesIn(value)],
  );
}

/** In an expression a quote is doubled. Names of containers and shares are cut, and in lower case. */
function renamed(value: string, hostile: string): string {
  const isExpression = value.startsWith('[') && value.endsWith(']');
  const written = (name: string) => (isExpression ? name.replaceAll("'", "''") : name);
  return value
    .replaceAll('NAME', () => written(hostile))
    .replaceAll('app-package-name', () => `app-package-${written(hostile.toLowerCase().slice(0, 40))}`)
    .replaceAll("format('name{0}'", () => {
      const share = written(hostile.toLowerCase().slice(0, 50)).replace(/[{}]/g, '$&$&');
      return `format('${share}{0}'`;
    });
}
