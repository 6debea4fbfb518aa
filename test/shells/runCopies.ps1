# Runs scripts that Keyless writes, with stubs in place of the cmdlets that talk to Azure and of native programs.
#   runCopies.ps1 <scripts as JSON> <file for what ran>
param([string] $Scripts, [string] $Output)
$ErrorActionPreference = 'Stop'

# Windows PowerShell, and PowerShell on Windows for batch files, hand a native program one line of text.
$PSNativeCommandArgumentPassing = 'Legacy'

# Only these really run.
$real = @('ConvertFrom-Json', 'ConvertTo-Json', 'ConvertTo-SecureString', 'Add-Member')

$empty = (New-Item -ItemType Directory "$Output.empty").FullName
$stubs = [Collections.Generic.List[string]]::new()

function Get-Plain($value) {
    if ($value -is [securestring]) { return ConvertFrom-SecureString $value -AsPlainText }
    if ($value -is [byte[]]) { return [Text.Encoding]::UTF8.GetString($value) }
    if ($value -is [hashtable]) {
        $copy = [ordered]@{}
        foreach ($key in $value.Keys) { $copy[[string] $key] = Get-Plain $value[$key] }
        return $copy
    }
    if ($value -is [array]) { return , @($value | ForEach-Object { Get-Plain $_ }) }
    return [string] $value
}

# What a cmdlet answers to the script around it.
function Get-Answer($command, $arguments) {
    switch ($command) {
        'Get-AzAccessToken' { return @{ Token = ConvertTo-SecureString 'token' -AsPlainText -Force } }
        'Invoke-AzRestMethod' { return @{ Content = '{"properties":{"OLD":"1"}}' } }
        'Invoke-WebRequest' { return @{ RawContentStream = [IO.MemoryStream]::new([Text.Encoding]::UTF8.GetBytes('content')) } }
    }
}

function Invoke-Copy([string] $text) {
    $global:ran = [Collections.Generic.List[object]]::new()
    $tokens = $null
    $problems = $null
    $ast = [Management.Automation.Language.Parser]::ParseInput($text, [ref] $tokens, [ref] $problems)
    $errors = @($problems | ForEach-Object { $_.Message })
    if ($errors.Count -eq 0 -and $text -notmatch '^using ') {
        $calls = $ast.FindAll({ $args[0] -is [Management.Automation.Language.CommandAst] }, $true)
        foreach ($name in @($calls | ForEach-Object { $_.GetCommandName() } | Where-Object { $_ -notin $real -and $_ -notin $stubs } | Select-Object -Unique)) {
            if ($name -in 'az', 'curl.exe') {
                # printf gets its words from that line by the rules of Windows, and tells them.
                # It runs in an empty folder, since PowerShell for Linux replaces patterns by the names of files.
                $stub = {
                    Push-Location $empty
                    $global:ran.Add(@($native) + @((@(& /usr/bin/printf '%s\0' @args) -join "`n").TrimEnd("`0") -split "`0"))
                    Pop-Location
                }
            }
            else {
                $stub = {
                    $global:ran.Add(@($cmdlet) + @($args | ForEach-Object { , (Get-Plain $_) }))
                    Get-Answer $cmdlet $args
                }
            }
            $native = $cmdlet = $name
            Set-Item "function:global:$name" $stub.GetNewClosure()
            $stubs.Add($name)
        }
        try { [scriptblock]::Create($text).Invoke() | Out-Null }
        catch { $errors = @($_.Exception.Message) }
    }
    return @{ commands = @($global:ran); errors = $errors }
}

function Invoke-All($item) {
    if ($item -is [array]) { return , @($item | ForEach-Object { , (Invoke-All $_) }) }
    return Invoke-Copy $item
}

$all = Get-Content -Raw $Scripts | ConvertFrom-Json -AsHashtable
$result = [ordered]@{}
foreach ($key in $all.Keys) { $result[$key] = Invoke-All $all[$key] }
ConvertTo-Json $result -Depth 20 -Compress | Set-Content -NoNewline $Output
