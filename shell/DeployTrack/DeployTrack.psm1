# deploytrack for scripts in PowerShell: deployments and phases are script blocks, and a mark is a line that this process
# appends to a journal of its own, which the next command of deploytrack imports. For Windows PowerShell 5.1 and PowerShell 7.
# One file: PowerShell imports it faster than several, and a folder that is copied has all of it.

Set-StrictMode -Version Latest

# The environment of the last mark, and what all lines in it begin with.
$script:Key = $null
$script:Location = $null
$script:Head = $null
$script:Service = $null
$script:Id = $null
$script:Caller = $null
# The journal of this runspace, when it was last written to, and whether its last line may be incomplete.
$script:Journal = $null
$script:Stream = $null
$script:UsedAt = [long] 0
$script:IsTorn = $false
# In microseconds: wall time minus the time of Stopwatch, and the length of one of its ticks.
$script:Offset = [double] 0
$script:TickLength = 1e6 / [System.Diagnostics.Stopwatch]::Frequency
# What follows the offset in the clock of a line.
$script:Boot = $null
# Marks of several runspaces in one process have different numbers.
$script:Count = [long] [System.BitConverter]::ToUInt16([guid]::NewGuid().ToByteArray(), 0) * 1000000
# What the program says about each environment: `deploytrack shell powershell --facts`.
$script:Facts = @{}
# Looked at here, because an attribute of a parameter takes a tenth of a mark.
$script:PhaseName = '\A[a-z][a-z0-9_-]{0,62}\z'
$script:DeploymentId = '\A[A-Za-z0-9][A-Za-z0-9_.-]{0,63}\z'
# How to start the program; false: it was not found, or cannot be started.
$script:Program = $null
$script:OnWindows = [System.IO.Path]::DirectorySeparatorChar -ceq '\'
# The ID before that of each deployment that was started here, and the IDs of those that were finished.
$script:Started = @{}
$script:Finished = @{}
# The deployment whose cutover was started here without a prober.
$script:PlainCutover = $null

# ---- The program ----

# The command line of the program: node and its script, never the script that npm makes for PowerShell; or what PATH has.
function Get-TrackProgram {
    [CmdletBinding(PositionalBinding = $false)]
    [OutputType([hashtable])]
    param()
    if ($null -ne $script:Program) {
        if ($script:Program -is [hashtable]) { $script:Program }
        return
    }
    $script:Program = $false
    $package = Get-TrackPackage -Folder ([System.IO.Path]::GetDirectoryName($PSScriptRoot)) -Name 'shell'
    if ($null -eq $package) {
        # The module was copied: the program is the one in PATH.
        $found = Get-Command -Name 'deploytrack' -CommandType Application -TotalCount 1 -ErrorAction Ignore
        if ($null -ne $found) {
            $folder = [System.IO.Path]::GetDirectoryName($found.Path)
            if ($found.Path -match '\.(cmd|bat)\z') {
                # That of npm, or that of an unpacked archive.
                $package = [System.IO.Path]::Combine($folder, 'node_modules', 'deploytrack')
                if (-not [System.IO.File]::Exists([System.IO.Path]::Combine($package, 'bin', 'deploytrack.js'))) {
                    $package = Get-TrackPackage -Folder $folder -Name 'cmd'
                }
            } elseif ($found.Path -match '\.js\z') {
                $package = Get-TrackPackage -Folder $folder -Name 'bin'
            } else {
                # A program, or a script whose first line says what runs it: of npm, an archive or a version manager.
                $script:Program = @{ File = $found.Path; Words = @() }
                return $script:Program
            }
        }
    }
    $node = $null
    if ($null -ne $package) {
        foreach ($name in 'node.exe', 'node') {
            $node = [System.IO.Path]::Combine($package, $name)
            if ([System.IO.File]::Exists($node)) { break }
            $node = $null
        }
        if ($null -eq $node) {
            $found = Get-Command -Name 'node' -CommandType Application -TotalCount 1 -ErrorAction Ignore
            if ($null -ne $found) { $node = $found.Path }
        }
    }
    if ($null -eq $node) {
        Write-TrackWarning -Message 'deploytrack cannot be run on this host; nothing is recorded (hint: install it, or check that node is in PATH)'
        return
    }
    $script:Program = @{ File = $node; Words = @([System.IO.Path]::Combine($package, 'bin', 'deploytrack.js')) }
    $script:Program
}

# The folder of our package, which has this folder under this name; null if it is another. What is only near may belong to any
# account: a module in C:\Modules must not run C:\bin\deploytrack.js.
function Get-TrackPackage {
    [CmdletBinding(PositionalBinding = $false)]
    [OutputType([string])]
    param(
        [Parameter(Mandatory = $true)] [string] $Folder,
        [Parameter(Mandatory = $true)] [string] $Name
    )
    if ([System.IO.Path]::GetFileName($Folder) -ine $Name) { return }
    $package = [System.IO.Path]::GetDirectoryName($Folder)
    if ([string]::IsNullOrEmpty($package)) { return }
    if (-not [System.IO.File]::Exists([System.IO.Path]::Combine($package, 'bin', 'deploytrack.js'))) { return }
    try {
        $text = [System.IO.File]::ReadAllText([System.IO.Path]::Combine($package, 'package.json'))
        if ($text -cmatch '(?m)^\s*"name": "deploytrack",') { $package }
    } catch {
        Clear-TrackError -Record $_
    }
}

# Runs the program to its end, with free text in its environment or as its input. Never throws. An exit code of -1 means
# that it was not started, and the notes say why.
function Invoke-TrackProgram {
    [CmdletBinding(PositionalBinding = $false)]
    [OutputType([hashtable])]
    param(
        [Parameter(Mandatory = $true)] [AllowEmptyString()] [string[]] $ArgumentList,
        [hashtable] $Variable = @{},
        [string] $Text = '',
        [switch] $Quiet
    )
    $end = @{ ExitCode = -1; Output = ''; Notes = '' }
    $program = Get-TrackProgram
    if ($null -eq $program) { return $end }
    $process = $null
    try {
        $start = New-Object -TypeName System.Diagnostics.ProcessStartInfo
        $start.FileName = $program.File
        $words = @($program.Words) + $ArgumentList
        $start.Arguments = @(foreach ($word in $words) { ConvertTo-TrackArgument -Text $word }) -join ' '
        $folder = $ExecutionContext.SessionState.Path.CurrentFileSystemLocation.ProviderPath
        if ([System.IO.Directory]::Exists($folder)) { $start.WorkingDirectory = $folder }
        $start.UseShellExecute = $false
        $start.CreateNoWindow = $true
        $start.RedirectStandardInput = $true
        $start.RedirectStandardOutput = $true
        $start.RedirectStandardError = $true
        $start.StandardOutputEncoding = [System.Text.Encoding]::UTF8
        $start.StandardErrorEncoding = [System.Text.Encoding]::UTF8
        $variables = $start.EnvironmentVariables
        # Warnings must not become part of the output.
        if ([Environment]::GetEnvironmentVariable('DEPLOYTRACK_WARNINGS') -ceq 'stdout') { $variables['DEPLOYTRACK_WARNINGS'] = 'stderr' }
        # To the program these mean that its parent is a cmd.exe or sh that ends at once; its parent is this process.
        if ($script:OnWindows) { foreach ($name in 'PROMPT', 'MSYSTEM') { $variables.Remove($name) } }
        foreach ($name in $Variable.Keys) {
            if ($null -eq $Variable[$name]) { $variables.Remove($name) } else { $variables[$name] = Limit-TrackText -Text $Variable[$name] }
        }
        $process = [System.Diagnostics.Process]::Start($start)
        $output = $process.StandardOutput.ReadToEndAsync()
        $notes = $process.StandardError.ReadToEndAsync()
        try {
            # Past the writer, which could add a byte order mark.
            $to = $process.StandardInput.BaseStream
            if ($Text -cne '') {
                $bytes = [System.Text.Encoding]::UTF8.GetBytes($Text)
                $to.Write($bytes, 0, $bytes.Length)
            }
            $to.Close()
        } catch {
            # It has ended without reading: its exit code says more.
            Clear-TrackError -Record $_
        }
        # Not in one call: Ctrl-C is noticed only between two of them.
        while (-not $process.WaitForExit(200)) { continue }
        while (-not ($output.Wait(200) -and $notes.Wait(200))) { continue }
        $end.ExitCode = $process.ExitCode
        $end.Output = $output.Result
        $end.Notes = $notes.Result
        if (-not $Quiet) { Write-TrackNotice -Text $end.Notes }
    } catch {
        Clear-TrackError -Record $_
        $end.Notes = $_.Exception.Message
        if (-not $Quiet) { Write-TrackWarning -Message "deploytrack cannot be run: $($end.Notes)" }
    } finally {
        if ($null -ne $process) { Stop-TrackProcess -Process $process }
    }
    $end
}

