import { type ProgramRequest, programOutput } from './programOutput.ts';

/** Git's facts about a deployed commit. Times are ISO 8601 with the committer's offset. */
export interface GitHistory {
  readonly commit: string;
  readonly author: string;
  readonly committedAt: string;
  /** The newest tag on that commit; null if it has none. */
  readonly tag: string | null;
  /** Commits that the previous version in service did not have; null if that is unknown. */
  readonly commitsSince: number | null;
  /** When the oldest of these was committed: the running version was out of date since then. Null if there is none. */
  readonly behindSince: string | null;
}

interface Question extends ProgramRequest {
  readonly git: string;
  readonly commit: string;
  /** The commit or tag that was in service before. */
  readonly previous: string | null;
}

/** Runs git; null if there is no git, no repository, or not this commit. Never throws. */
export async function gitHistory({ git, commit, previous, ...asking }: Question): Promise<GitHistory | null> {
  const ask = async (...args: string[]): Promise<string[] | null> => {
    const { stdout, succeeded } = await programOutput([git, ...args], asking);
    return succeeded ? stdout.split('\n').filter((line) => line !== '') : null;
  };
  const [about, tags, since] = await Promise.all([
    ask('log', '-1', '--no-show-signature', '--format=%H%x09%cI%x09%an', '--end-of-options', commit),
    ask('tag', '--sort=-creatordate', '--points-at', commit),
    previous === null ? null : ask('log', '--format=%cI', '--end-of-options', `${previous}..${commit}`),
  ]);
  const [sha, committedAt, ...author] = about?.[0]?.split('\t') ?? [];
  if (sha === undefined || committedAt === undefined) return null;
  return {
    commit: sha,
    author: author.join('\t'),
    committedAt,
    tag: tags?.[0] ?? null,
    commitsSince: since?.length ?? null,
    behindSince: oldest(since ?? []),
  };
}

/** By time: a branch that was merged late may be older than earlier commits. */
function oldest(times: readonly string[]): string | null {
  const ordered = [...times].sort((one, other) => Date.parse(one) - Date.parse(other));
  return ordered[0] ?? null;
}
