import type { DeploymentDetail } from '../../ledger/read/detail.ts';
import type { Fact } from '../../ledger/read/facts.ts';
import { formatSeconds, formatTime } from '../../text/figures.ts';
import { visible } from '../../text/visible.ts';
import { labeled } from '../terminal/labeled.ts';
import type { View } from '../terminal/view.ts';

/** Facts from other sources: those of git as a sentence, the others by name, each with its source. */
export function factLines(detail: DeploymentDetail, view: View): string[] {
  const ofGit = new Map(detail.facts.filter(isOfGit).map(({ fact, value }) => [fact, value]));
  return [
    ...gitLines(ofGit, { detail, view }),
    ...detail.facts
      .filter((one) => !isOfGit(one) && one.fact !== 'rollback.automatic')
      .flatMap(({ fact, value, source }) => {
        // Our own name is too long for a label.
        const label = source === 'deploytrack' ? 'recorded' : visible(source);
        return labeled({ label, value: `${withoutSource(fact, source)} ${value}` }, view);
      }),
  ];
}

/** The lead time is from the commit to the end of its deployment. */
function gitLines(
  facts: ReadonlyMap<string, string>,
  { detail, view }: { detail: DeploymentDetail; view: View },
): string[] {
  const committedAt = facts.get('git.committed_at');
  if (committedAt === undefined) return [];
  const { completedAt } = detail.deployment;
  const lead = completedAt === null ? null : (Date.parse(completedAt) - Date.parse(committedAt)) / 1000;
  const tag = facts.get('git.tag');
  const count = facts.get('git.commits_since_previous');
  const behindSince = facts.get('git.behind_since');
  const words = [
    `committed ${formatTime(committedAt, view)} by ${facts.get('git.author')}`,
    tag === undefined ? '' : `tag ${tag}`,
    lead === null || lead < 0 ? '' : `lead time ${formatSeconds(lead)}`,
  ];
  const behind = behindSince === undefined ? '' : `, the oldest from ${formatTime(behindSince, view)}`;
  return [
    ...labeled({ label: 'git', value: words.filter((word) => word !== '').join(', ') }, view),
    ...labeled(
      {
        label: '',
        value: count === undefined ? null : `${count} commits since the previous version${behind}`,
      },
      view,
    ),
  ];
}

function isOfGit({ source }: Fact): boolean {
  return source === 'git';
}

function withoutSource(fact: string, source: string): string {
  return fact.startsWith(`${source}.`) ? fact.slice(source.length + 1) : fact;
}