# Ends a process that still runs: after Ctrl-C, which only a terminal of Linux sends to it too. It has time to record that.
function Stop-TrackProcess {
    [Diagnostics.CodeAnalysis.SuppressMessageAttribute('PSUseShouldProcessForStateChangingFunctions', '', Justification = 'ends only what the module started')]
    [CmdletBinding(PositionalBinding = $false)]
    [OutputType([void])]
    param([Parameter(Mandatory = $true)] [System.Diagnostics.Process] $Process)
    try {
        if (-not $Process.WaitForExit(2000)) { $Process.Kill() }
    } catch {
        Clear-TrackError -Record $_
    } finally {
        $Process.Dispose()
    }
}

# The end of a long text, as an environment and a line of the journal can hold it, without the rest of the line or word that
# was cut: a secret whose name is gone would not be recognized.
function Limit-TrackText {
    [CmdletBinding(PositionalBinding = $false)]
    [OutputType([string])]
    param([Parameter(Mandatory = $true)] [AllowEmptyString()] [string] $Text)
    if ($Text.Length -le 16384) { return $Text }
    $last = $Text.Substring($Text.Length - 16384)
    # A first line of more than half of it is cut at a word.
    $from = $last.IndexOfAny([char[]] "`r`n", 0, 8192) + 1
    if ($from -eq 0) { $from = $last.IndexOfAny([char[]] " `t`r`n") + 1 }
    if ($from -eq 0 -or $from -eq $last.Length) { return '***' }
    $last.Substring($from)
}

# One word of a command line, quoted as every program on Windows reads it, and .NET on Linux.
function ConvertTo-TrackArgument {
    [CmdletBinding(PositionalBinding = $false)]
    [OutputType([string])]
    param([Parameter(Mandatory = $true)] [AllowEmptyString()] [string] $Text)
    if ($Text -cmatch '\A[^\s"]+\z') { return $Text }
    $inner = [regex]::Replace($Text, '(\\*)"', '$1$1\"')
    '"' + [regex]::Replace($inner, '(\\+)\z', '$1$1') + '"'
}

# What the program printed on stderr: warnings with their hints, and notes for -Verbose.
function Write-TrackNotice {
    [CmdletBinding(PositionalBinding = $false)]
    [OutputType([void])]
    param([string] $Text)
    $warning = $null
    foreach ($line in ($Text -split '\r?\n')) {
        $hint = [regex]::Match($line, '\Adeploytrack: hint: (.*)\z')
        if ($hint.Success -and $null -ne $warning) {
            Write-TrackWarning -Message "$warning (hint: $($hint.Groups[1].Value))"
            $warning = $null
            continue
        }
        if ($null -ne $warning) { Write-TrackWarning -Message $warning }
        $warning = $null
        # The second and third form are those of a CI.
        $said = [regex]::Match($line, '\A(?:deploytrack: (?:warning|error): |::warning title=deploytrack::|##vso\[task\.logissue type=warning\]deploytrack: )(.*)\z')
        if ($said.Success) { $warning = $said.Groups[1].Value } elseif ($line -cne '') { Write-Verbose -Message $line }
    }
    if ($null -ne $warning) { Write-TrackWarning -Message $warning }
}

# A warning never ends or stops the script of a deployment.
function Write-TrackWarning {
    [CmdletBinding(PositionalBinding = $false)]
    [OutputType([void])]
    param([Parameter(Mandatory = $true)] [AllowEmptyString()] [string] $Message)
    if ($WarningPreference -in 'Stop', 'Inquire') { $WarningPreference = 'Continue' }
    Write-Warning -Message $Message
}

# Takes an error that was handled here from the list of the script's errors.
function Clear-TrackError {
    [CmdletBinding(PositionalBinding = $false)]
    [OutputType([void])]
    param([Parameter(Mandatory = $true)] [System.Management.Automation.ErrorRecord] $Record)
    $errors = $global:Error
    if ($errors.Count -eq 0) { return }
    $last = $errors[0]
    if ($last -is [System.Management.Automation.ErrorRecord]) { $last = $last.Exception }
    if ([object]::ReferenceEquals($last, $Record.Exception)) { $errors.RemoveAt(0) }
}

# ---- Marks without a process ----

# Appends a mark to the journal of this runspace. Returns what names the run that it starts; nothing: the program must
# make it. Never throws.
function Write-TrackMark {
    [CmdletBinding(PositionalBinding = $false)]
    [OutputType([string])]
    param([string] $Mark, [string] $Service, [string] $ErrorMessage)
    try {
        $key = [Environment]::GetEnvironmentVariable('DEPLOYTRACK_ID') + "`n" +
            [Environment]::GetEnvironmentVariable('DEPLOYTRACK_SERVICE') + "`n" +
            [Environment]::GetEnvironmentVariable('DEPLOYTRACK_STRICT') + "`n" +
            [Environment]::GetEnvironmentVariable('DEPLOYTRACK_LEDGER') + "`n" +
            [Environment]::GetEnvironmentVariable('DEPLOYTRACK_SETTINGS_ROOT') + "`n" +
            [Environment]::GetEnvironmentVariable('STATE_DIRECTORY') + "`n" +
            [Environment]::GetEnvironmentVariable('XDG_STATE_HOME') + "`n" +
            [Environment]::GetEnvironmentVariable('ProgramData') + "`n" +
            [Environment]::GetEnvironmentVariable('HOME')
        $ticks = [System.Diagnostics.Stopwatch]::GetTimestamp()
        $wall = ([DateTime]::UtcNow.Ticks - 621355968000000000) / 10
        # An idle journal may have been removed, but never sooner than after an hour.
        # Each Set-Location makes another object.
        if ($key -cne $script:Key -or -not [object]::ReferenceEquals($PWD, $script:Location) -or
            ($ticks - $script:UsedAt) * $script:TickLength -gt 1.8e9 -or -not [System.IO.File]::Exists($script:Journal)) {
            if (-not (Connect-TrackJournal -Key $key)) { return }
        }
        $now = $script:Offset + $ticks * $script:TickLength
        if ([Math]::Abs($wall - $now) -gt 1e6) {
            # The clock was set.
            $script:Offset += $wall - $now
            $now = $wall
            Set-TrackHead
        }
        if ($Service -ceq '') { $Service = $script:Service }
        if ($Service -cne '') {
            if ($Service -cnotmatch '\A[A-Za-z0-9_.:@/-]{1,128}\z') { return }
            $Service = ',"service":"' + $Service + '"'
        }
        if ($ErrorMessage -cne '') { $ErrorMessage = ',"error":"' + (ConvertTo-TrackJson -Text $ErrorMessage) + '"' }
        $script:Count += 1
        $stamp = ([long] $now).ToString().Insert(10, '.')
        $line = $script:Head + $Service + ',"mark":"' + $stamp + ' ' + $script:Count + ' ' + $Mark + '"' + $ErrorMessage + "}`n"
        # What was not written as a whole must not become the beginning of this line.
        if ($script:IsTorn) { $line = "`n" + $line }
        $bytes = [System.Text.Encoding]::ASCII.GetBytes($line)
        $script:IsTorn = $true
        $script:Stream.Write($bytes, 0, $bytes.Length)
        $script:Stream.Flush()
        $script:IsTorn = $false
        $script:UsedAt = $ticks
        $stamp + '/' + $script:Count
    } catch {
        Clear-TrackError -Record $_
    }
}

# Opens the journal for this environment; false if marks in it must be made by the program.
function Connect-TrackJournal {
    [CmdletBinding(PositionalBinding = $false)]
    [OutputType([bool])]
    param([Parameter(Mandatory = $true)] [string] $Key)
    $id, $service, $place = $Key.Split([char[]] "`n", 3)
    $place += "`n" + $PWD.ProviderPath
    $script:Key = $null
    if ($id -cnotmatch $script:DeploymentId -or $id -ceq 'none') { return $false }
    if (-not $place.StartsWith("`n")) { return $false } # --strict
    # Once more if the journal was removed.
    foreach ($try in 1, 2) {
        if (-not $script:Facts.ContainsKey($place)) { $script:Facts[$place] = Get-TrackFact }
        $facts = $script:Facts[$place]
        if ($null -eq $facts -or -not $facts.journal) { return $false }
        if ([System.IO.File]::Exists($facts.journal)) { break }
        $script:Facts.Remove($place)
    }
    if (-not $script:Facts.ContainsKey($place)) { return $false }
    Disconnect-TrackJournal
    $offset, $script:Boot = $facts.clock.Split([char[]] ' ', 2)
    $script:Offset = [double]::Parse($offset, [System.Globalization.CultureInfo]::InvariantCulture) * 1000
    $script:Service = if ($service -cne '') { $service } else { [string] $facts.service }
    $script:Caller = $facts.caller
    $script:Id = $id
    Set-TrackHead
    $script:Journal = $facts.journal
    # Written to at once, shared with its readers, and never created: the program has given it its rights.
    $script:Stream = New-Object -TypeName System.IO.FileStream -ArgumentList $facts.journal, 'Open', 'Write', 'ReadWrite, Delete', 1
    [void] $script:Stream.Seek(0, 'End')
    $script:Key = $Key
    $script:Location = $PWD
    $script:UsedAt = [System.Diagnostics.Stopwatch]::GetTimestamp()
    $true
}

