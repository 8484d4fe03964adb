/**
 * What `doctor` advises, by the test that breaks the thing, sees the finding, runs the printed command and sees the finding
 * gone. A text is a part of the advice in the sources, with `…` for an expression.
 */
export const mended: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>> = {
  'test/doctor/drill.test.ts': {
    'doctor finds a drill that a killed process left, and the next drill of that host removes it': [
      'run `…`, or another drill on that host',
    ],
  },
  'test/doctor/host.test.ts': {
    'doctor names %s, and its command unsets it': [
      'run `unset NODE_EXTRA_CA_CERTS`',
      '…, or run `unset … …_FILE`',
      '…, or run `unset …`',
    ],
    'doctor names a server login of which only one half is set': ['…: run `export …_FILE=<file>`'],
    'doctor names a relative path of the ledger, and its command makes it absolute': [
      '…: run `export DEPLOYTRACK_LEDGER=…`',
    ],
    'doctor names a ledger in the temporary folder, and its command sets another one': [
      'with --ledger or `export DEPLOYTRACK_LEDGER=<file>`',
      'for a systemd service, set StateDirectory=',
    ],
    'doctor names what is wrong with a settings file, and its commands correct it': [
      '…: run `…`',
      'run `chmod go-w …`',
      'replace it with a file of `key: <value>` lines, or run `mv … …`',
    ],
    'doctor names a settings file of or for another account, and its commands correct that': [
      'run `chown root …` as root, or chown it to the account that deploys',
      'give this account read access, for example with `chmod a+r …`',
    ],
    'doctor names %s, and its command corrects the rights': [
      'or `deploytrack init --group <name>` to share it with a group',
      'run `chmod … …`',
      'check what it is, then run `rm …`',
    ],
    'doctor names a second name of the ledger, and its command finds that name': [
      'find the other name with `find / -xdev -samefile …`',
    ],
    'doctor names a ledger of another account, and its command takes it over': [
      'run `chown … …` as root, or set a ledger of your own',
    ],
    'doctor names an abandoned deployment and marks from the future, each with a command': [
      'run `deploytrack finish --id … --abandoned`',
    ],
    'doctor names a disk that is nearly full, and its command frees space': [
      'free space; `deploytrack prune --keep 400d`',
    ],
    'doctor names a file system that is running out of inodes': ['find the folder with the most files'],
    'doctor names a ledger on a file system in another process, and its command moves it': [
      'run `mkdir -p … && deploytrack backup … && export DEPLOYTRACK_LEDGER=…`',
    ],
  },
  'test/doctor/ledger.test.ts': {
    'the command that doctor prints for %s in place of the ledger sets another file': [
      'set another file with --ledger',
      'set a file with --ledger',
      'restore a backup, or set another ledger with --ledger',
      'set the file itself with --ledger, or remove the link',
    ],
    'the command that doctor prints for a path that is too long sets a shorter one': [
      'set a shorter path with --ledger',
      'set a file in a folder with --ledger',
    ],
    'the command that doctor prints for a ledger of an account that shares it gives access to a group': [
      'or share the ledger as that account or root with `deploytrack init --ledger … --group <group>`',
    ],
    'the command that doctor prints for a read-only file system sets a file elsewhere': [
      'mount it writable, or set a file elsewhere with --ledger',
    ],
    'the command that doctor prints for a file system without locks sets a file on another one': [
      'set a file on a local disk with --ledger',
    ],
    'the command that doctor prints for a limit of the size of files lifts it': [
      'raise the limit with `ulimit -f unlimited`',
    ],
    'the commands that doctor prints for a ledger locked by a process out of sight wait until it is free': [
      'run `fuser -v …` to see which process uses it',
    ],
    'the command that doctor prints for a locked ledger waits until it is free': [
      'run `deploytrack doctor --ledger-timeout 60s`',
    ],
    'the command that doctor prints for an older ledger migrates it': [
      'run `deploytrack init` to migrate it',
    ],
    'the command that doctor prints for a damaged ledger repairs it': [
      'run `deploytrack doctor --repair` to save what can be read',
    ],
    'the command that doctor prints for marks without a ledger creates it, and the next one imports them': [
      'run `deploytrack init`',
    ],
    'the command that doctor prints for an invalid row opens the ledger, so that it can be deleted': [
      'check it with `sqlite3 …`, then fix or delete it',
    ],
    'the commands that doctor prints for a journal of another account import or remove it': [
      'if you trust its account, run `deploytrack import …`',
      'check it, then run `rm …`',
    ],
  },
  'test/repair/interrupted.test.ts': {
    'it is finished by the command that doctor prints': ['run `deploytrack doctor --repair` to finish it'],
  },
  'test/doctor/secondLedger.test.ts': {
    'doctor names a second ledger that pushes the same group, and its command joins the two': [
      'wait until the deployments in the other one have ended, then run `deploytrack doctor` again',
      'run `…`',
    ],
  },
  'test/doctor/shards.test.ts': {
    'the command that doctor prints for groups that belong on another gateway moves them': [
      'run `deploytrack push`',
    ],
    'the command that doctor prints for a group that is still to be deleted deletes it once the gateway responds':
      ['run `deploytrack push` when that gateway responds'],
    'the command that doctor prints for a group that is also on another gateway deletes it there': [
      'if nothing pushes it there any more, run `…`',
    ],
  },
  'test/doctor/gateway.test.ts': {
    'doctor reports a gateway that is %s, and the command that succeeds later': [
      'start the gateway, or correct the port in PUSHGATEWAY_URL',
      'check the gateway, the network and its firewall',
      'check its log; … succeeds when it is ready',
      '…; then run `deploytrack push`',
    ],
    'doctor reports a gateway that moved, and its command sets the new URL': [
      'set PUSHGATEWAY_URL to the final URL',
    ],
    'doctor reports a host name that does not exist': [
      'add the host name to DNS, `getent hosts …` finds it then; or correct it with',
    ],
    'doctor reports a server that responds with %s': [
      'set PUSHGATEWAY_URL to a Pushgateway, with its base path',
    ],
    'doctor reports a gateway that is not ready': ['check its log; `…` succeeds when it is ready'],
    'doctor reports a gateway that is too slow for a mark, and a time that is enough': [
      'find out what slows it down, or run `export DEPLOYTRACK_GATEWAY_TIMEOUT=…ms`',
    ],
    'doctor reports a group whose label is not UTF-8, and the command that removes it': [
      'find the program that pushes it, then run `…`',
    ],
    'doctor reports contradictions that a gateway without its consistency check accepts': [
      'find the group with `…`, then remove it with `…`',
    ],
  },
  'test/doctor/gatewaySettings.test.ts': {
    'the command that doctor prints for the wrong scheme sets the other one': [
      'use https:// in PUSHGATEWAY_URL',
      'use http:// in PUSHGATEWAY_URL',
    ],
    'the command that doctor prints for %s sets those that the gateway accepts': [
      'set DEPLOYTRACK_GATEWAY_USERNAME and DEPLOYTRACK_GATEWAY_PASSWORD_FILE',
    ],
    'the commands that doctor prints for a certificate that is not trusted show it, and set its authority': [
      'set DEPLOYTRACK_GATEWAY_CA_FILE to the certificate of its authority',
      '`openssl s_client -connect … -showcerts </dev/null` shows it',
    ],
    'the command that doctor prints for another name in the certificate sets the URL with that name': [
      'or issue one for …; …; run `…`',
    ],
    'the command that doctor prints for an expired certificate succeeds when it was renewed': [
      'renew the certificate of the gateway',
    ],
    'the command that doctor prints for %s that cannot be sent unsets it': ['…, or run `…`'],
    'the commands that doctor prints for a proxy that is wrong, closed to us or out of order correct it': [
      'set user and password of the proxy',
      'start the proxy, or correct it with',
    ],
  },
  'test/doctor/groups.test.ts': {
    'the command that doctor prints for a group that is not pushed yet pushes it': ['run `deploytrack push`'],
    'the command that doctor prints for a group that another ledger pushed last continues from its totals': [
      'run `deploytrack push` to continue from its totals',
    ],
    'the command that doctor prints for rejected metrics pushes them once the cause is gone': [
      'run `deploytrack push` to try again and to see why',
    ],
    'the command that doctor prints for a wrong clock of this host corrects it': [
      'correct the clock with `…`',
      'on the host whose clock is wrong, run `…`',
    ],
  },
  'test/server/goneGroups.test.ts': {
    'doctor reports a group that is both pushed and scraped': [
      'to stop pushing, run `deploytrack push --delete && unset PUSHGATEWAY_URL`',
    ],
  },
  'test/doctor/copies.test.ts': {
    'doctor reports that an older copy of the ledger was restored, and push continues from the totals': [
      'run `…`: it continues from the totals of the gateway',
    ],
    'doctor reports on both hosts that a copy of the ledger is used on another host': [
      'on this host, run `…`',
    ],
    'the command that doctor prints for another host creates a new ledger there': ['on …, run `…`'],
  },
  'test/doctor/network.test.ts': {
    'the commands that doctor prints for unknown names and an unreachable host succeed once they are known and reached':
      ['a firewall drops the connection, or the host is down'],
  },
  'test/doctor/health.test.ts': {
    'doctor names the fields that look like a version, and accepts the command that it prints': [
      'run `deploytrack doctor --health … --version-field …`',
    ],
  },
  'test/doctor/healthMended.test.ts': {
    'the commands for a service that %s succeed once it works': [
      'nothing listens on port …',
      'the service hangs',
      'something else than HTTP listens on port …',
      'look at the log of the service; … succeeds when it is healthy',
      'look at the log of the service; … succeeds when it responds',
    ],
    'the command for a service without a version checks the status, and it is gone once there is one': [
      'return the version in the field version',
    ],
    'the command for an expired certificate succeeds once it was renewed': ['renew the certificate; …'],
    'the command for a URL of which %s works with the right URL': [
      'correct the host name, or add it to DNS',
      'run `deploytrack doctor --health <url>`',
      'use the URL that returns JSON with the version',
    ],
    'the commands for an unknown authority, another name and the wrong scheme name the right ones': [
      'add the certificate of its authority to NODE_EXTRA_CA_CERTS',
      'run `deploytrack doctor --health …`',
    ],
    'the command for a service that needs a header sets the file with it': [
      'set DEPLOYTRACK_HEALTH_HEADERS_FILE',
    ],
  },
  'test/fleet/doctor.test.ts': {
    'doctor names changes that wait for the store, and its command sends them': [
      'run `deploytrack sync` to send them now',
    ],
    'doctor names changes that the store has refused, and its command sends them again': [
      'run `deploytrack sync` to see the reason, and to send them again',
    ],
    'doctor names a ledger that another host has sent to the store, and its command replaces it': [
      'on the host that is the copy, run `…`',
    ],
  },
  'test/doctor/prometheus.test.ts': {
    'doctor reports a retention below 30 days, and nothing after a restart with the option that it names': [
      'restart it with --storage.tsdb.retention.time=45d',
    ],
    'doctor reports %s, and nothing after the change and the reload that it prints': [
      'add a job for … with honor_labels: true',
      'add honor_labels: true to this job',
      'set scrape_interval: 15s in this job',
    ],
    'doctor reports a target that is down, with the error of the scrape': [
      'start the target, or correct its address',
    ],
    'doctor reports a group that Prometheus drops although it scrapes the gateway': [
      'remove what drops it from the job',
    ],
    'doctor accepts other thresholds, and reports rules that are older or missing': [
      'run `deploytrack rules --out … && …`',
    ],
    'doctor reports a configuration that could not be loaded': ['run `promtool check config …`'],
    'doctor reports one that refuses, fails or is not ready, and the command that succeeds later': [
      '…; `…` succeeds when it is ready',
    ],
    'doctor reports a URL of something else, and the command with the right one': [
      'run `deploytrack doctor --prometheus <url>`',
      'add the host name to DNS, `getent hosts …` finds it then; or correct it: …',
    ],
    'doctor reports missing credentials and a certificate that is not trusted, and the commands with them': [
      'give user and password in --prometheus',
      'add its authority with `export NODE_EXTRA_CA_CERTS=<file>`',
    ],
  },
};

