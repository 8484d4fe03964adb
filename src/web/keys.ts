/// <reference lib="dom" />
import { useEffect } from 'preact/hooks';

/** Keys of the whole page: `/` searches, `j` and `k` go through the list, `x` selects, `c` compares, `h` shows the hosts, `?` helps. */
export function useKeys(onHelp: () => void): void {
  useEffect(() => {
    const press = (event: KeyboardEvent): void => {
      if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
      if (document.querySelector('dialog[open]') !== null) return;
      const act = actions[event.key];
      if (event.key === '?') onHelp();
      else if (act === undefined) return;
      else act();
      event.preventDefault();
    };
    addEventListener('keydown', press);
    return () => removeEventListener('keydown', press);
  }, [onHelp]);
}

const actions: Readonly<Record<string, () => void>> = {
  '/': () => document.querySelector<HTMLInputElement>('[data-search]')?.select(),
  j: () => move(1),
  k: () => move(-1),
  x: () => rowOfFocus()?.querySelector<HTMLElement>('input[type=checkbox]')?.click(),
  c: () => find('[data-compare]')?.click(),
  y: () => find('[data-copy]')?.click(),
  h: () => find('[data-hosts]')?.click(),
};

function find(selector: string): HTMLElement | null {
  return document.querySelector<HTMLElement>(selector);
}

function rowOfFocus(): Element | null {
  return document.activeElement?.closest('tr[data-id]') ?? null;
}

/** The focus goes to the link of the next row; from outside of the list to the first. */
function move(by: 1 | -1): void {
  const links = [...document.querySelectorAll<HTMLElement>('tr[data-id] a[data-open]')];
  const at = links.findIndex((link) => link.closest('tr') === rowOfFocus());
  const link = links[at === -1 ? 0 : Math.min(links.length - 1, Math.max(0, at + by))];
  link?.focus({ preventScroll: true });
  link?.scrollIntoView({ block: 'nearest' });
}

function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  const isBox = target instanceof HTMLInputElement && target.type === 'checkbox';
  return ['INPUT', 'SELECT', 'TEXTAREA'].includes(target.tagName) && !isBox;
}
