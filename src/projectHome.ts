/** Where the project is published: issues, runbook. `package.json` has the same; a test compares them. */
export const projectHome = 'https://github.com/deploytrack/deploytrack';
