/// <reference lib="dom" />
import { useEffect, useState } from 'preact/hooks';

/** The URL fragment of one deployment. */
export function deploymentAddress(id: string): string {
  return `#/d/${encodeURIComponent(id)}`;
}

/** The URL fragment of a comparison. */
export function compareAddress({ older, newer }: { readonly older: string; readonly newer: string }): string {
  return `#/c/${encodeURIComponent(older)}/${encodeURIComponent(newer)}`;
}

/** The current URL fragment. `#main` is ignored: the skip link does not change the view. */
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
