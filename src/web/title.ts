import { lookOf, wordOf } from './status.ts';
import type { Shown } from './view.ts';

/** The title of the document: it tells tabs and entries of the history apart. */
export function titleOf({ view, place }: Shown): string {
  const name = 'deploytrack';
  if (view === null || place === null) return name;
  if (view.kind === 'detail') {
    const { status, version, deployment, environment } = view.one;
    const parts = [lookOf(status).sign, version, deployment, environment];
    return `${parts.filter((part) => part !== null).join(' ')} – ${name}`;
  }
  if (view.kind === 'compare') return `${view.one.version} and ${view.other.version} – ${name}`;
  if (view.kind === 'rollout') {
    const { version, deployment, environment } = view.page.rollout;
    return `rollout ${version} ${deployment} ${environment} – ${name}`;
  }
  const { deployment, environment, host, status, search } = place.query;
  const about = [
    view.kind === 'list' ? '' : view.kind === 'fleet' ? 'hosts' : view.kind,
    status === undefined ? '' : wordOf(status),
    deployment,
    environment,
    host,
    search === undefined ? '' : `“${search}”`,
  ].filter((part) => part !== undefined && part !== '');
  const running = view.overview.running.length > 0 ? '▶ ' : '';
  return `${running}${about.length === 0 ? 'Deployments' : about.join(' ')} – ${name}`;
}