# What every line in this environment begins with.
function Set-TrackHead {
    [Diagnostics.CodeAnalysis.SuppressMessageAttribute('PSUseShouldProcessForStateChangingFunctions', '', Justification = 'changes only a variable of the module')]
    [CmdletBinding(PositionalBinding = $false)]
    [OutputType([void])]
    param()
    $offset = ($script:Offset / 1000).ToString('F3', [System.Globalization.CultureInfo]::InvariantCulture)
    $script:Head = '{"shell":1,"deploymentId":"' + $script:Id + '","clock":"' + $offset + ' ' + $script:Boot +
        '","caller":"' + $script:Caller + '"'
}

# Asks the program for the facts of the current environment; null if it cannot say them.
function Get-TrackFact {
    [CmdletBinding(PositionalBinding = $false)]
    [OutputType([psobject])]
    param()
    $end = Invoke-TrackProgram -ArgumentList 'shell', 'powershell', '--facts' -Quiet
    if ($end.ExitCode -eq 0) { ConvertFrom-Json -InputObject $end.Output }
}

function Disconnect-TrackJournal {
    [CmdletBinding(PositionalBinding = $false)]
    [OutputType([void])]
    param()
    if ($null -ne $script:Stream) { $script:Stream.Dispose() }
    $script:Stream = $null
    $script:Journal = $null
    $script:IsTorn = $false
}

# The inside of a JSON string in ASCII.
function ConvertTo-TrackJson {
    [CmdletBinding(PositionalBinding = $false)]
    [OutputType([string])]
    param([Parameter(Mandatory = $true)] [AllowEmptyString()] [string] $Text)
    $json = New-Object -TypeName System.Text.StringBuilder
    foreach ($letter in (Limit-TrackText -Text $Text).ToCharArray()) {
        $code = [int] $letter
        if ($code -lt 32 -or $code -gt 126 -or $code -eq 34 -or $code -eq 92) {
            [void] $json.Append('\u').Append($code.ToString('x4'))
        } else {
            [void] $json.Append($letter)
        }
    }
    $json.ToString()
}

# ---- Phases ----

# Starts a phase; returns the name of the run if it is a line of the journal.
function Start-TrackPhase {
    [Diagnostics.CodeAnalysis.SuppressMessageAttribute('PSUseShouldProcessForStateChangingFunctions', '', Justification = 'the callers ask')]
    [CmdletBinding(PositionalBinding = $false)]
    [OutputType([string])]
    param(
        [Parameter(Mandatory = $true)] [string] $Name,
        [string] $Service = '',
        [string] $Probe = ''
    )
    if ([Environment]::GetEnvironmentVariable('DEPLOYTRACK_DISABLED') -ceq '1') { return }
    if ($Name -ceq 'cutover') { $script:PlainCutover = $null }
    if ($Probe -ceq '') {
        $run = Write-TrackMark -Mark "phase-start $Name" -Service $Service
        if ($null -ne $run) {
            if ($Name -ceq 'cutover') { $script:PlainCutover = $script:Id }
            return $run
        }
    }
    $words = @('phase', 'start', $Name)
    if ($Service -cne '') { $words += '--service', $Service }
    if ($Probe -cne '') { $words += '--probe', $Probe }
    [void] (Invoke-TrackProgram -ArgumentList $words)
}

# Ends a phase. Without an exit code or an error it was successful. Never throws.
function Complete-TrackPhase {
    [CmdletBinding(PositionalBinding = $false)]
    [OutputType([void])]
    param(
        [Parameter(Mandatory = $true)] [string] $Name,
        [string] $Service = '',
        [string] $Run = '',
        [object] $ExitCode = $null,
        [string] $ErrorMessage = '',
        [string[]] $Measured = @()
    )
    if ([Environment]::GetEnvironmentVariable('DEPLOYTRACK_DISABLED') -ceq '1') { return }
    $isPlain = $Measured.Count -eq 0 -and ($Name -cne 'cutover' -or
        ($null -ne $script:PlainCutover -and $script:PlainCutover -ceq [Environment]::GetEnvironmentVariable('DEPLOYTRACK_ID')))
    # A line has room for the codes of Linux.
    if ($isPlain -and ($null -eq $ExitCode -or ($ExitCode -ge 0 -and $ExitCode -le 255))) {
        $code = if ($null -eq $ExitCode) { '-' } else { [string] $ExitCode }
        $mark = if ($Run -cne '') { "phase-end $Name $code yes $Run" } else { "phase-end $Name $code" }
        if ($null -ne (Write-TrackMark -Mark $mark -Service $Service -ErrorMessage $ErrorMessage)) { return }
    }
    $words = @('phase', 'end', $Name) + $Measured
    if ($Service -cne '') { $words += '--service', $Service }
    if ($null -ne $ExitCode) { $words += '--exit-code', [string] $ExitCode }
    if ($ErrorMessage -cne '' -and ($null -eq $ExitCode -or $ExitCode -eq 0)) { $words += '--status', 'failed' }
    $variables = @{ DEPLOYTRACK_ERROR = $null }
    if ($ErrorMessage -cne '') { $variables.DEPLOYTRACK_ERROR = $ErrorMessage }
    [void] (Invoke-TrackProgram -ArgumentList $words -Variable $variables)
}

# What a phase handled, as options of `phase end`, which then needs a process.
function Get-TrackMeasured {
    [CmdletBinding(PositionalBinding = $false)]
    [OutputType([string[]])]
    param(
        [string] $Artifact = '',
        [object] $Count = $null,
        [string] $CountFile = ''
    )
    if ($Artifact -cne '') { '--artifact'; $Artifact }
    if ($null -ne $Count) { '--count'; [string] $Count }
    if ($CountFile -cne '') { '--count-file'; $CountFile }
}

# The exit code of the last program; null if there is none.
function Get-TrackExitCode {
    [CmdletBinding(PositionalBinding = $false)]
    [OutputType([int])]
    param()
    $ExecutionContext.SessionState.PSVariable.GetValue('global:LASTEXITCODE')
}

# The error for an exit code other than 0.
function Get-TrackExitError {
    [CmdletBinding(PositionalBinding = $false)]
    [OutputType([System.Management.Automation.ErrorRecord])]
    param(
        [Parameter(Mandatory = $true)] [string] $Name,
        [Parameter(Mandatory = $true)] [int] $ExitCode
    )
    $exception = New-Object -TypeName System.Management.Automation.RuntimeException -ArgumentList "${Name}: exit code $ExitCode"
    New-Object -TypeName System.Management.Automation.ErrorRecord -ArgumentList $exception, 'NativeCommandFailed', 'InvalidResult', $ExitCode
}

# In words: how the program ended that did not do what it was called for.
function Get-TrackCrash {
    [CmdletBinding(PositionalBinding = $false)]
    [OutputType([string])]
    param([Parameter(Mandatory = $true)] [hashtable] $End)
    # Of Node's report on a crash the line that says what happened.
    $why = [regex]::Match($End.Notes, '(?m)^\w*Error: .*').Value.Trim()
    if ($why -ceq '') { $why = @($End.Notes.Trim() -split '\r?\n')[-1].Trim() }
    if ($End.ExitCode -eq -1) { "deploytrack cannot be run: $why" } else { "deploytrack ended with exit code $($End.ExitCode): $why" }
}

# The error for the name of a phase that the program would refuse.
function Get-TrackNameError {
    [CmdletBinding(PositionalBinding = $false)]
    [OutputType([System.Management.Automation.ErrorRecord])]
    param([Parameter(Mandatory = $true)] [AllowEmptyString()] [string] $Name)
    $message = "'$Name' cannot be the name of a phase: use a lower-case letter, then up to 62 lower-case letters, digits, _ and -"
    $exception = New-Object -TypeName System.ArgumentException -ArgumentList $message, 'Name'
    New-Object -TypeName System.Management.Automation.ErrorRecord -ArgumentList $exception, 'InvalidPhaseName', 'InvalidArgument', $Name
}

