import { versionInService } from '../../ledger/inService.ts';
import { listGroups } from '../../ledger/push/deliveries.ts';
import { type Attempt, createProbe } from '../../probe/attempt.ts';
import { quoted } from '../../probe/quoted.ts';
import { type ProbeTarget, parseTarget } from '../../probe/target.ts';
import { probeHeaders } from '../../probe/verification/probeHeaders.ts';
import { redactAddress } from '../../redact.ts';
import { versionsAgree } from '../../text/versionsAgree.ts';
import { visible } from '../../text/visible.ts';
import type { Examined } from '../check.ts';
import { type Finding, ok, wrong } from '../finding.ts';
import { fetchText, requestMs } from '../http/fetchText.ts';
import { howToFix } from './howToFix.ts';
import { type VersionField, versionFields } from './versionFields.ts';

/** As `deploytrack health` probes it, once. */
export async function healthFindings(examined: Examined, address: string): Promise<Finding[]> {
  const { session, input } = examined;
  const versions = inService(examined);
  const target = parseTarget({
    url: address,
    headers: await probeHeaders(session, []),
    ...(input.versionField === null ? {} : { versionPointer: input.versionField }),
    // Any text: whether the version is that of the ledger is not a problem of the endpoint.
    expectVersion: versions[0] ?? 'of this ledger',
  });
  const attempt = await createProbe(session.context, target)(requestMs);
  const shown = redactAddress(target.url);
  if (attempt.version !== null) return [versionFinding(shown, { version: attempt.version, versions })];
  if (attempt.verdict === 'healthy') return [ok(`${shown} responds`)];
  return [await problem(examined, { target, attempt, shown })];
}

/** The versions in service by the ledger, of the deployment and environment that the settings name. */
function inService({ session: { settings }, sound }: Examined): string[] {
  if (sound === null) return [];
  const [deployment, environment] = [settings.text('deployment'), settings.text('environment')];
  return listGroups(sound, { deploymentId: null })
    .filter((group) => deployment === null || group.deployment === deployment)
    .filter((group) => environment === null || group.environment === environment)
    .flatMap(({ groupId }) => versionInService(sound, groupId)?.version ?? []);
}

function versionFinding(
  shown: string,
  { version, versions }: { version: string; versions: readonly string[] },
): Finding {
  const responds = `${shown} responds as version ${visible(version)}`;
  if (versions.length === 0) return ok(`${responds}; this ledger has no version in service`);
  if (versions.some((one) => versionsAgree(one, version)))
    return ok(`${responds}, which is in service by this ledger`);
  return ok(
    `${responds}; by this ledger, ${[...new Set(versions)].slice(0, 3).join(', ')} is in service`,
    'compare with `deploytrack history`: the endpoint may be of another service',
  );
}

interface Probed {
  readonly target: ProbeTarget;
  readonly attempt: Attempt;
  readonly shown: string;
}

async function problem({ session }: Examined, { target, attempt, shown }: Probed): Promise<Finding> {
  const hasNoVersion = attempt.verdict === 'no_version';
  const fields = hasNoVersion ? await fieldsOf(session.context, target) : [];
  const named =
    fields.length === 0
      ? ''
      : `; fields that look like a version: ${fields.map(({ pointer, value }) => `${visible(pointer)} (${quoted(value, 40)})`).join(', ')}`;
  return wrong({
    message: `${shown}: ${withoutExpectation(attempt)}${named}`,
    meaning: '`deploytrack health` would not become healthy',
    fix: howToFix({ target, attempt, shown, fields }),
  });
}

/** The version that was expected is only a placeholder. */
function withoutExpectation({ words }: Attempt): string {
  return words.replace(/^expected version "(?:[^"\\]|\\.)*", (but )?/, '');
}

async function fieldsOf(
  context: Examined['session']['context'],
  { url, headers, caPem }: ProbeTarget,
): Promise<readonly VersionField[]> {
  const flat = Object.entries(headers).map(([name, value]) => [name, [value].flat().join(', ')] as const);
  const credentials = { headers: Object.fromEntries(flat), caPem };
  const result = await fetchText({ url, credentials, context }, { path: '', mostBytes: 65_536 });
  return 'answer' in result ? versionFields(result.answer.text) : [];
}
