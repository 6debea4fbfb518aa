# Compiles C# scripts with the compiler that PowerShell brings, against the packages of a function.proj and the frameworks
# that the host of in-process functions has. Prints "compiled" for each, or what is wrong.
#   compileScript.ps1 <project.assets.json> <script>…
param([string] $Assets, [Parameter(ValueFromRemainingArguments)] [string[]] $Files)
$ErrorActionPreference = 'Stop'
foreach ($name in 'Microsoft.CodeAnalysis', 'Microsoft.CodeAnalysis.CSharp') {
    [Reflection.Assembly]::LoadFrom("$PSHOME/$name.dll") | Out-Null
}

$restored = Get-Content -Raw $Assets | ConvertFrom-Json -AsHashtable
$packages = @($restored.packageFolders.Keys)[0]
$paths = [Collections.Generic.List[string]]::new()
foreach ($target in $restored.targets.Values) {
    foreach ($library in $target.Keys) {
        foreach ($file in @($target[$library].compile.Keys | Where-Object { $_ -match '\.dll$' })) {
            $paths.Add("$packages/$($library.ToLowerInvariant())/$file")
        }
    }
}

# The frameworks beside the one that runs this, where the host has what isn't in packages.
$core = [IO.Path]::GetDirectoryName([object].Assembly.Location)
$web = Get-ChildItem "$core/../../Microsoft.AspNetCore.App/*" -Directory | Sort-Object { [version] $_.Name } | Select-Object -Last 1
$names = @($paths | ForEach-Object { [IO.Path]::GetFileName($_) })
foreach ($file in Get-ChildItem "$core/*.dll", "$($web.FullName)/*.dll") {
    try { [Reflection.AssemblyName]::GetAssemblyName($file.FullName) | Out-Null } catch { continue }
    if ($file.Name -notin $names -or $file.Name -like 'System.*') { $paths.Add($file.FullName) }
}
# What the framework has itself, a package of the same name only forwards to.
$unique = @($paths | Group-Object { [IO.Path]::GetFileName($_) } | ForEach-Object { $_.Group[-1] })
$references = [Microsoft.CodeAnalysis.MetadataReference[]] @(
    $unique | ForEach-Object { [Microsoft.CodeAnalysis.MetadataReference]::CreateFromFile($_) })

# The host compiles C# 8 at least.
$parse = [Microsoft.CodeAnalysis.CSharp.CSharpParseOptions]::new('CSharp8', 'None', 'Script', $null)
$options = [Microsoft.CodeAnalysis.CSharp.CSharpCompilationOptions]::new('DynamicallyLinkedLibrary')
foreach ($file in $Files) {
    $text = [Microsoft.CodeAnalysis.Text.SourceText]::From([IO.File]::ReadAllText($file))
    $tree = [Microsoft.CodeAnalysis.CSharp.SyntaxFactory]::ParseSyntaxTree($text, $parse, $file)
    $compilation = [Microsoft.CodeAnalysis.CSharp.CSharpCompilation]::CreateScriptCompilation('run', $tree, $references, $options)
    $stream = [IO.MemoryStream]::new()
    $result = $compilation.Emit($stream)
    # As .NET's SDK does, let a newer version of an assembly stand for an older one.
    $problems = @($result.Diagnostics | Where-Object { $_.Severity -in 'Warning', 'Error' -and $_.Id -notin 'CS1701', 'CS1702' })
    if ($result.Success -and $problems.Count -eq 0) { 'compiled' } else { $problems | ForEach-Object { $_.ToString() } }
}
