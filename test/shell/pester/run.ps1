# run.ps1 <manifest of Pester> <file with tests>...: one line of JSON for each test.
param([string] $Pester, [Parameter(ValueFromRemainingArguments = $true)] [string[]] $Tests)
Import-Module -Name $Pester
$configuration = New-PesterConfiguration
$configuration.Run.PassThru = $true
$configuration.Output.Verbosity = 'None'
$configuration.TestRegistry.Enabled = $false
$configuration.Run.Path = $Tests
$run = Invoke-Pester -Configuration $configuration
foreach ($test in $run.Tests) {
    $seen = @{ name = $test.ExpandedPath; result = $test.Result; error = @($test.ErrorRecord | ForEach-Object { "$_" }) }
    [Console]::Out.WriteLine((ConvertTo-Json -Compress -InputObject $seen))
}
foreach ($block in $run.FailedContainers + $run.FailedBlocks) {
    $seen = @{ name = "$block"; result = 'Failed'; error = @($block.ErrorRecord | ForEach-Object { "$_" }) }
    [Console]::Out.WriteLine((ConvertTo-Json -Compress -InputObject $seen))
}
