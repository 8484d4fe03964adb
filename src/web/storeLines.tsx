import type { VNode } from 'preact';
import type { StoreJson } from '../server/api.ts';
import { count, plural } from './format.ts';
import { Moment } from './time.tsx';

/** What is not as it is in the store: it cannot be read, is still being read, or has more than is shown. */
export function StoreLines({
  of: { name, lost_since: lost, read_at: readAt, oldest, most, left },
}: {
  readonly of: StoreJson;
}): VNode | null {
  if (lost !== null)
    return (
      <p class="sample" role="alert" data-store="lost">
        {`The store ${name} cannot be read since `}
        <Moment iso={lost} />. Below is what was read until <Moment iso={readAt} />.
      </p>
    );
  if (oldest === null) return null;
  return (
    <p class="made" data-store={left > 0 ? 'reading' : 'cut'}>
      {left > 0
        ? `Reading the store: ${plural(left, 'older deployment')} to come. Shown back to `
        : `The newest ${count(most)} deployments of the store, back to `}
      <Moment iso={oldest} />
      {left > 0 ? '' : '; serve --limit keeps more'}
    </p>
  );
}
