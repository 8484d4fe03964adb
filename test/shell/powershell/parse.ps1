# parse.ps1 <file with a path on each line>: what PowerShell's own parser finds in these files; one line of JSON for each.
param([string] $List)
foreach ($path in (Get-Content -LiteralPath $List)) {
    $faults = $null
    $null = [Management.Automation.Language.Parser]::ParseFile($path, [ref] $null, [ref] $faults)
    $said = @($faults | ForEach-Object { "$($_.Extent.StartLineNumber): $($_.Message)" })
    [Console]::Out.WriteLine((ConvertTo-Json -Compress -InputObject @{ path = $path; faults = $said }))
}
