/// <reference lib="dom" />
import type { VNode } from 'preact';

/** Copies the address of what is shown. */
export function CopyLink({ say }: { readonly say: (text: string) => void }): VNode {
  const copy = async (): Promise<void> => {
    try {
      await navigator.clipboard.writeText(location.href);
      say('Link copied');
    } catch {
      // Browsers refuse it on plain HTTP beyond this machine.
      say(`Copy this link: ${location.href}`);
    }
  };
  return (
    <button type="button" data-copy onClick={copy}>
      Copy link
    </button>
  );
}
