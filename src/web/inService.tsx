import type { VNode } from 'preact';
import type { InServiceJson, Overview } from '../server/api.ts';
import { changed, listAddress, type Query } from './address.ts';
import { DeploymentLink, Facts } from './parts.tsx';
import { Ago } from './time.tsx';

/** The version in service: of one site in full, of several a line each. */
export function InService({
  overview: { in_service: sites, more_in_service: more },
  query,
}: {
  readonly overview: Overview;
  readonly query: Query;
}): VNode {
  const [only] = sites;
  if (only === undefined)
    return (
      <section class="card" data-question="in-service">
        <h2>In service</h2>
        <p class="quiet">Nothing was deployed here yet.</p>
      </section>
    );
  if (sites.length > 1) return <Several sites={sites} more={more} query={query} />;
  return (
    <section class="card" data-question="in-service">
      <h2>{`In service: ${only.deployment} on ${only.environment}`}</h2>
      <p class="big">
        {only.version === null ? (
          'no version yet'
        ) : (
          <DeploymentLink id={only.id ?? null} text={only.version} />
        )}{' '}
        <Health healthy={only.healthy} />
      </p>
      <Facts
        of={[
          only.since !== undefined && (
            <>
              since <Ago iso={only.since} />
            </>
          ),
          only.by != null && `by ${only.by}`,
          only.host,
          only.replaced != null && `replaced ${only.replaced}`,
          <GoBack {...only} />,
        ]}
      />
    </section>
  );
}

function Health({ healthy }: { readonly healthy: boolean | null }): VNode {
  const [tone, text] =
    healthy === null ? ['quiet', 'not checked'] : healthy ? ['good', '✓ healthy'] : ['bad', '✗ unhealthy'];
  return (
    <span class={`health ${tone}`} data-question="last-health">
      {text}
    </span>
  );
}

function GoBack({ go_back_to: to }: InServiceJson): VNode | null {
  if (to === null || to === undefined) return null;
  return (
    <>
      go back to <DeploymentLink id={to.id} text={to.version} />
    </>
  );
}

function Several({
  sites,
  more,
  query,
}: {
  readonly sites: readonly InServiceJson[];
  readonly more: number;
  readonly query: Query;
}): VNode {
  return (
    <section class="card" data-question="in-service">
      <h2>In service</h2>
      <ul class="sites">
        {sites.map((site) => (
          <li key={`${site.deployment} ${site.environment}`}>
            <a
              class="site"
              href={listAddress(
                changed(query, { deployment: site.deployment, environment: site.environment }),
              )}
            >
              {`${site.deployment} ${site.environment}`}
            </a>
            <strong>
              {site.version === null ? '–' : <DeploymentLink id={site.id ?? null} text={site.version} />}
            </strong>
            <Health healthy={site.healthy} />
            <span class="quiet">{site.since !== undefined && <Ago iso={site.since} />}</span>
          </li>
        ))}
      </ul>
      {more > 0 && <p class="quiet">{`and ${more} more`}</p>}
    </section>
  );
}
