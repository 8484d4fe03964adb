// What each setting is if neither command line, environment nor settings file gives it.

export function defaults({ mark, bracket, push }) {
  return {
    ledger: 'see [Where the ledger is](#where-the-ledger-is)',
    deployment:
      "`start`, `run`: the repository's name, from the CI or the git remote, never the folder's name; otherwise a usage error",
    environment: '`production`',
    service: "the deployment's name",
    version:
      "for `start`, `run` and `init`: the CI's tag, otherwise its commit, otherwise git HEAD, otherwise `unknown` with a warning",
    method:
      '`github-actions`, `azure-devops`, `gitlab-ci` or `jenkins` if one is detected, otherwise `manual`',
    'triggered-by': "the CI's actor, otherwise the user",
    gateway: 'none: nothing is sent, and `push` is a usage error',
    'gateway-timeout': `for all requests of a command together: \`${mark}ms\` for a mark, \`${bracket / 1000}s\` for \`init\`, \`start\`, \`finish\` and the end of \`run\`, \`${push / 1000}s\` for \`push\``,
    'adopt-timeout': '`10s` for reading the existing metrics from the gateway',
    'ledger-timeout': '`2s` for a locked ledger; then the mark goes to the journal',
    'abandon-after': '`1h`',
    'journal-fallback': '`$XDG_RUNTIME_DIR`, then `/dev/shm`, then the temporary folder',
    textfile: 'none',
    instance: 'the host name; on hosted runners `<ci>-<repository>`',
    strict: 'off',
    warnings: '`stderr`; other values: `stdout`, `off`, `file:<path>`',
    id: 'none',
  };
}
