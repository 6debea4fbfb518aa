import type { Files, ReadSecretOptions } from './template';
import { functionJson, vaultApiVersion } from './template';

/** A function that uses nothing but PowerShell's own \`Invoke-RestMethod\`. */
export function powerShellFunction({
  functionName,
  secretUri,
  vaultAudience,
  clientId,
}: ReadSecretOptions): Files {
  return {
    [`${functionName}/function.json`]: functionJson('Response'),
    [`${functionName}/run.ps1`]: `using namespace System.Net
# Reads a Key Vault secret with this app's managed identity: no password or key is kept.
param($Request, $TriggerMetadata)

$secretUri = ${quoted(secretUri)}
$audience = ${quoted(vaultAudience)}
# Of a user-assigned identity; empty for the app's system-assigned one.
$clientId = ${quoted(clientId ?? '')}

# Where App Service gives this app, and no other, tokens of its identity.
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
    # $secret.value is what your code is after. The answer proves that it was read, and does not give it away.
    $status = [HttpStatusCode]::OK
    $body = @{ read = $true; id = $secret.id; characters = $secret.value.Length }
}
catch {
    $reason = if ($_.ErrorDetails.Message) { $_.ErrorDetails.Message } else { $_.Exception.Message }
    $forbidden = $_.Exception.Response.StatusCode -eq 403
    Write-Error "Could not read $($secretUri): $reason" -ErrorAction Continue
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

/** A literal string: nothing in it is expanded. */
function quoted(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}
