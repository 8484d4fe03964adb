# check.ps1 <module.psm1> <manifest.psd1>...: finds what is wrong in the text of a module; one line of JSON for each pair.
param([Parameter(ValueFromRemainingArguments = $true)] [string[]] $Paths)
Set-StrictMode -Version Latest
$ErrorActionPreference = 'Stop'
$verbs = (Get-Verb).Verb
$aliases = (Get-Alias).Name

function Find-All($Ast, [type] $Type) { $Ast.FindAll({ param($one) $one -is $Type }.GetNewClosure(), $true) }

function Get-Attribute($Function, [string] $Name) {
    if ($null -eq $Function.Body.ParamBlock) { return }
    $Function.Body.ParamBlock.Attributes | Where-Object { $_.TypeName.Name -eq $Name }
}

function Get-Argument($Attribute, [string] $Name) {
    if ($null -eq $Attribute) { return }
    $Attribute.NamedArguments | Where-Object { $_.ArgumentName -eq $Name } | ForEach-Object { $_.Argument.Extent.Text }
}

function Test-Function($Function) {
    $name = $Function.Name
    $verb, $noun = $name.Split('-', 2)
    if ($verb -notin $verbs) { "the verb of $name is not approved" }
    if ($noun -match '[^s]s\z') { "the noun of $name is a plural" }
    $binding = Get-Attribute $Function 'CmdletBinding'
    if ((Get-Argument $binding 'PositionalBinding') -ne '$false') { "$name has positional parameters" }
    if ($null -eq (Get-Attribute $Function 'OutputType')) { "$name has no OutputType" }
    if ($null -ne $Function.Body.PSObject.Properties['CleanBlock'] -and $null -ne $Function.Body.CleanBlock) { "$name has a clean block" }
    if ($noun -notlike 'Deployment*') { return }
    if ($verb -ne 'Get' -and (Get-Argument $binding 'SupportsShouldProcess') -ne '$true') { "$name has no -WhatIf" }
    $parameters = @($Function.Body.ParamBlock.Parameters)
    foreach ($one in $parameters) {
        $position = $one.Attributes | Where-Object { $_ -is [Management.Automation.Language.AttributeAst] } | ForEach-Object { Get-Argument $_ 'Position' }
        if ($null -ne $position -and $one.Name.VariablePath.UserPath -ne 'ScriptBlock') { "$name has a positional parameter" }
    }
    $help = $Function.GetHelpContent()
    if ($null -eq $help) { return "$name has no help" }
    if (-not $help.Synopsis) { "$name has no synopsis" }
    if (-not $help.Description) { "$name has no description" }
    if (@($help.Examples).Count -eq 0 -or @($help.Examples | Where-Object { $_ -notmatch [regex]::Escape($name) }).Count -gt 0) { "$name has no example" }
    $described = @($help.Parameters.Keys | Sort-Object)
    $declared = @($parameters | ForEach-Object { $_.Name.VariablePath.UserPath.ToUpperInvariant() } | Sort-Object)
    if (($described -join ' ') -ne ($declared -join ' ')) { "the parameters of $name are not those of its help" }
}

function Test-Text([string] $Path) {
    $bytes = [IO.File]::ReadAllBytes($Path)
    if (@($bytes | Where-Object { $_ -gt 126 }).Count -gt 0) { 'it is not ASCII' }
    $text = [Text.Encoding]::ASCII.GetString($bytes)
    if ($text -match '(?<!\r)\n' -or $text -notmatch '\r\n\z') { 'a line does not end with CRLF' }
    if ($text -match '(?m)[ \t]+\r?$') { 'a line ends with a space' }
}

while ($Paths.Count -ge 2) {
    $module, $manifest, $Paths = $Paths
    $Paths = @($Paths)
    $tokens = $null
    $errors = $null
    $ast = [Management.Automation.Language.Parser]::ParseFile($module, [ref] $tokens, [ref] $errors)
    $faults = @(
        Test-Text $module
        Test-Text $manifest
        foreach ($one in $errors) { "parser: $($one.Message)" }
        $functions = @(Find-All $ast ([Management.Automation.Language.FunctionDefinitionAst]))
        foreach ($function in $functions) { Test-Function $function }
        $defined = @($functions.Name | Where-Object { $_ -match '-Deployment' } | Sort-Object) -join ' '
        $data = Import-PowerShellDataFile -LiteralPath $manifest
        if ((@($data.FunctionsToExport | Sort-Object) -join ' ') -ne $defined) { 'the manifest does not export what is defined' }
        $commands = @(Find-All $ast ([Management.Automation.Language.CommandAst]))
        $export = @($commands | Where-Object { $_.GetCommandName() -eq 'Export-ModuleMember' })
        $exported = @($export | ForEach-Object { Find-All $_ ([Management.Automation.Language.StringConstantExpressionAst]) } |
                ForEach-Object { $_.Value } | Where-Object { $_ -match '-Deployment' } | Sort-Object) -join ' '
        if ($exported -ne $defined) { 'the module does not export what is defined' }
        if (@($commands | Where-Object { $_.Extent.Text -eq 'Set-StrictMode -Version Latest' }).Count -ne 1) { 'it is not strict' }
        foreach ($command in $commands) {
            $name = $command.GetCommandName()
            if ($name -in $aliases) { "$name is an alias" }
            if ($name -in 'Write-Host', 'Invoke-Expression') { "it uses $name" }
            if ($command.Extent.Text -match '\s-Parallel\b') { '-Parallel is not in 5.1' }
        }
        foreach ($catch in (Find-All $ast ([Management.Automation.Language.CatchClauseAst]))) {
            if ($catch.Body.Statements.Count -eq 0) { 'a catch is empty' }
        }
        foreach ($type in 'TernaryExpressionAst', 'PipelineChainAst') {
            if (@(Find-All $ast ([type] "Management.Automation.Language.$type")).Count -gt 0) { "$type is not in 5.1" }
        }
        foreach ($kind in 'QuestionQuestion', 'QuestionQuestionEquals', 'QuestionDot', 'QuestionLBracket') {
            if (@($tokens | Where-Object { $_.Kind -eq $kind }).Count -gt 0) { "$kind is not in 5.1" }
        }
    )
    [Console]::Out.WriteLine((ConvertTo-Json -Compress -InputObject @{ faults = @($faults) }))
}