function Set-TrackId {
    [Diagnostics.CodeAnalysis.SuppressMessageAttribute('PSUseShouldProcessForStateChangingFunctions', '', Justification = 'the callers ask')]
    [CmdletBinding(PositionalBinding = $false)]
    [OutputType([void])]
    param([AllowNull()] [AllowEmptyString()] [object] $Id)
    # Null as text would be an empty ID, which means none.
    if ($null -eq $Id) { $Id = [System.Management.Automation.Language.NullString]::Value }
    [Environment]::SetEnvironmentVariable('DEPLOYTRACK_ID', $Id)
}

# The text that `finish` and `phase end` record of an error.
function Get-TrackErrorText {
    [CmdletBinding(PositionalBinding = $false)]
    [OutputType([string])]
    param([Parameter(Mandatory = $true)] [System.Management.Automation.ErrorRecord] $Record)
    $text = $Record.ToString()
    if ($text.Trim() -ceq '') { $text = $Record.FullyQualifiedErrorId }
    if ($text.Trim() -ceq '') { $text = 'an error without a message' }
    $text
}

# Ends the deployment that the environment names. Never throws.
function Complete-TrackDeployment {
    [CmdletBinding(PositionalBinding = $false)]
    [OutputType([void])]
    param(
        [Parameter(Mandatory = $true)] [string[]] $ArgumentList,
        [string] $ErrorMessage = '',
        [string] $Notes = ''
    )
    $words = $ArgumentList
    if ($Notes -cne '') { $words += '--notes', '-' }
    $variables = @{}
    if ($ErrorMessage -cne '') { $variables.DEPLOYTRACK_ERROR = $ErrorMessage }
    $id = [Environment]::GetEnvironmentVariable('DEPLOYTRACK_ID')
    $end = Invoke-TrackProgram -ArgumentList $words -Variable $variables -Text $Notes
    # -1: it was not run. 2: it was refused, and nothing has ended. With --on-exit it is also the code that was given.
    if ($null -ne $id -and $end.ExitCode -ne -1 -and ($end.ExitCode -ne 2 -or $words -ccontains '--on-exit')) { $script:Finished[$id] = $true }
}

# finish --on-exit, with the exit code of the last program.
function Get-TrackOnExit {
    [CmdletBinding(PositionalBinding = $false)]
    [OutputType([string[]])]
    param()
    'finish'
    '--on-exit'
    $code = Get-TrackExitCode
    if ($code -is [int]) { [string] $code }
}

# A duration as options expect it.
function ConvertTo-TrackDuration {
    [CmdletBinding(PositionalBinding = $false)]
    [OutputType([string])]
    param([Parameter(Mandatory = $true)] [timespan] $Duration)
    ([long] $Duration.TotalMilliseconds).ToString([System.Globalization.CultureInfo]::InvariantCulture) + 'ms'
}

# ---- Reading ----

# JSON of the program as objects: names in Pascal case, times as [datetime], durations as [timespan].
function ConvertFrom-TrackJson {
    [CmdletBinding(PositionalBinding = $false)]
    [OutputType([psobject])]
    param(
        [Parameter(Mandatory = $true)] [string] $Text,
        [Parameter(Mandatory = $true)] [string] $TypeName
    )
    # PowerShell 7 would make dates of texts that only look like one, and 5.1 of none.
    $guarded = [regex]::Replace($Text, '(?<!\\)"(?=\d{4}-\d\d-\d\dT)', '"@')
    $parsed = ConvertFrom-Json -InputObject $guarded
    foreach ($one in $parsed) {
        $object = ConvertFrom-TrackValue -Value $one
        $object.PSObject.TypeNames.Insert(0, $TypeName)
        $object
    }
}

function ConvertFrom-TrackValue {
    [CmdletBinding(PositionalBinding = $false)]
    [OutputType([object])]
    param(
        [AllowNull()] [object] $Value,
        [string] $Name = ''
    )
    if ($null -eq $Value) { return $null }
    if ($Value -is [System.Array]) {
        $list = @(foreach ($one in $Value) { ConvertFrom-TrackValue -Value $one -Name $Name })
        return , $list
    }
    if ($Value -is [System.Management.Automation.PSCustomObject]) {
        # Their keys are names of files and packages.
        if ('files', 'packages' -ccontains $Name) { return $Value }
        $properties = [ordered] @{}
        foreach ($property in $Value.PSObject.Properties) {
            $words = foreach ($word in $property.Name.Split('_')) { $word.Substring(0, 1).ToUpperInvariant() + $word.Substring(1) }
            $properties[$words -join ''] = ConvertFrom-TrackValue -Value $property.Value -Name $property.Name
        }
        return [pscustomobject] $properties
    }
    $invariant = [System.Globalization.CultureInfo]::InvariantCulture
    if ($Value -is [string] -and $Value -cmatch '\A@\d{4}-\d\d-\d\dT') {
        $text = $Value.Substring(1)
        if ($Name -cnotmatch '(\A|_)at\z') { return $text }
        return [datetime]::Parse($text, $invariant, 'RoundtripKind').ToLocalTime()
    }
    if ($Name -cmatch '(\A|_)(duration|seconds|downtime)\z|\Atime_to_|\A(avg|min|max)_|\A(median|p95|usual_low|usual_high|healthy_latency)\z') {
        $seconds = [double] 0
        if ([double]::TryParse([string]::Format($invariant, '{0}', $Value), 'Float', $invariant, [ref] $seconds)) {
            return [timespan]::FromTicks([long] ($seconds * 1e7))
        }
    }
    $Value
}

# The output of a command that reads, as objects; an error of the caller's if it cannot be read.
function Read-TrackOutput {
    [CmdletBinding(PositionalBinding = $false)]
    [OutputType([psobject])]
    param(
        [Parameter(Mandatory = $true)] [string[]] $ArgumentList,
        [Parameter(Mandatory = $true)] [string] $TypeName
    )
    $end = Invoke-TrackProgram -ArgumentList $ArgumentList -Quiet
    if ($end.ExitCode -eq 0) {
        Write-TrackNotice -Text $end.Notes
        return ConvertFrom-TrackJson -Text $end.Output -TypeName $TypeName
    }
    $said = $end.Notes.Trim()
    if ($said -ceq '') { $said = 'deploytrack cannot be run' }
    Write-Error -Message $said -Category ReadError -ErrorId 'LedgerNotRead'
}

# ---- What scripts call ----

function Invoke-Deployment {
    <#
    .SYNOPSIS
    Runs a script block as a deployment, and records how it ended.
    .DESCRIPTION
    Starts a deployment, runs the block in the scope of the caller, and finishes the deployment in every case: also after
    `throw`, `exit` and Ctrl-C. The output of the block, and the error that ends it, reach the caller unchanged. If the start
    is refused, this is an error and the block does not run. With -WhatIf nothing is run and nothing is recorded.
    .PARAMETER ScriptBlock
    What deploys. A statement that fails ends it, whatever $ErrorActionPreference is.
    .PARAMETER Deployment
    The name of what is deployed. By default the setting `deployment`, otherwise the name of the repository.
    .PARAMETER Version
    The version that is deployed. By default the setting `version`, otherwise that of the repository.
    .PARAMETER Environment
    Where it is deployed to. By default the setting `environment`, otherwise production.
    .PARAMETER Service
    The part that is deployed.
    .PARAMETER Notes
    Free text.
    .PARAMETER Python
    The Python of the new environment, for its version. It is asked at the end.
    .PARAMETER Exclusive
    Refuse to start while another deployment is open.
    .PARAMETER Wait
    Wait this long for its turn.
    .PARAMETER Rollback
    How to roll back. It runs, and is recorded as a rollback, if an error ends the block; not after `exit` and Ctrl-C.
    .EXAMPLE
    Invoke-Deployment -Deployment gateway -Version 1.4.0 {
        Invoke-DeploymentPhase -Name extract { Expand-Archive -Path gateway.zip -DestinationPath C:\Services\Gateway }
        Invoke-DeploymentPhase -Name migrate -FailOnExitCode { .\migrate.exe }
    }

    Records a deployment with two phases.
    #>
    [CmdletBinding(SupportsShouldProcess = $true, ConfirmImpact = 'Low', PositionalBinding = $false)]
    [OutputType([object])]
    param(
        [Parameter(Mandatory = $true, Position = 0)] [scriptblock] $ScriptBlock,
        [string] $Deployment = '',
        [string] $Version = '',
        [string] $Environment = '',
        [string] $Service = '',
        [string] $Notes = '',
        [string] $Python = '',
        [switch] $Exclusive,
        [timespan] $Wait = [timespan]::Zero,
        [scriptblock] $Rollback
    )
    if (-not $PSCmdlet.ShouldProcess("$Deployment $Version".Trim(), 'Deploy')) { return }
    $ErrorActionPreference = 'Stop'
    $before = [Environment]::GetEnvironmentVariable('DEPLOYTRACK_ID')
    $said = @{}
    foreach ($name in 'Deployment', 'Version', 'Environment', 'Service', 'Notes', 'Python', 'Exclusive', 'Wait') {
        if ($PSBoundParameters.ContainsKey($name)) { $said[$name] = $PSBoundParameters[$name] }
    }
    Start-Deployment @said
    $id = [Environment]::GetEnvironmentVariable('DEPLOYTRACK_ID')
    $isOver = $false
    try {
        try {
            . $ScriptBlock
        } catch {
            $isOver = $true
            Set-TrackId -Id $id
            if ($null -ne $Rollback) { Invoke-TrackRollback -ScriptBlock $Rollback -Reason 'deployment failed' -Quiet }
            $message = Get-TrackErrorText -Record $_
            Complete-TrackDeployment -ArgumentList 'finish', '--status', 'failed' -ErrorMessage $message
            throw
        }
        $isOver = $true
        Set-TrackId -Id $id
        if (-not $script:Finished.ContainsKey($id)) { Complete-TrackDeployment -ArgumentList 'finish' }
    } finally {
        if (-not $isOver) {
            # `exit`, Ctrl-C, or `break` in a loop of the caller.
            Set-TrackId -Id $id
            if (-not $script:Finished.ContainsKey($id)) { Complete-TrackDeployment -ArgumentList (Get-TrackOnExit) }
        }
        Set-TrackId -Id $before
    }
}

