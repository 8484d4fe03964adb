@{
    RootModule = 'DeployTrack.psm1'
    ModuleVersion = '0.2.0'
    GUID = '5a0ff0a0-6a8a-4a3b-9b0e-6f3d9f0f6c1e'
    Author = 'the deploytrack authors'
    CompanyName = 'the deploytrack authors'
    Copyright = '(c) the deploytrack authors. MIT license.'
    Description = 'Times every phase of a deployment script and records it in the ledger of deploytrack.'
    PowerShellVersion = '5.1'
    CompatiblePSEditions = @('Desktop', 'Core')
    FormatsToProcess = @('DeployTrack.Format.ps1xml')
    FunctionsToExport = @(
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
    CmdletsToExport = @()
    VariablesToExport = @()
    AliasesToExport = @()
    PrivateData = @{
        PSData = @{
            Tags = @('deployment', 'metrics', 'ledger')
            LicenseUri = 'https://github.com/deploytrack/deploytrack/blob/main/LICENSE'
            ProjectUri = 'https://github.com/deploytrack/deploytrack'
        }
    }
}
