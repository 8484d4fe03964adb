import type { VNode } from 'preact';
import { useNow } from './clock.ts';
import { ago, local, moment, utc } from './format.ts';

/** How long ago, renewed by itself; on hover the local time and UTC. */
export function Ago({ iso }: { readonly iso: string }): VNode {
  const now = useNow(15_000);
  return (
    <time dateTime={iso} title={moment(iso)}>
      {ago(iso, now)}
    </time>
  );
}

/** Local time; on hover UTC. */
export function Moment({ iso }: { readonly iso: string }): VNode {
  return (
    <time dateTime={iso} title={utc(iso)}>
      {local(iso)}
    </time>
  );
}