function Start-Deployment {
    <#
    .SYNOPSIS
    Starts a deployment, to which all that follows belongs.
    .DESCRIPTION
    Sets $env:DEPLOYTRACK_ID, so that the other functions and `deploytrack` itself know the deployment. It is an error if the
    start is refused: another deployment is open, or the version is marked bad. Every deployment that was started needs a
    Complete-Deployment in `finally`; Invoke-Deployment does both.
    .PARAMETER Deployment
    The name of what is deployed. By default the setting `deployment`, otherwise the name of the repository.
    .PARAMETER Version
    The version that is deployed. By default the setting `version`, otherwise that of the repository.
    .PARAMETER Environment
    Where it is deployed to. By default the setting `environment`, otherwise production.
    .PARAMETER Service
    The part that is deployed.
    .PARAMETER Notes
    Free text.
    .PARAMETER Python
    The Python of the new environment, for its version. It is asked at the end.
    .PARAMETER Exclusive
    Refuse to start while another deployment is open.
    .PARAMETER Wait
    Wait this long for its turn.
    .PARAMETER PassThru
    Return the ID of the deployment.
    .EXAMPLE
    Start-Deployment -Deployment gateway -Version 1.4.0
    try {
        Invoke-DeploymentPhase -Name migrate -FailOnExitCode { .\migrate.exe }
        Complete-Deployment -Status Success
    } catch {
        Complete-Deployment -ErrorRecord $_
        throw
    } finally {
        Complete-Deployment
    }

    The same as Invoke-Deployment, in steps.
    #>
    [CmdletBinding(SupportsShouldProcess = $true, ConfirmImpact = 'Low', PositionalBinding = $false)]
    [OutputType([string])]
    param(
        [string] $Deployment = '',
        [string] $Version = '',
        [string] $Environment = '',
        [string] $Service = '',
        [string] $Notes = '',
        [string] $Python = '',
        [switch] $Exclusive,
        [timespan] $Wait = [timespan]::Zero,
        [switch] $PassThru
    )
    if (-not $PSCmdlet.ShouldProcess("$Deployment $Version".Trim(), 'Start the deployment')) { return }
    $words = @('start')
    if ($Notes -cne '') { $words += '--notes', '-' }
    if ($Python -cne '') { $words += '--python', $Python }
    if ($Exclusive) { $words += '--exclusive' }
    if ($Wait -gt [timespan]::Zero) { $words += '--wait', (ConvertTo-TrackDuration -Duration $Wait) }
    $variables = @{}
    if ($Deployment -cne '') { $variables.DEPLOYTRACK_DEPLOYMENT = $Deployment }
    if ($Version -cne '') { $variables.DEPLOYTRACK_VERSION = $Version }
    if ($Environment -cne '') { $variables.DEPLOYTRACK_ENVIRONMENT = $Environment }
    if ($Service -cne '') { $variables.DEPLOYTRACK_SERVICE = $Service }
    # An ID that is there was made by a CI, unless it is that of another deployment of this script.
    $before = [Environment]::GetEnvironmentVariable('DEPLOYTRACK_ID')
    if ($null -ne $before -and ($before -ceq 'none' -or $script:Started.ContainsKey($before) -or $script:Finished.ContainsKey($before))) {
        $variables.DEPLOYTRACK_ID = $null
    }
    # It may be there now.
    if ($script:Program -isnot [hashtable]) { $script:Program = $null }
    $end = Invoke-TrackProgram -ArgumentList $words -Variable $variables -Text $Notes -Quiet
    $id = @($end.Output.Trim() -split '\r?\n')[-1].Trim()
    if ($end.ExitCode -eq 2 -or ($end.ExitCode -eq 1 -and $id -ceq 'none')) {
        $why = [regex]::Replace($end.Notes, '(?m)^deploytrack: (error: )?', '').Trim()
        $exception = New-Object -TypeName System.InvalidOperationException -ArgumentList "The deployment was not started: $why"
        $PSCmdlet.ThrowTerminatingError((New-Object -TypeName System.Management.Automation.ErrorRecord -ArgumentList $exception, 'DeploymentRefused', 'ResourceUnavailable', $Deployment))
    }
    Write-TrackNotice -Text $end.Notes
    if ($id -cnotmatch $script:DeploymentId) {
        # Node has crashed, or what is in PATH could not find the program.
        $id = 'none'
        if ($script:Program -is [hashtable]) { Write-TrackWarning -Message "$(Get-TrackCrash -End $end); the deployment is not recorded" }
        if ($end.ExitCode -eq -1) { $script:Program = $false }
    }
    # Journals are made next to a ledger that exists.
    foreach ($place in @($script:Facts.Keys)) {
        if ($null -eq $script:Facts[$place] -or -not $script:Facts[$place].journal) { $script:Facts.Remove($place) }
    }
    $script:Started[$id] = $before
    Set-TrackId -Id $id
    if ($PassThru) { $id }
}

function Complete-Deployment {
    <#
    .SYNOPSIS
    Finishes the deployment.
    .DESCRIPTION
    Success must be said by -Status. In `finally`, without parameters, it closes a deployment that is not finished as
    failed, does nothing if it is finished, and forgets its ID. It never throws and changes no error and no exit code.
    .PARAMETER Status
    How the deployment ended. By default Failed with -ErrorRecord.
    .PARAMETER ErrorRecord
    The error that ended it: $_ in `catch`.
    .PARAMETER Notes
    Free text.
    .EXAMPLE
    Complete-Deployment -Status Success

    Records that the deployment succeeded.
    .EXAMPLE
    try { .\deploy-everything.ps1 } catch { Complete-Deployment -ErrorRecord $_; throw } finally { Complete-Deployment }

    Records the reason of a failure, and closes the deployment also after `exit` and Ctrl-C.
    #>
    [CmdletBinding(SupportsShouldProcess = $true, ConfirmImpact = 'Low', PositionalBinding = $false)]
    [OutputType([void])]
    param(
        [ValidateSet('Success', 'Warning', 'Failed')] [string] $Status,
        [System.Management.Automation.ErrorRecord] $ErrorRecord,
        [string] $Notes = ''
    )
    $id = [Environment]::GetEnvironmentVariable('DEPLOYTRACK_ID')
    if (-not $PSCmdlet.ShouldProcess([string] $id, 'Finish the deployment')) { return }
    $isSaid = $PSBoundParameters.ContainsKey('Status') -or $null -ne $ErrorRecord
    if ($isSaid) {
        $words = @('finish', '--status', 'failed')
        if ($PSBoundParameters.ContainsKey('Status')) { $words[2] = $Status.ToLowerInvariant() }
        $message = ''
        if ($null -ne $ErrorRecord) { $message = Get-TrackErrorText -Record $ErrorRecord }
        Complete-TrackDeployment -ArgumentList $words -ErrorMessage $message -Notes $Notes
        return
    }
    if ($null -eq $id -and $script:Started.Count -gt 0) { return }
    if ($null -eq $id -or -not $script:Finished.ContainsKey($id)) {
        if ($id -cne 'none') { Complete-TrackDeployment -ArgumentList (Get-TrackOnExit) -Notes $Notes }
    }
    if ($null -ne $id -and $script:Started.ContainsKey($id)) { Set-TrackId -Id $script:Started[$id] }
}

