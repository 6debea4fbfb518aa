import type { Files, ReadSecretOptions } from './template';
import { functionJson, vaultApiVersion } from './template';

/** A function that needs no modules, only PowerShell's built-in `Invoke-RestMethod`. */
export function powerShellFunction({
  functionName,
  secretUri,
  vaultAudience,
  clientId,
}: ReadSecretOptions): Files {
  return {
    [`${functionName}/function.json`]: functionJson('Response'),
    [`${functionName}/run.ps1`]: `using namespace System.Net
# Reads a Key Vault secret with this app's managed identity, so no password or key is stored.
param($Request, $TriggerMetadata)

$secretUri = ${quoted(secretUri)}
$audience = ${quoted(vaultAudience)}
# Client ID of a user-assigned identity. Leave empty to use the app's system-assigned identity.
$clientId = ${quoted(clientId ?? '')}

# Gets a token from the endpoint where App Service issues tokens for this app's identity. Only this app can use it.
function Get-IdentityToken {
    $resource = [uri]::EscapeDataString($audience)
    if ($env:IDENTITY_ENDPOINT) {
        $uri = "$($env:IDENTITY_ENDPOINT)?resource=$resource&api-version=2019-08-01"
        if ($clientId) { $uri += "&client_id=$clientId" }
        $headers = @{ 'X-IDENTITY-HEADER' = $env:IDENTITY_HEADER }
    }
    elseif ($env:MSI_ENDPOINT) {
        $uri = "$($env:MSI_ENDPOINT)?resource=$resource&api-version=2017-09-01"
        if ($clientId) { $uri += "&clientid=$clientId" }
        $headers = @{ secret = $env:MSI_SECRET }
    }
    else {
        throw 'This app has no managed identity.'
    }
    (Invoke-RestMethod -Uri $uri -Headers $headers).access_token
}

try {
    $headers = @{ Authorization = "Bearer $(Get-IdentityToken)" }
    $secret = Invoke-RestMethod -Uri "$($secretUri)?api-version=${vaultApiVersion}" -Headers $headers
    Write-Information "Read $($secret.id)"
    # Use $secret.value in your code. The response shows that it was read but doesn't reveal it.
    $status = [HttpStatusCode]::OK
    $body = @{ read = $true; id = $secret.id; characters = $secret.value.Length }
}
catch {
    $reason = if ($_.ErrorDetails.Message) { $_.ErrorDetails.Message } else { $_.Exception.Message }
    $forbidden = $_.Exception.Response.StatusCode -eq 403
    Write-Error "Failed to read $($secretUri): $reason" -ErrorAction Continue
    $status = if ($forbidden) { [HttpStatusCode]::Forbidden } else { [HttpStatusCode]::InternalServerError }
    $body = @{ read = $false; error = $reason }
}

Push-OutputBinding -Name Response -Value ([HttpResponseContext]@{
    StatusCode  = $status
    ContentType = 'application/json'
    Body        = ConvertTo-Json $body
})
`,
  };
}

/** A PowerShell literal string, in which nothing is expanded. */
function quoted(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}
