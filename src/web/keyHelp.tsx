/// <reference lib="dom" />
import type { VNode } from 'preact';
import { useEffect, useRef } from 'preact/hooks';

const keys = [
  ['/', 'search'],
  ['j  k', 'next and previous deployment, or host'],
  ['Enter', 'open it'],
  ['x', 'select it'],
  ['c', 'compare the two that are selected'],
  ['y', 'copy the link of what is shown'],
  ['h', 'hosts, if there are several'],
  ['?', 'this help'],
];

/** The keys of the page. */
export function KeyHelp({
  isOpen,
  onClose,
}: {
  readonly isOpen: boolean;
  readonly onClose: () => void;
}): VNode {
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    if (isOpen) dialog.current?.showModal();
  }, [isOpen]);
  return (
    <dialog ref={dialog} onClose={onClose} aria-labelledby="keys">
      <h2 id="keys">Keys</h2>
      <dl class="keys">
        {keys.flatMap(([key, what]) => [
          <dt>
            <kbd>{key}</kbd>
          </dt>,
          <dd>{what}</dd>,
        ])}
      </dl>
      <form method="dialog">
        <button type="submit">Close</button>
      </form>
    </dialog>
  );
}
