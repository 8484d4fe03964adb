import type { SettingName } from '../cli/define/settings.ts';
import type { Warning } from '../errors.ts';
import { usageError } from '../errors.ts';
import { type CiFacts, ciFacts } from '../host/ci.ts';
import type { Session } from '../session.ts';
import { gitFacts } from './gitFacts.ts';

/** The names of a deployment, and the source of each. */
export interface StartFacts {
  readonly deployment: Fact;
  readonly environment: Fact;
  readonly service: string;
  readonly version: Fact;
  readonly commitSha: string | null;
  readonly method: string;
  readonly triggeredBy: string | null;
  readonly url: string | null;
  readonly instance: string;
  readonly hostname: string;
  readonly runner: string | null;
  readonly warnings: readonly Warning[];
}

export interface Fact {
  readonly value: string;
  readonly from: string;
}

/**
 * Infers what was not given, from the CI and the repository. Throws a usage error without a name, and with `--strict`
 * without a version if one is needed, at the start of a deployment.
 */
export function startFacts(
  session: Session,
  { needsVersion = true }: { needsVersion?: boolean } = {},
): StartFacts {
  const { context, settings } = session;
  const ci = ciFacts(context);
  const git = gitFacts(context.cwd);
  const deployment = said(session, 'deployment') ?? inferredName(ci, git.repository);
  if (deployment === null) {
    throw usageError(
      'missing deployment name',
      'use --deployment <name>, set DEPLOYTRACK_DEPLOYMENT, or put `deployment: <name>` into deploytrack.yaml',
    );
  }
  const version = said(session, 'version') ?? inferredVersion(ci, git.headSha);
  if (version === null && settings.strict && needsVersion)
    throw usageError(
      'missing version: none was given and none could be inferred',
      'use --version <tag or SHA>',
    );
  const hostname =
    settings.text('instance') ??
    (ci?.hosted === true
      ? `${ci.name}-${(ci.repository ?? 'runner').replaceAll('/', '-')}`
      : context.hostName());
  const runner = ci === null ? null : (ci.runner ?? context.hostName());
  return {
    deployment,
    environment: said(session, 'environment') ?? { value: settings.value('environment'), from: 'default' },
    service: settings.text('service') ?? deployment.value,
    version: version ?? { value: 'unknown', from: 'nothing' },
    commitSha: ci?.commitSha ?? git.headSha,
    method: settings.text('method') ?? ci?.name ?? 'manual',
    triggeredBy: whoTriggers(session),
    url: ci?.url ?? null,
    instance: hostname.toLowerCase(),
    hostname,
    runner,
    warnings: version === null ? [noVersion] : [],
  };
}

/** Who was given, otherwise the CI's actor, otherwise the account. */
export function whoTriggers({ context, settings }: Session): string | null {
  const { SUDO_USER, USER, USERNAME } = context.env;
  return settings.text('triggered-by') ?? ciFacts(context)?.actor ?? SUDO_USER ?? USER ?? USERNAME ?? null;
}

const noVersion: Warning = {
  code: 'VERSION',
  message: 'no version was given and none could be inferred; recorded as `unknown`',
  hint: 'use --version <tag or SHA>',
};

function said(session: Session, name: SettingName): Fact | null {
  const setting = session.settings.of(name);
  return setting === null ? null : { value: setting.text, from: setting.source };
}

/**
 * The repository's name, from the CI or the git remote; never the folder's, which is `app` or `s` on half of all
 * runners.
 */
function inferredName(ci: CiFacts | null, remote: string | null): Fact | null {
  const ofCi = ci?.repository?.split('/').at(-1);
  if (ofCi !== undefined && ofCi !== '') return { value: ofCi, from: ci?.name ?? '' };
  return remote === null ? null : { value: remote, from: 'git remote' };
}

function inferredVersion(ci: CiFacts | null, headSha: string | null): Fact | null {
  if (ci?.version !== undefined && ci.version !== null) return { value: ci.version, from: ci.name };
  return headSha === null ? null : { value: headSha, from: 'git HEAD' };
}
