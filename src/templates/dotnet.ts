import type { Files, ReadSecretOptions } from './template';
import { functionJson } from './template';

/**
 * A C# script function for in-process apps, with packages that the host restores from function.proj. That file must have
 * exactly this name and location ("Azure Functions C# script developer reference").
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
    <PackageReference Include="Azure.Identity" Version="1.14.2" />
    <PackageReference Include="Azure.Security.KeyVault.Secrets" Version="4.8.0" />
  </ItemGroup>
</Project>
`,
    [`${functionName}/run.csx`]: `// Reads a Key Vault secret with this app's managed identity, so no password or key is stored.
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

/** A function for a project that uses the isolated worker model. */
export function isolatedFunction(options: ReadSecretOptions): Files {
  const { functionName } = options;
  return {
    [`${functionName}.cs`]: `// Reads a Key Vault secret with the app's managed identity, so no password or key is stored.
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
        // Use secret.Value in your code. The response shows that it was read but doesn't reveal it.
        return new OkObjectResult(new { read = true, id = secret.Id, characters = secret.Value.Length });
    }
    catch (Exception error)
    {
        log.LogError("Failed to read {id}: {message}", identifier.SourceId, error.Message);
        var status = error is RequestFailedException { Status: 403 } ? 403 : 500;
        return new ObjectResult(new { read = false, error = error.Message }) { StatusCode = status };
    }`;

function credential({ clientId }: ReadSecretOptions): string {
  const id = clientId ? `FromUserAssignedClientId(${text(clientId)})` : 'SystemAssigned';
  return `new ManagedIdentityCredential(ManagedIdentityId.${id})`;
}

/** C# uses the same escape sequences as JSON. */
function text(value: string): string {
  return JSON.stringify(value);
}

function identifier(functionName: string): string {
  return functionName.replaceAll('-', '_');
}