/** What no test follows, by a part of it, and why. */
export const unmended: Readonly<Record<string, string>> = {
  '/setowner "*': 'icacls of Windows; test/files/folderAcl looks at its words',
  'allow CONNECT to …': 'the configuration of the proxy; its command is that for a proxy that is down',
  'check that the gateway runs and that the proxy can reach': 'its command is that for a proxy that is down',
  'check the log of the proxy and of the gateway': 'its command is that for a proxy that is down',
  'check the proxy, the network and its firewall': 'its command is that for a proxy that is down',
  'add the host name of the proxy to DNS': 'its commands are those for the name of the gateway',
  'run `export NODE_EXTRA_CA_CERTS=<file>` with the certificate': 'a proxy with a certificate of its own',
  'run `DEPLOYTRACK_DEBUG=1 deploytrack doctor`, and report what it says': 'a fault of deploytrack itself',
  'run `deploytrack doctor` to see which process holds it': 'doctor prints another advice instead',
  'run `deploytrack doctor`': 'doctor prints another advice instead',
  'check the system log, or set a file on another disk with --ledger':
    'a disk that fails; its command is that for a file system without locks',
  'run `deploytrack import …` as an account that can read it':
    'the journal of an account that cannot read it, made by hand',
  'check the certificate, …; … succeeds when it is valid':
    'certificates wrong in other ways, such as not valid yet',
  'use `key: value` lines with the names of options as keys':
    'the editor is the command, as for an invalid value',
  'run `sqlite3 … .schema` to see whether SQLite can open it':
    'faults of SQLite that deploytrack does not know',
  'run `deploytrack start` to create it': 'a note',
  'if it came with the image of a virtual machine': 'a note',
  'to use it, run `export DEPLOYTRACK_GATEWAY_PROXY=environment`': 'a note',
  'it moves back with the next `start`, `finish` or `push`': 'a note',
  '`deploytrack push` stops trying after 30 days': 'a note',
  'run any command that records or reports, such as `deploytrack history`': 'a note',
  "write `deploytrack migrate '--' alembic upgrade head`": 'a note',
  'or move finished deployments with `deploytrack export` and `import`': 'a note',
  'compare with `deploytrack history`: the endpoint may be of another service': 'a note',
  'how clients of `': 'a title',
  'it counts as running until the next `start` or `push` closes it': 'a meaning',
  'marks do not push; the next `start` or `finish` in each group moves it': 'a meaning',
  'marks do not push; `finish` or `deploytrack push` does it later': 'a meaning',
  '`deploytrack serve` does not start': 'a meaning',
  '`deploytrack health` would not become healthy': 'a meaning',
  'run `deploytrack sync` to send them': 'a note',
  '`finish` tries again…': 'a meaning',
  'both pushed to the gateway and scraped from `serve`': 'a message',
  '`curl -fsS …`': 'a part of others',
};
