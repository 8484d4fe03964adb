# texts.ps1 <job.json>: reads the syntax trees of texts; one line of JSON for each, with what the parser refuses (parser), what
# Windows PowerShell 5.1 does not know (seven, by the rules of the job), every call of a program with whether the text looks at its
# exit code (calls), and functions with a verb that is not approved (verbs). Judges nothing: the test knows what is allowed.
param([string] $Job)
Set-StrictMode -Version 1.0 # a rule has some keys only
$ErrorActionPreference = 'Stop'
$all = Get-Content -LiteralPath $Job -Raw | ConvertFrom-Json -AsHashtable
$verbs = (Get-Verb).Verb
$aliases = (Get-Alias).Name

function Get-Parent($Node, [string] $Type) {
    for ($at = $Node.Parent; $null -ne $at; $at = $at.Parent) { if ($at.GetType().Name -eq $Type) { return $at } }
}

# Whether what is only in 7 is reached only after a look at the version.
function Test-Guarded($Node) {
    for ($at = $Node.Parent; $null -ne $at; $at = $at.Parent) {
        $asked = switch ($at.GetType().Name) {
            'IfStatementAst' { $at.Clauses.Item1.Extent.Text -join ' ' }
            'BinaryExpressionAst' { $at.Extent.Text }
        }
        if ($asked -match 'PSVersion|PSEdition|variable:') { return $true }
    }
    $false
}

function Test-Assigned($Node) { $Node.Parent.GetType().Name -eq 'AssignmentStatementAst' -and $Node.Parent.Left -eq $Node }

function Test-Parameter($Command, [hashtable] $Rule) {
    $elements = @($Command.CommandElements | Select-Object -Skip 1)
    if ($Rule.most) { return @($elements | Where-Object { $_.GetType().Name -ne 'CommandParameterAst' }).Count -gt $Rule.most }
    if (-not $Rule.parameter) { return $true }
    foreach ($one in $elements) {
        if ($one.GetType().Name -ne 'CommandParameterAst') { continue }
        if ($one.ParameterName -eq $Rule.parameter) { return $true }
        # PowerShell understands the beginning of a name too, unless it is a name: `Split-Path -Leaf`.
        if ($one.ParameterName.Length -lt 4 -or $Rule.parameter -notlike "$($one.ParameterName)*") { continue }
        if (-not (Get-Command -Name $Rule.command).Parameters.ContainsKey($one.ParameterName)) { return $true }
    }
    $false
}

function Test-Value($Parameter, [string] $Value) {
    $given = $Parameter.Argument
    if ($null -eq $given) {
        $given = $Parameter.Parent.CommandElements | Where-Object { $_.Extent.StartOffset -gt $Parameter.Extent.EndOffset } | Select-Object -First 1
    }
    $null -ne $given -and $given.Extent.Text.Trim("'", '"') -eq $Value
}

# The rules for a node, and whether it breaks one.
function Find-Rule($Node, [string] $Type) {
    foreach ($rule in $ofNode[$Type]) {
        if ($rule.property -and -not $Node.($rule.property)) { continue }
        # As an argument of a program `60s` is text in both.
        if ($rule.text -and ($Node.Parent.GetType().Name -eq 'CommandAst' -or $Node.Extent.Text -notmatch $rule.text)) { continue }
        $rule
    }
    $found = $null
    switch ($Type) {
        'BinaryExpressionAst' {
            $operands = if ($Node.Right.GetType().Name -eq 'ArrayLiteralAst') { $Node.Right.Elements } else { $Node.Right }
            $ofOperator | Where-Object { $Node.Operator -eq $_.operator -and $_.right -in @($operands | ForEach-Object { $_.GetType().Name }) }
            return
        }
        'CommandAst' { $found = foreach ($rule in $ofCommand["$($Node.GetCommandName())"]) { if (Test-Parameter $Node $rule) { $rule } } }
        'CommandParameterAst' { $found = $ofValue | Where-Object { $Node.ParameterName -eq $_.parameter -and (Test-Value $Node $_.value) } }
        'VariableExpressionAst' { $found = if (-not (Test-Assigned $Node)) { $ofVariable[$Node.VariablePath.UserPath] } }
        { $_ -in 'TypeConstraintAst', 'TypeExpressionAst' } { $found = $ofType | Where-Object { $Node.TypeName.FullName -like $_.type } }
        { $_ -in 'MemberExpressionAst', 'InvokeMemberExpressionAst' } {
            $found = if ($Node.Static) { $ofStatic | Where-Object { $Node.Extent.Text -like "*$($_.static)*" } }
        }
        default { return }
    }
    if ($found -and -not (Test-Guarded $Node)) { $found }
}

function Find-OnlySeven($Nodes, $Tokens) {
    foreach ($token in $Tokens) {
        foreach ($rule in $ofToken["$($token.Kind)"]) {
            if (-not $rule.text -or $token.Text -cmatch $rule.text) { "$($token.Extent.StartLineNumber): $($rule.what)" }
        }
    }
    foreach ($node in $Nodes) {
        foreach ($rule in (Find-Rule $node.node $node.type)) { "$($node.node.Extent.StartLineNumber): $($rule.what)" }
    }
}

function Group-Rule([string] $Key) {
    $groups = @{}
    foreach ($rule in $all.rules) { foreach ($value in $rule[$Key]) { $groups[$value] = @($groups[$value] | Where-Object { $_ }) + $rule } }
    $groups
}
$ofToken = Group-Rule 'token'
$ofNode = Group-Rule 'ast'
$ofCommand = Group-Rule 'command'
$ofVariable = Group-Rule 'variable'
$ofOperator, $ofValue, $ofType, $ofStatic = foreach ($key in 'operator', 'value', 'type', 'static') {
    , @($all.rules | Where-Object { $_[$key] })
}

