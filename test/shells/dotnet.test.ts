import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { csharpScriptFunction, isolatedFunction } from '../../src/templates/dotnet';
import { dotnet, ensurePowerShell, findDotnet, toolEnvironment, whyNoDotnetTools } from '../support/dotnet';
import { root } from '../support/paths';
import { run, temporaryFolder } from '../support/processes';
import { skip } from '../support/skip';

const options = {
  secretUri: 'https://kv.vault.azure.net/secrets/a\'"`$(x)${y}',
  vaultAudience: 'https://vault.azure.net',
};
/** With the app's own identity and with a user-assigned one. */
const functions = [
  { ...options, functionName: 'Own-Identity' },
  { ...options, functionName: 'Assigned', clientId: '00000000-0000-0000-0000-000000000001' },
];

/**
 * A project as the Functions tools create it, with today's packages. The SDK's own build step is left out: it builds a
 * project of extensions for the host from hundreds of megabytes of packages, whatever the functions are.
 */
const project = `<Project Sdk="Microsoft.NET.Sdk">
  <PropertyGroup>
    <TargetFramework>net10.0</TargetFramework>
    <AzureFunctionsVersion>v4</AzureFunctionsVersion>
    <OutputType>Exe</OutputType>
    <ImplicitUsings>enable</ImplicitUsings>
    <Nullable>enable</Nullable>
    <NuGetAudit>false</NuGetAudit>
  </PropertyGroup>
  <ItemGroup>
    <FrameworkReference Include="Microsoft.AspNetCore.App" />
    <PackageReference Include="Microsoft.Azure.Functions.Worker" Version="2.52.0" />
    <PackageReference Include="Microsoft.Azure.Functions.Worker.Sdk" Version="2.1.0" ExcludeAssets="build;buildTransitive" />
    <PackageReference Include="Microsoft.Azure.Functions.Worker.Extensions.Http.AspNetCore" Version="2.1.1" />
    <PackageReference Include="Azure.Identity" Version="1.21.0" />
    <PackageReference Include="Azure.Security.KeyVault.Secrets" Version="4.12.0" />
  </ItemGroup>
</Project>
`;

const program = `using Microsoft.Azure.Functions.Worker.Builder;
using Microsoft.Extensions.Hosting;

var builder = FunctionsApplication.CreateBuilder(args);
builder.ConfigureFunctionsWebApplication();
builder.Build().Run();
`;

describe('C# templates, with the packages that they use', function () {
  this.timeout(480_000);
  const scratch = temporaryFolder('dotnet');

  before(async function () {
    const why = await whyNoDotnetTools();
    if (why !== undefined) skip(this, why);
  });
  after(scratch.remove);

  it('builds the functions of the isolated worker without an error or a warning', async () => {
    const folder = path.join(scratch.path, 'isolated');
    write(folder, { 'App.csproj': project, 'Program.cs': program });
    for (const one of functions) write(folder, isolatedFunction(one));
    const output = await dotnet(['build', '-warnaserror'], folder, scratch.path);
    assert.match(output, /0 Warning\(s\)/);
    assert.ok(fs.existsSync(path.join(folder, 'bin/Debug/net10.0/App.dll')));
  });

  it('compiles C# script with the packages that its function.proj restores', async () => {
    const folder = path.join(scratch.path, 'script');
    for (const one of functions) write(folder, csharpScriptFunction(one));
    const [first = assert.fail()] = functions.map(({ functionName }) => path.join(folder, functionName));
    await dotnet(['restore', 'function.proj', '-p:NuGetAudit=false'], first, scratch.path);
    const pwsh = await ensurePowerShell(scratch.path);
    const output = await run(
      findDotnet() ?? '',
      [
        ...[pwsh, '-NoProfile', '-NonInteractive', '-File', path.join(root, 'test/shells/compileScript.ps1')],
        ...[
          path.join(first, 'obj/project.assets.json'),
          ...functions.map((one) => path.join(folder, one.functionName, 'run.csx')),
        ],
      ],
      { cwd: folder, env: toolEnvironment(scratch.path) },
    );
    assert.equal(output.trim(), functions.map(() => 'compiled').join('\n'));
  });
});

function write(folder: string, files: Readonly<Record<string, string>>): void {
  for (const [file, text] of Object.entries(files)) {
    const target = path.join(folder, file);
    fs.mkdirSync(path.dirname(target), { recursive: true });
    fs.writeFileSync(target, text);
  }
}
