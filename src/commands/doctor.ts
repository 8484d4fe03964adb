import { defineCommand } from '../cli/define/command.ts';
import { flag } from '../cli/define/kinds.ts';
import { commonSettings } from '../cli/define/settings.ts';
import type { Finding } from '../doctor/doctorFinding.ts';
import { findings } from '../doctor/doctorFindings.ts';
import { settingLines } from '../doctor/doctorSettings.ts';
import { formatMessage } from '../report/messages/warnings.ts';
import { endCommand } from '../session/openSession.ts';
import type { Session } from '../session.ts';

/** `doctor`: lists every setting and its source, then the problems and how to fix them. Exit 1 if there are any. */
export const command = defineCommand({
  name: 'doctor',
  after: 'init',
  summary: 'check the setup and suggest fixes',
  group: 'set up',
  examples: ['deploytrack doctor', 'PUSHGATEWAY_URL=http://pushgateway:9091 deploytrack doctor'],
  options: { repair: flag({ help: 'replace a damaged ledger by what can be read of it' }) },
  settings: commonSettings,
  exits: { '0': 'no problems found', '1': 'problems found' },
  policy: { onWrongSetting: 'warn', onDisabled: 'run', onLostOutput: 'fail', ledger: 'looks' },
  run: async (session: Session, { repair }) => {
    const { stdout } = session.context;
    if (repair) {
      const { repairLines } = await import('../doctor/repair.ts');
      stdout.write(`${(await repairLines(session)).join('\n')}\n\n`);
    }
    stdout.write(`${settingLines(session).join('\n')}\n\n`);
    const found = await findings(session);
    for (const finding of found) stdout.write(`${line(finding)}\n`);
    const wrong = found.filter((finding) => !finding.good).length;
    stdout.write(
      wrong === 0 ? '\nno problems found\n' : `\n${wrong} ${wrong === 1 ? 'problem' : 'problems'} found\n`,
    );
    // Its own warnings are not stored: `doctor` writes nothing.
    return endCommand(session, { code: wrong === 0 ? 0 : 1, kept: session.warnings.length });
  },
});

function line({ good, message, mend }: Finding): string {
  return `${good ? 'ok   ' : 'WRONG'}  ${formatMessage({ message, hint: mend })}`;
}
