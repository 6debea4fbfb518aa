import type { Files, ReadSecretOptions } from './template';
import { functionJson } from './template';

/**
 * A C# script function for in-process apps, with the packages that the host restores from function.proj. The name and
 * place of function.proj must be exact ("Azure Functions C# script developer reference").
 */
export function csharpScriptFunction(options: ReadSecretOptions): Files {
  const { functionName } = options;
  return {
    [`${functionName}/function.json`]: functionJson('$return'),
    [`${functionName}/function.proj`]: `<Project Sdk="Microsoft.NET.Sdk">
  <PropertyGroup>
    <TargetFramework>netstandard2.0</TargetFramework>
  </PropertyGroup>
  <ItemGroup>
    <PackageReference Include="Azure.Identity" Version="1.13.1" />
    <PackageReference Include="Azure.Security.KeyVault.Secrets" Version="4.7.0" />
  </ItemGroup>
</Project>
`,
    [`${functionName}/run.csx`]: `// Reads a Key Vault secret with this app's managed identity: no password or key is kept.
using System;
using System.Threading.Tasks;
using Azure;
using Azure.Identity;
using Azure.Security.KeyVault.Secrets;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Logging;

private static readonly KeyVaultSecretIdentifier identifier = new KeyVaultSecretIdentifier(new Uri(${text(options.secretUri)}));
private static readonly SecretClient secrets = new SecretClient(identifier.VaultUri, ${credential(options)});

public static async Task<IActionResult> Run(HttpRequest req, ILogger log)
{
${body}
}
`,
  };
}

/** For a project of the isolated worker model. */
export function isolatedFunction(options: ReadSecretOptions): Files {
  const { functionName } = options;
  return {
    [`${functionName}.cs`]: `// Reads a Key Vault secret with the app's managed identity: no password or key is kept.
using System;
using System.Threading.Tasks;
using Azure;
using Azure.Identity;
using Azure.Security.KeyVault.Secrets;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Logging;

public class ${identifier(functionName)}(ILogger<${identifier(functionName)}> log)
{
    private static readonly KeyVaultSecretIdentifier identifier = new(new Uri(${text(options.secretUri)}));
    private static readonly SecretClient secrets = new(identifier.VaultUri, ${credential(options)});

    [Function(${text(functionName)})]
    public async Task<IActionResult> Run([HttpTrigger(AuthorizationLevel.Function, "get")] HttpRequest req)
    {
${body.replace(/^(?=.)/gm, '    ')}
    }
}
`,
  };
}

const body = `    try
    {
        KeyVaultSecret secret = await secrets.GetSecretAsync(identifier.Name, identifier.Version);
        log.LogInformation("Read {id}", secret.Id);
        // secret.Value is what your code is after. The answer proves that it was read, and does not give it away.
        return new OkObjectResult(new { read = true, id = secret.Id, characters = secret.Value.Length });
    }
    catch (Exception error)
    {
        log.LogError("Could not read {id}: {message}", identifier.SourceId, error.Message);
        var status = error is RequestFailedException { Status: 403 } ? 403 : 500;
        return new ObjectResult(new { read = false, error = error.Message }) { StatusCode = status };
    }`;

function credential({ clientId }: ReadSecretOptions): string {
  return `new ManagedIdentityCredential(${clientId ? text(clientId) : ''})`;
}

/** JSON's escapes are C#'s, too. */
function text(value: string): string {
  return JSON.stringify(value);
}

function identifier(functionName: string): string {
  return functionName.replaceAll('-', '_');
}
