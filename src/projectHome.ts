/** The public address of the project: issues, runbook. `package.json` has the same; a test compares them. */
export const projectHome = 'https://github.com/deploytrack/deploytrack';