# A program: not a cmdlet, function, alias, script or block.
function Test-Native($Command, [string[]] $Known) {
    if ($Command.InvocationOperator -eq 'Dot') { return $false }
    $name = $Command.GetCommandName()
    if ($name -eq 'deploytrack') { return $true }
    if (-not $name) {
        # No program takes a block: `& $module { }`, `& $cmdlet -ScriptBlock { }`.
        if ('ScriptBlockExpressionAst' -in @($Command.CommandElements | ForEach-Object { $_.GetType().Name })) { return $false }
        return $Command.CommandElements[0].Extent.Text -notmatch '\.ps1\W*\z'
    }
    if ($name -match '\.ps1\z' -or $name -in $Known -or $name -in $aliases) { return $false }
    -not ($name -match '\A(\w+)-\w+\z' -and ($Matches[1] -in $verbs -or $Matches[1] -in 'ForEach', 'Sort', 'Tee', 'Where'))
}

# The block of statements that a call is in, and its statement; nothing of that if it is a condition.
function Get-Place($Call) {
    for ($at = $Call; $null -ne $at.Parent; $at = $at.Parent) {
        $above = $at.Parent.GetType().Name
        if ($above -in 'IfStatementAst', 'WhileStatementAst', 'DoWhileStatementAst', 'DoUntilStatementAst') { return }
        if ($above -eq 'NamedBlockAst') { return @{ block = $at.Parent; statement = $at } }
        if ($above -eq 'StatementBlockAst' -and $at.Parent.Parent.GetType().Name -notin 'SubExpressionAst', 'ArrayExpressionAst') {
            return @{ block = $at.Parent; statement = $at }
        }
    }
}

function Test-Inside($Node, $Outer) { $Node.Extent.StartOffset -ge $Outer.Extent.StartOffset -and $Node.Extent.EndOffset -le $Outer.Extent.EndOffset }

# Whether the exit code is looked at after a call, in its block, before or by the next call.
function Test-Looked($Call, $Calls, $Looks) {
    $place = Get-Place $Call
    if ($null -eq $place) { return $true }
    $after = {
        $_.Extent.StartOffset -ge $Call.Extent.EndOffset -and (Test-Inside $_ $place.block) -and
        # What a function does is done when it is called.
        [object]::ReferenceEquals((Get-Parent $_ 'FunctionDefinitionAst'), (Get-Parent $Call 'FunctionDefinitionAst'))
    }
    $look = @($Looks | Where-Object $after | Sort-Object { $_.Extent.StartOffset })[0]
    $next = @($Calls | Where-Object $after | Sort-Object { $_.Extent.StartOffset })[0]
    if ($null -ne $look) { return $null -eq $next -or $look.Extent.StartOffset -lt $next.Extent.EndOffset }
    if ($null -ne $next -or $place.block.GetType().Name -ne 'NamedBlockAst') { return $false }
    # Only what the last program of the block leaves is what the module sees.
    $command = $place.block.Parent.Parent.Parent
    $null -ne $command -and $command.GetType().Name -eq 'CommandAst' -and $command.GetCommandName() -eq 'Invoke-DeploymentPhase' -and
    $command.Extent.Text -match '\s-FailOnExitCode\b'
}

function Find-Look($Nodes, $Functions) {
    $variables = @($Nodes | Where-Object { $_.type -eq 'VariableExpressionAst' -and $_.node.VariablePath.UserPath -match '\A(global:)?(LASTEXITCODE|\?)\z' } |
            ForEach-Object { $_.node } | Where-Object { -not (Test-Assigned $_) })
    $variables
    $looking = @($Functions | Where-Object { $own = $_; @($variables | Where-Object { Test-Inside $_ $own }).Count -gt 0 } | ForEach-Object { $_.Name })
    $Nodes | Where-Object { $_.type -eq 'CommandAst' -and $_.node.GetCommandName() -in $looking } | ForEach-Object { $_.node }
}

foreach ($file in $all.files) {
    $tokens = $null
    $faults = $null
    $tree = [Management.Automation.Language.Parser]::ParseFile($file, [ref] $tokens, [ref] $faults)
    $nodes = @($tree.FindAll({ $true }, $true) | ForEach-Object { @{ node = $_; type = $_.GetType().Name } })
    $functions = @($nodes | Where-Object { $_.type -eq 'FunctionDefinitionAst' } | ForEach-Object { $_.node })
    $known = @($functions | ForEach-Object { $_.Name }) + $all.known
    $calls = @($nodes | Where-Object { $_.type -eq 'CommandAst' } | ForEach-Object { $_.node } | Where-Object { Test-Native $_ $known })
    $looks = @(Find-Look $nodes $functions)
    $last = $calls | Where-Object { [object]::ReferenceEquals((Get-Parent $_ 'ScriptBlockAst'), $tree) } | Select-Object -Last 1
    $seen = @{
        parser = @($faults | ForEach-Object { "$($_.Extent.StartLineNumber): $($_.Message)" })
        seven = @(Find-OnlySeven $nodes $tokens)
        calls = @($calls | ForEach-Object {
                @{ line = $_.Extent.StartLineNumber; text = $_.Extent.Text; looked = [bool] (Test-Looked $_ $calls $looks); last = [object]::ReferenceEquals($_, $last) }
            })
        verbs = @($functions | Where-Object { ($_.Name -split '-')[0] -notin $verbs } | ForEach-Object { $_.Name })
    }
    [Console]::Out.WriteLine((ConvertTo-Json -Compress -Depth 4 -InputObject $seen))
}
