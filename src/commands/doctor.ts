import { defineCommand } from '../cli/define/command.ts';
import { flag, text, url } from '../cli/define/kinds.ts';
import { commonSettings } from '../cli/define/settings.ts';
import { isWrong } from '../doctor/finding.ts';
import { findings } from '../doctor/findings.ts';
import { reportJson, reportText } from '../doctor/report.ts';
import { viewOf } from '../report/terminal/view.ts';
import { endCommand } from '../session/openSession.ts';
import type { Session } from '../session.ts';

/** `doctor`: lists problems and how to fix them, then every setting and its source
 * (on a terminal, without `--all`, only those that are set). Exit 1 if there are problems. */
export const command = defineCommand({
  name: 'doctor',
  after: 'init',
  summary: 'check the setup and suggest fixes',
  group: 'set up',
  examples: ['deploytrack doctor', 'PUSHGATEWAY_URL=http://pushgateway:9091 deploytrack doctor'],
  options: {
    json: flag({ help: 'print one line of JSON' }),
    all: flag({ help: 'on a terminal, also list the settings that have their default' }),
    repair: flag({ help: 'replace a damaged ledger by what can be read of it' }),
    prometheus: url({ help: 'also check the Prometheus server that scrapes the gateway' }),
    health: url({ help: 'also check the health endpoint of the service' }),
    versionField: text({
      value: 'pointer',
      help: 'JSON pointer to the version in its response',
      otherwise: '/version',
    }),
  },
  settings: commonSettings,
  exits: { '0': 'no problems found', '1': 'problems found' },
  policy: { onWrongSetting: 'warn', onDisabled: 'run', onLostOutput: 'fail', ledger: 'looks' },
  run: async (session: Session, { json, all, repair, ...input }) => {
    const { stdout, stderr } = session.context;
    if (repair) {
      const { repairLines } = await import('../doctor/repair.ts');
      (json ? stderr : stdout).write(`${(await repairLines(session)).join('\n')}\n\n`);
    }
    const found = await findings(session, input);
    const { paint } = await viewOf(session.context);
    const isShort = stdout.isTerminal && !all;
    stdout.write(json ? `${reportJson(session, found)}\n` : reportText(session, found, { isShort, paint }));
    // Its own warnings are not stored: without --repair, `doctor` writes nothing.
    return endCommand(session, { code: found.some(isWrong) ? 1 : 0, kept: session.warnings.length });
  },
});
