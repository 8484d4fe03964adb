import { gitHistory } from '../host/gitHistory.ts';
import { saveFacts } from '../ledger/collected/facts.ts';
import { revisions } from '../ledger/collected/revisions.ts';
import { isoTime } from '../model.ts';
import type { Session } from '../session.ts';
import { gitFacts } from './gitFacts.ts';
import { ownProgram } from './requestedProgram.ts';

/** Three queries at once, of a repository on this disk. */
const timeoutMs = 5000;

/** Stores git's facts about the deployed commit, if this folder is its checkout. Never fails a finish. */
export async function readGit(session: Session, deploymentId: string): Promise<void> {
  const { context, store } = session;
  try {
    if (gitFacts(context.cwd).headSha === null) return;
    const { commit, previous } = revisions(await store.database(), deploymentId);
    if (commit === null) return;
    const asked = ownProgram(session, 'git');
    if ('why' in asked) return;
    const { program: git, env } = asked;
    const found = await gitHistory({ git, env, cwd: context.cwd, commit, previous, timeoutMs });
    if (found === null) return;
    const facts = {
      'git.commit': found.commit,
      'git.tag': found.tag,
      'git.author': found.author,
      'git.committed_at': utc(found.committedAt),
      'git.commits_since_previous': found.commitsSince,
      'git.behind_since': found.behindSince === null ? null : utc(found.behindSince),
    };
    const atMs = context.instant().wallMs;
    await store.write((database) => saveFacts(database, { deploymentId, source: 'git', atMs, facts }));
  } catch {
    // The row is written; git's facts are only an addition.
  }
}

function utc(time: string): string {
  return isoTime(Date.parse(time));
}
