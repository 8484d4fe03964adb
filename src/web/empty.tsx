import type { VNode } from 'preact';

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
