/// <reference lib="dom" />
import { useEffect, useState } from 'preact/hooks';

/** The address of one deployment within the page. */
export function deploymentAddress(id: string): string {
  return `#/d/${encodeURIComponent(id)}`;
}

/** The address of two deployments side by side. */
export function compareAddress({ older, newer }: { readonly older: string; readonly newer: string }): string {
  return `#/c/${encodeURIComponent(older)}/${encodeURIComponent(newer)}`;
}

/** What stands in the address from `#` on, as it changes; the link past the head leads to no other view. */
export function useAddress(): string {
  const [address, setAddress] = useState(location.hash);
  useEffect(() => {
    const follow = (): void => {
      if (location.hash !== '#main') setAddress(location.hash);
    };
    addEventListener('hashchange', follow);
    return () => removeEventListener('hashchange', follow);
  }, []);
  return address;
}
