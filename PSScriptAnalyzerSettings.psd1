# For PSScriptAnalyzer, which test/windows/module.ps1 runs on shell/ and examples/: the rules that it leaves out, each with the reason.
@{
    Severity = @('Error', 'Warning')
    ExcludeRules = @(
        # `deploytrack shell powershell` prints the line that imports the module. In the module itself a test allows none.
        'PSAvoidUsingInvokeExpression'
        # Start-Notes and Set-Current of the examples are steps of one script. A test asks for -WhatIf in every function of the module
        # that records something.
        'PSUseShouldProcessForStateChangingFunctions'
        # Notes is the name of a service. A test looks at the nouns of the module.
        'PSUseSingularNouns'
        # A variable that a block sets is read by functions that the block calls, and $PSNativeCommandUseErrorActionPreference by
        # PowerShell itself.
        'PSUseDeclaredVarsMoreThanAssignments'
        # It does not look into the blocks that are passed to Invoke-Deployment.
        'PSReviewUnusedParameter'
        # What stands for a program sets $global:LASTEXITCODE as a program does, and the module cleans $global:Error.
        'PSAvoidGlobalVars'
    )
}