function Invoke-DeploymentPhase {
    <#
    .SYNOPSIS
    Runs a script block as a phase of the deployment.
    .DESCRIPTION
    The block runs in the scope of the caller: its variables, output, errors and $LASTEXITCODE are as without the phase. An
    error that ends the block is recorded as the failure of the phase, and goes on to the caller unchanged. With -WhatIf
    nothing is run and nothing is recorded.
    .PARAMETER ScriptBlock
    What is done. A statement that fails ends it, whatever $ErrorActionPreference is.
    .PARAMETER Name
    The name of the phase: a lower-case letter, then lower-case letters, digits, _ and -.
    .PARAMETER Service
    The part that is deployed.
    .PARAMETER Probe
    For the phase cutover: a URL that is checked during the phase, so that the downtime is measured.
    .PARAMETER FailOnExitCode
    The phase fails if the last program that the block ran ended with another exit code than 0. $LASTEXITCODE stays, and the
    caller gets an error. Without a program in the block $LASTEXITCODE is unset while it runs.
    .PARAMETER Artifact
    A file, whose size is recorded.
    .PARAMETER Count
    How many migrations were applied, by default 1.
    .PARAMETER CountFile
    A file with that number, which is read at the end.
    .EXAMPLE
    Invoke-DeploymentPhase -Name extract { Expand-Archive -Path gateway.zip -DestinationPath C:\Services\Gateway }

    Records how long the cmdlet takes, and its error if it fails.
    .EXAMPLE
    Invoke-DeploymentPhase -Name migrate -FailOnExitCode { .\migrate.exe --all }

    Runs a program, whose exit code decides.
    #>
    [CmdletBinding(SupportsShouldProcess = $true, ConfirmImpact = 'Low', PositionalBinding = $false)]
    [OutputType([object])]
    param(
        [Parameter(Mandatory = $true, Position = 0)] [scriptblock] $ScriptBlock,
        [Parameter(Mandatory = $true)] [string] $Name,
        [string] $Service = '',
        [string] $Probe = '',
        [string] $Artifact = '',
        [System.Nullable[int]] $Count,
        [string] $CountFile = '',
        [switch] $FailOnExitCode
    )
    if ($Name -cnotmatch $script:PhaseName) { $PSCmdlet.ThrowTerminatingError((Get-TrackNameError -Name $Name)) }
    if (-not $PSCmdlet.ShouldProcess($Name, 'Run the phase')) { return }
    $ErrorActionPreference = 'Stop'
    $measured = @(Get-TrackMeasured -Artifact $Artifact -Count $Count -CountFile $CountFile)
    $run = Start-TrackPhase -Name $Name -Service $Service -Probe $Probe
    $phase = @{ Name = $Name; Service = $Service; Run = $run; Measured = $measured }
    $before = Get-TrackExitCode
    if ($FailOnExitCode) { $global:LASTEXITCODE = $null }
    $isOver = $false
    try {
        try {
            . $ScriptBlock
        } catch {
            $isOver = $true
            if ($FailOnExitCode -and $null -eq $global:LASTEXITCODE) { $global:LASTEXITCODE = $before }
            $message = Get-TrackErrorText -Record $_
            # Under $PSNativeCommandUseErrorActionPreference an exit code is an error.
            $code = $null
            if ($_.Exception.GetType().Name -ceq 'NativeCommandExitException') { $code = $_.Exception.ExitCode }
            Complete-TrackPhase @phase -ExitCode $code -ErrorMessage $message
            throw
        }
        $isOver = $true
        $code = $null
        if ($FailOnExitCode) {
            $code = $global:LASTEXITCODE
            if ($null -eq $code) { $global:LASTEXITCODE = $before }
        }
        Complete-TrackPhase @phase -ExitCode $code
        if ($null -ne $code -and $code -ne 0) {
            $PSCmdlet.ThrowTerminatingError((Get-TrackExitError -Name $Name -ExitCode $code))
        }
    } finally {
        if (-not $isOver) {
            # `exit`, Ctrl-C, or `break` in a loop of the caller.
            Complete-TrackPhase @phase -ErrorMessage 'ended before its end: exit, break or Ctrl-C'
        }
    }
}

function Start-DeploymentPhase {
    <#
    .SYNOPSIS
    Marks the start of a phase.
    .DESCRIPTION
    A line in a journal, without a process. Use Invoke-DeploymentPhase if the phase can be a script block.
    .PARAMETER Name
    The name of the phase: a lower-case letter, then lower-case letters, digits, _ and -.
    .PARAMETER Service
    The part that is deployed.
    .PARAMETER Probe
    For the phase cutover: a URL that is checked until the phase ends, so that the downtime is measured. This needs a process.
    .EXAMPLE
    Start-DeploymentPhase -Name warm_up
    .\Start-WarmUp.ps1
    Complete-DeploymentPhase -Name warm_up

    Records how long the script takes.
    #>
    [CmdletBinding(SupportsShouldProcess = $true, ConfirmImpact = 'Low', PositionalBinding = $false)]
    [OutputType([void])]
    param(
        [Parameter(Mandatory = $true)] [string] $Name,
        [string] $Service = '',
        [string] $Probe = ''
    )
    if ($Name -cnotmatch $script:PhaseName) { $PSCmdlet.ThrowTerminatingError((Get-TrackNameError -Name $Name)) }
    if (-not $PSCmdlet.ShouldProcess($Name, 'Start the phase')) { return }
    # The most frequent case, with as few calls as possible.
    if ($Probe -ceq '' -and $Name -cne 'cutover' -and [Environment]::GetEnvironmentVariable('DEPLOYTRACK_DISABLED') -cne '1' -and
        $null -ne (Write-TrackMark -Mark "phase-start $Name" -Service $Service)) { return }
    [void] (Start-TrackPhase -Name $Name -Service $Service -Probe $Probe)
}

function Complete-DeploymentPhase {
    <#
    .SYNOPSIS
    Marks the end of a phase.
    .DESCRIPTION
    A line in a journal, without a process. Without an exit code and an error the phase was successful.
    .PARAMETER Name
    The name of the phase that Start-DeploymentPhase has started.
    .PARAMETER Service
    The part that is deployed, as at the start.
    .PARAMETER ExitCode
    The exit code of what was run: the phase failed if it is not 0.
    .PARAMETER ErrorMessage
    Why the phase failed. Alone it means that it failed.
    .PARAMETER Artifact
    A file, whose size is recorded.
    .PARAMETER Count
    How many migrations were applied, by default 1.
    .PARAMETER CountFile
    A file with that number, which is read at the end.
    .EXAMPLE
    Complete-DeploymentPhase -Name migration -ExitCode $LASTEXITCODE

    Ends the phase with the exit code of the last program.
    #>
    [CmdletBinding(SupportsShouldProcess = $true, ConfirmImpact = 'Low', PositionalBinding = $false)]
    [OutputType([void])]
    param(
        [Parameter(Mandatory = $true)] [string] $Name,
        [string] $Service = '',
        [System.Nullable[int]] $ExitCode,
        [string] $ErrorMessage = '',
        [string] $Artifact = '',
        [System.Nullable[int]] $Count,
        [string] $CountFile = ''
    )
    if ($Name -cnotmatch $script:PhaseName) { $PSCmdlet.ThrowTerminatingError((Get-TrackNameError -Name $Name)) }
    if (-not $PSCmdlet.ShouldProcess($Name, 'Complete the phase')) { return }
    if ($null -eq $ExitCode -and $ErrorMessage -ceq '' -and $Artifact -ceq '' -and $null -eq $Count -and $CountFile -ceq '' -and $Name -cne 'cutover' -and
        [Environment]::GetEnvironmentVariable('DEPLOYTRACK_DISABLED') -cne '1' -and
        $null -ne (Write-TrackMark -Mark "phase-end $Name" -Service $Service)) { return }
    $measured = @(Get-TrackMeasured -Artifact $Artifact -Count $Count -CountFile $CountFile)
    Complete-TrackPhase -Name $Name -Service $Service -ExitCode $ExitCode -ErrorMessage $ErrorMessage -Measured $measured
}

