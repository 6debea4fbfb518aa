import fs from 'node:fs';
import path from 'node:path';
import { installOnce } from './installOnce';
import { cache } from './paths';
import { run } from './processes';

/** Versions of the tools that NuGet brings. */
const POWERSHELL = '7.6.9';
const BICEP = '0.49.2';
/** The .NET SDK that they and the functions need. */
const SDK = 10;

/** Full path of the .NET SDK's `dotnet`; undefined where it's not installed. */
export function findDotnet(): string | undefined {
  return (process.env.PATH ?? '')
    .split(path.delimiter)
    .filter(Boolean)
    .map((folder) => path.join(folder, process.platform === 'win32' ? 'dotnet.exe' : 'dotnet'))
    .find((file) => fs.existsSync(file));
}

/** Why the tools from NuGet can't be used on this machine. Undefined if they can. */
export async function whyNoDotnetTools(): Promise<string | undefined> {
  if (process.platform !== 'linux' || process.arch !== 'x64') return 'the tools are for Linux on x64';
  const program = findDotnet();
  if (program === undefined) return "the .NET SDK (dotnet) isn't installed";
  const sdks = await run(program, ['--list-sdks'], { env: { DOTNET_NOLOGO: '1' } });
  const newest = Math.max(0, ...[...sdks.matchAll(/^(\d+)\./gm)].map(([, major]) => Number(major)));
  return newest < SDK ? `the .NET SDK is older than version ${SDK}` : undefined;
}

/** `scratch`: a folder for everything that the tools would leave in the home folder or in the temporary folder. */
export function toolEnvironment(scratch: string): Record<string, string> {
  return {
    ...{ TMPDIR: scratch, XDG_CACHE_HOME: scratch, XDG_CONFIG_HOME: scratch, XDG_DATA_HOME: scratch },
    ...{ POWERSHELL_TELEMETRY_OPTOUT: '1', POWERSHELL_UPDATECHECK: 'Off', DOTNET_EnableDiagnostics: '0' },
    ...{ DOTNET_CLI_HOME: path.join(cache, 'dotnet'), DOTNET_CLI_TELEMETRY_OPTOUT: '1', DOTNET_NOLOGO: '1' },
    ...{ DOTNET_GENERATE_ASPNET_CERTIFICATE: 'false', DOTNET_CLI_WORKLOAD_UPDATE_NOTIFY_DISABLE: 'true' },
    ...{ NUGET_PACKAGES: path.join(cache, 'nuget'), NUGET_HTTP_CACHE_PATH: path.join(scratch, 'http') },
    // Servers that would outlive the command.
    ...{ DOTNET_CLI_USE_MSBUILD_SERVER: '0', MSBUILDDISABLENODEREUSE: '1', UseSharedCompilation: 'false' },
  };
}

/** Runs `dotnet` to its end. @returns its output @throws Error with the output if it fails */
export async function dotnet(args: string[], cwd: string, scratch: string): Promise<string> {
  return run(findDotnet() ?? 'dotnet', args, { cwd, env: toolEnvironment(scratch) });
}

/** Installs PowerShell unless the cache folder has it. @returns its pwsh.dll, which `dotnet` runs */
export async function ensurePowerShell(scratch: string): Promise<string> {
  const folder = path.join(cache, `powershell-${POWERSHELL}`);
  await installOnce(folder, `PowerShell ${POWERSHELL} from NuGet`, async (draft) => {
    const tool = path.join(draft, 'tool');
    await dotnet(
      ['tool', 'install', 'PowerShell', '--version', POWERSHELL, '--tool-path', tool],
      draft,
      scratch,
    );
    // The tool also has PowerShell for Windows and, twice, the package it came in.
    const unix = fs
      .globSync(`${tool}/.store/powershell/*/powershell/*/tools/*/any/unix`)
      .find((found) => fs.existsSync(path.join(found, 'pwsh.dll')));
    if (!unix) throw new Error('The package PowerShell has no pwsh.dll for Linux.');
    return unix;
  });
  return path.join(folder, 'pwsh.dll');
}

/** Downloads the Bicep compiler unless the cache folder has it. @returns the program */
export async function ensureBicep(scratch: string): Promise<string> {
  const folder = path.join(cache, `bicep-${BICEP}`);
  await installOnce(folder, `Bicep ${BICEP} from NuGet`, async (draft) => {
    const name = 'Azure.Bicep.CommandLine.linux-x64';
    fs.writeFileSync(
      path.join(draft, 'download.csproj'),
      `<Project Sdk="Microsoft.NET.Sdk">
  <PropertyGroup>
    <TargetFramework>net8.0</TargetFramework>
  </PropertyGroup>
  <ItemGroup>
    <PackageDownload Include="${name}" Version="[${BICEP}]" />
  </ItemGroup>
</Project>
`,
    );
    const packages = path.join(draft, 'packages');
    await dotnet(
      ['restore', '--packages', packages, '-p:DisableImplicitFrameworkReferences=true'],
      draft,
      scratch,
    );
    return path.join(packages, name.toLowerCase(), BICEP, 'tools');
  });
  return path.join(folder, 'bicep');
}
