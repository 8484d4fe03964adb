/// <reference lib="dom" />
import type { RefObject } from 'preact';
import { useLayoutEffect, useRef } from 'preact/hooks';
import { type Place, withoutPick } from './address.ts';

/** How a view was left: its scroll position, and the row with the focus. */
interface Left {
  readonly top: number;
  readonly id: string | null;
}

/**
 * After a link to another kind of view, moves the focus to its top for keyboards and screen readers; not for the first
 * view. A list, or a table of hosts, that was left before is shown as it was left.
 */
export function useArrival(place: Place | null, address: string): RefObject<HTMLElement | null> {
  const main = useRef<HTMLElement>(null);
  const name = place === null ? null : [place.kind, ...place.ids].join('/');
  const before = useRef({ name, address });
  const left = useRef(new Map<string, Left>());
  useLayoutEffect(() => {
    // The view of the previous address is still drawn.
    if (before.current.address !== address) left.current.set(withoutPick(before.current.address), leaving());
    before.current.address = address;
  }, [address]);
  useLayoutEffect(() => {
    if (before.current.name !== null && before.current.name !== name) {
      const known =
        place !== null && lists.includes(place.kind) ? left.current.get(withoutPick(address)) : undefined;
      const link = known?.id == null ? null : openLink(known.id);
      scrollTo(0, known?.top ?? 0);
      (link ?? main.current)?.focus({ preventScroll: true });
      link?.scrollIntoView({ block: 'nearest' });
    }
    before.current.name = name;
  }, [name]);
  return main;
}

/** Views whose rows lead to others. */
const lists: readonly Place['kind'][] = ['list', 'fleet', 'rollout'];

function leaving(): Left {
  const row = document.activeElement?.closest<HTMLElement>('tr[data-id]');
  return { top: scrollY, id: row?.dataset.id ?? null };
}

function openLink(id: string): HTMLElement | null {
  return document.querySelector<HTMLElement>(`tr[data-id="${CSS.escape(id)}"] a[data-open]`);
}