function Test-DeploymentHealth {
    <#
    .SYNOPSIS
    Checks an endpoint until it responds with the expected version, and records the result.
    .DESCRIPTION
    Returns an object with Uri, Healthy, Version (that was verified), Attempts, TimeToHealthy, Duration and ErrorMessage. A
    service that is not healthy is no error: look at Healthy. Attempts and what follows are known for a deployment only.
    .PARAMETER Uri
    http://, https:// or tcp://host:port.
    .PARAMETER Timeout
    The time limit, by default one minute.
    .PARAMETER Interval
    The time between two attempts, by default one second.
    .PARAMETER ExpectVersion
    The version that the endpoint must name. By default that of the deployment.
    .PARAMETER AnyVersion
    Check only the HTTP status.
    .PARAMETER ExpectStatus
    The expected HTTP status, by default 200.
    .PARAMETER Service
    The part that is deployed.
    .EXAMPLE
    $health = Test-DeploymentHealth -Uri http://localhost:8080/health -Timeout 00:02:00
    if (-not $health.Healthy) { throw "not healthy: $($health.ErrorMessage)" }

    Waits for at most two minutes.
    #>
    [CmdletBinding(SupportsShouldProcess = $true, ConfirmImpact = 'Low', PositionalBinding = $false)]
    [OutputType('DeployTrack.Health')]
    param(
        [Parameter(Mandatory = $true)] [string] $Uri,
        [timespan] $Timeout = [timespan]::FromMinutes(1),
        [timespan] $Interval = [timespan]::FromSeconds(1),
        [string] $ExpectVersion = '',
        [switch] $AnyVersion,
        [ValidateRange(200, 599)] [int] $ExpectStatus = 200,
        [string] $Service = ''
    )
    if (-not $PSCmdlet.ShouldProcess($Uri, 'Check the health')) { return }
    $words = @('health', $Uri, '--timeout', (ConvertTo-TrackDuration -Duration $Timeout))
    $words += '--interval', (ConvertTo-TrackDuration -Duration $Interval)
    if ($ExpectVersion -cne '') { $words += '--expect-version', $ExpectVersion }
    if ($AnyVersion) { $words += '--any-version' }
    if ($ExpectStatus -ne 200) { $words += '--expect-status', [string] $ExpectStatus }
    if ($Service -cne '') { $words += '--service', $Service }
    $end = Invoke-TrackProgram -ArgumentList $words
    $health = [ordered] @{
        PSTypeName = 'DeployTrack.Health'
        Uri = $Uri
        Healthy = $end.ExitCode -eq 0
        Version = $null
        Attempts = $null
        TimeToHealthy = $null
        Duration = $null
        ErrorMessage = $null
    }
    $id = [Environment]::GetEnvironmentVariable('DEPLOYTRACK_ID')
    if ($id -and $id -cne 'none' -and $end.ExitCode -in 0, 1) {
        $shown = Invoke-TrackProgram -ArgumentList 'show', $id, '--json' -Quiet
        if ($shown.ExitCode -eq 0) {
            try {
                $last = @((ConvertFrom-TrackJson -Text $shown.Output -TypeName 'DeployTrack.Deployment').HealthVerifications)
                if ($last.Count -gt 0) {
                    $last = $last[-1]
                    if ($last.Success) { $health.Version = $last.ExpectedVersion }
                    $health.Attempts = $last.Attempts
                    $health.TimeToHealthy = $last.TimeToHealthy
                    $health.Duration = $last.Duration
                    $health.ErrorMessage = $last.ErrorMessage
                }
            } catch {
                # ConvertFrom-Json refuses keys that differ only in case, such as names of packages.
                Clear-TrackError -Record $_
            }
        }
    }
    [pscustomobject] $health
}

function Undo-Deployment {
    <#
    .SYNOPSIS
    Records a rollback of the deployment; with a script block it runs it.
    .DESCRIPTION
    The block runs in the scope of the caller. An error that ends it is recorded as the failure of the rollback and goes on to
    the caller unchanged. With -WhatIf nothing is run and nothing is recorded.
    .PARAMETER ScriptBlock
    How to roll back.
    .PARAMETER Reason
    Why, in 1 to 200 characters; by default manual.
    .PARAMETER ToVersion
    The version that is in service again, by default the previous one.
    .PARAMETER DeploymentId
    The deployment that is rolled back, by default the current one.
    .PARAMETER Failed
    Without a script block: the rollback failed.
    .PARAMETER Uri
    After the rollback: the endpoint that must respond with the version that is in service again.
    .PARAMETER Timeout
    The time limit of that check, by default one minute.
    .PARAMETER Interval
    The time between two attempts, by default one second.
    .EXAMPLE
    Undo-Deployment -Reason health_check_failed -ToVersion 1.3.0 { .\Switch-Version.ps1 1.3.0 }

    Runs a script as the rollback.
    #>
    [CmdletBinding(SupportsShouldProcess = $true, ConfirmImpact = 'Low', PositionalBinding = $false)]
    [OutputType([object])]
    param(
        [Parameter(Position = 0)] [scriptblock] $ScriptBlock,
        [string] $Reason = 'manual',
        [string] $ToVersion = '',
        [string] $DeploymentId = '',
        [switch] $Failed,
        [string] $Uri = '',
        [timespan] $Timeout = [timespan]::FromMinutes(1),
        [timespan] $Interval = [timespan]::FromSeconds(1)
    )
    if (-not $PSCmdlet.ShouldProcess($ToVersion, 'Record a rollback')) { return }
    $ErrorActionPreference = 'Stop'
    $words = @()
    if ($ToVersion -cne '') { $words += '--to', $ToVersion }
    $of = @()
    if ($DeploymentId -cne '') { $of = @('--of', $DeploymentId) }
    $check = @()
    if ($Uri -cne '') {
        $check = '--health', $Uri, '--timeout', (ConvertTo-TrackDuration -Duration $Timeout)
        $check += '--interval', (ConvertTo-TrackDuration -Duration $Interval)
    }
    if ($null -ne $ScriptBlock) {
        Invoke-TrackRollback -ScriptBlock $ScriptBlock -Reason $Reason -ArgumentList $words -Of $of -Check $check
        return
    }
    $words = @('rollback', '--reason', '-') + $words + $of + $check
    if ($Failed) { $words += '--failed' }
    Complete-TrackRollback -ArgumentList $words -Text $Reason
}

# Runs the command that ends a rollback. A version that is not healthy then is a warning.
function Complete-TrackRollback {
    [CmdletBinding(PositionalBinding = $false)]
    [OutputType([void])]
    param(
        [Parameter(Mandatory = $true)] [string[]] $ArgumentList,
        [string] $Text = ''
    )
    $end = Invoke-TrackProgram -ArgumentList $ArgumentList -Text $Text
    if ($end.ExitCode -eq 1 -and $ArgumentList -ccontains '--health') {
        Write-TrackWarning -Message "after the rollback: $(@($end.Notes.Trim() -split '\r?\n')[-1])"
    }
}

# Runs a rollback between its two marks. With -Quiet its error is a warning.
function Invoke-TrackRollback {
    [CmdletBinding(PositionalBinding = $false)]
    [OutputType([object])]
    param(
        [Parameter(Mandatory = $true)] [scriptblock] $ScriptBlock,
        [Parameter(Mandatory = $true)] [string] $Reason,
        [AllowEmptyCollection()] [string[]] $ArgumentList = @(),
        [AllowEmptyCollection()] [string[]] $Of = @(),
        [AllowEmptyCollection()] [string[]] $Check = @(),
        [switch] $Quiet
    )
    $ErrorActionPreference = 'Stop'
    [void] (Invoke-TrackProgram -ArgumentList (@('rollback', 'start', '--reason', '-') + $ArgumentList + $Of) -Text $Reason)
    $isOver = $false
    try {
        try {
            . $ScriptBlock
        } catch {
            $isOver = $true
            $message = Get-TrackErrorText -Record $_
            [void] (Invoke-TrackProgram -ArgumentList (@('rollback', 'end', '--failed', '--error', '-') + $Of) -Text $message)
            if (-not $Quiet) { throw }
            Clear-TrackError -Record $_
            Write-TrackWarning -Message "The rollback failed: $message"
            return
        }
        $isOver = $true
        Complete-TrackRollback -ArgumentList (@('rollback', 'end') + $Of + $Check)
    } finally {
        if (-not $isOver) {
            [void] (Invoke-TrackProgram -ArgumentList (@('rollback', 'end', '--failed', '--error', '-') + $Of) -Text 'ended before its end: exit, break or Ctrl-C')
        }
    }
}

