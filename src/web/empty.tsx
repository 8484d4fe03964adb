import type { VNode } from 'preact';

/** A store that no host has sent anything to: what to type there. */
export function EmptyStore({ name }: { readonly name: string }): VNode {
  return (
    <section class="empty">
      <h1>No deployments in the store yet</h1>
      <p>Type this on each host. What it has deployed, and will deploy, then appears here.</p>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, and must do so by keyboard */}
      <pre tabIndex={0}>
        {`export DEPLOYTRACK_STORE_URL=postgres://user@${name}
deploytrack sync`}
      </pre>
      <p>
        If the store has no tables yet: <code>deploytrack sync --init</code>
      </p>
    </section>
  );
}

/** A ledger without deployments: the first four lines to type. */
export function Empty(): VNode {
  return (
    <section class="empty">
      <h1>No deployments yet</h1>
      <p>Put these lines into your deploy script. Each deployment then appears here while it runs.</p>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, and must do so by keyboard */}
      <pre tabIndex={0}>
        {`export DEPLOYTRACK_ID=$(deploytrack start --deployment shop --version 1.0.0)
trap 'deploytrack finish --on-exit $?' EXIT
deploytrack phase run build -- make
deploytrack cutover -- systemctl restart shop`}
      </pre>
      <p>
        To look around first: <code>deploytrack serve --sample</code>
      </p>
    </section>
  );
}