function Add-DeploymentCost {
    <#
    .SYNOPSIS
    Records what the deployment cost.
    .DESCRIPTION
    Several costs of one resource add up. A finished deployment can be given too.
    .PARAMETER Resource
    What was paid for, in 1 to 200 characters.
    .PARAMETER Usd
    US dollars.
    .PARAMETER DeploymentId
    The deployment, by default the current one.
    .EXAMPLE
    Add-DeploymentCost -Resource ci-minutes -Usd 0.42

    Records 42 cents.
    #>
    [CmdletBinding(SupportsShouldProcess = $true, ConfirmImpact = 'Low', PositionalBinding = $false)]
    [OutputType([void])]
    param(
        [Parameter(Mandatory = $true)] [string] $Resource,
        [Parameter(Mandatory = $true)] [decimal] $Usd,
        [string] $DeploymentId = ''
    )
    if (-not $PSCmdlet.ShouldProcess($Resource, 'Record a cost')) { return }
    $words = @('cost', $Resource, $Usd.ToString([System.Globalization.CultureInfo]::InvariantCulture))
    if ($DeploymentId -cne '') { $words += '--of', $DeploymentId }
    [void] (Invoke-TrackProgram -ArgumentList $words)
}

function Invoke-DeploymentSmokeTest {
    <#
    .SYNOPSIS
    Runs a script block as a smoke test of the deployment.
    .DESCRIPTION
    The test passes if the block ends without an error that ends it. The error is recorded and goes on to the caller
    unchanged. With -WhatIf nothing is run and nothing is recorded.
    .PARAMETER ScriptBlock
    The test.
    .PARAMETER Name
    The name of the test, in 1 to 200 characters.
    .PARAMETER Service
    The part that is deployed.
    .PARAMETER FailOnExitCode
    The test fails if the last program that the block ran ended with another exit code than 0.
    .EXAMPLE
    Invoke-DeploymentSmokeTest -Name login { Invoke-WebRequest -Uri http://localhost:8080/login -UseBasicParsing | Out-Null }

    Fails if the page cannot be read.
    #>
    [CmdletBinding(SupportsShouldProcess = $true, ConfirmImpact = 'Low', PositionalBinding = $false)]
    [OutputType([object])]
    param(
        [Parameter(Mandatory = $true, Position = 0)] [scriptblock] $ScriptBlock,
        [Parameter(Mandatory = $true)] [string] $Name,
        [string] $Service = '',
        [switch] $FailOnExitCode
    )
    if (-not $PSCmdlet.ShouldProcess($Name, 'Run the smoke test')) { return }
    $ErrorActionPreference = 'Stop'
    $words = @('smoke', $Name)
    if ($Service -cne '') { $words += '--service', $Service }
    $before = Get-TrackExitCode
    if ($FailOnExitCode) { $global:LASTEXITCODE = $null }
    $isOver = $false
    try {
        try {
            . $ScriptBlock
        } catch {
            $isOver = $true
            if ($FailOnExitCode -and $null -eq $global:LASTEXITCODE) { $global:LASTEXITCODE = $before }
            $message = Get-TrackErrorText -Record $_
            [void] (Invoke-TrackProgram -ArgumentList ($words + @('--failed', '--error', '-')) -Text $message)
            throw
        }
        $isOver = $true
        $code = $null
        if ($FailOnExitCode) {
            $code = $global:LASTEXITCODE
            if ($null -eq $code) { $global:LASTEXITCODE = $before }
        }
        if ($null -ne $code -and $code -ne 0) {
            $failure = Get-TrackExitError -Name $Name -ExitCode $code
            [void] (Invoke-TrackProgram -ArgumentList ($words + @('--failed', '--error', '-')) -Text "exit code $code")
            $PSCmdlet.ThrowTerminatingError($failure)
        }
        [void] (Invoke-TrackProgram -ArgumentList ($words + @('--passed')))
    } finally {
        if (-not $isOver) {
            [void] (Invoke-TrackProgram -ArgumentList ($words + @('--failed', '--error', '-')) -Text 'ended before its end: exit, break or Ctrl-C')
        }
    }
}

function Get-Deployment {
    <#
    .SYNOPSIS
    Gets recent deployments, newest first, as objects.
    .DESCRIPTION
    The properties are the fields of `deploytrack history --json` in Pascal case: deployment_started_at is
    DeploymentStartedAt, a [datetime] in local time, and total_duration is TotalDuration, a [timespan].
    .PARAMETER Deployment
    Only deployments of this name.
    .PARAMETER Environment
    Only those to this environment.
    .PARAMETER Status
    Only those with this status.
    .PARAMETER Since
    Only those that started since then.
    .PARAMETER Limit
    How many, by default 10.
    .PARAMETER DeploymentId
    One deployment, with its Phases, HealthVerifications, Rollbacks, SmokeTests and Costs: the fields of `deploytrack show --json`.
    .EXAMPLE
    Get-Deployment -Limit 100 | Where-Object -Property TotalDuration -GT ([timespan] '00:05:00') | Export-Csv -Path slow.csv -NoTypeInformation

    Exports the deployments that took more than five minutes.
    #>
    [CmdletBinding(PositionalBinding = $false, DefaultParameterSetName = 'Recent')]
    [OutputType('DeployTrack.Deployment')]
    param(
        [Parameter(ParameterSetName = 'Recent')] [string] $Deployment = '',
        [Parameter(ParameterSetName = 'Recent')] [string] $Environment = '',
        [Parameter(ParameterSetName = 'Recent')] [ValidateSet('in-progress', 'success', 'warning', 'failed')] [string] $Status,
        [Parameter(ParameterSetName = 'Recent')] [datetime] $Since,
        [Parameter(ParameterSetName = 'Recent')] [ValidateRange(1, 1000000)] [int] $Limit = 10,
        [Parameter(Mandatory = $true, ParameterSetName = 'One')] [string] $DeploymentId
    )
    if ($PSCmdlet.ParameterSetName -ceq 'One') {
        return Read-TrackOutput -ArgumentList 'show', $DeploymentId, '--json' -TypeName 'DeployTrack.Deployment'
    }
    $words = @('history', '--json', '--limit', [string] $Limit)
    if ($Deployment -cne '') { $words += '--deployment', $Deployment }
    if ($Environment -cne '') { $words += '--environment', $Environment }
    if ($PSBoundParameters.ContainsKey('Status')) { $words += '--status', $Status.ToLowerInvariant() }
    if ($PSBoundParameters.ContainsKey('Since')) { $words += '--since', (ConvertTo-TrackTime -Time $Since) }
    Read-TrackOutput -ArgumentList $words -TypeName 'DeployTrack.Deployment'
}

function Get-DeploymentStatistic {
    <#
    .SYNOPSIS
    Gets statistics of finished deployments as an object.
    .DESCRIPTION
    The properties are the fields of `deploytrack stats --json` in Pascal case; durations are [timespan].
    .PARAMETER Deployment
    Only deployments of this name.
    .PARAMETER Environment
    Only those to this environment.
    .PARAMETER Since
    Only those that started since then.
    .PARAMETER Limit
    Only this many recent deployments; by default all.
    .EXAMPLE
    (Get-DeploymentStatistic -Deployment gateway -Since (Get-Date).AddDays(-30)).SuccessRate

    The success rate of 30 days.
    #>
    [CmdletBinding(PositionalBinding = $false)]
    [OutputType('DeployTrack.DeploymentStatistic')]
    param(
        [string] $Deployment = '',
        [string] $Environment = '',
        [datetime] $Since,
        [ValidateRange(1, 1000000)] [int] $Limit
    )
    $words = @('stats', '--json')
    if ($Deployment -cne '') { $words += '--deployment', $Deployment }
    if ($Environment -cne '') { $words += '--environment', $Environment }
    if ($PSBoundParameters.ContainsKey('Since')) { $words += '--since', (ConvertTo-TrackTime -Time $Since) }
    if ($PSBoundParameters.ContainsKey('Limit')) { $words += '--limit', [string] $Limit }
    Read-TrackOutput -ArgumentList $words -TypeName 'DeployTrack.DeploymentStatistic'
}

# A time as options expect it.
function ConvertTo-TrackTime {
    [CmdletBinding(PositionalBinding = $false)]
    [OutputType([string])]
    param([Parameter(Mandatory = $true)] [datetime] $Time)
    $Time.ToUniversalTime().ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", [System.Globalization.CultureInfo]::InvariantCulture)
}

# Another import makes a journal of its own.
$ExecutionContext.SessionState.Module.OnRemove = { Disconnect-TrackJournal }

Export-ModuleMember -Function @(
    'Add-DeploymentCost'
    'Complete-Deployment'
    'Complete-DeploymentPhase'
    'Get-Deployment'
    'Get-DeploymentStatistic'
    'Invoke-Deployment'
    'Invoke-DeploymentPhase'
    'Invoke-DeploymentSmokeTest'
    'Start-Deployment'
    'Start-DeploymentPhase'
    'Test-DeploymentHealth'
    'Undo-Deployment'
)
