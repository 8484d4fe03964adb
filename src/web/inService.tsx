import type { VNode } from 'preact';
import type { InServiceJson, Overview } from '../server/api.ts';
import { changed, listAddress, type Query } from './address.ts';
import { DeploymentLink, Facts } from './parts.tsx';
import { Ago } from './time.tsx';

/** The version in service: of one site in full, of several a line each. A report cannot be narrowed to one of them. */
export function InService({
  overview: { in_service: sites, more_in_service: more },
  query,
  isReport,
}: {
  readonly overview: Overview;
  readonly query: Query;
  readonly isReport: boolean;
}): VNode {
  const [only] = sites;
  if (only === undefined)
    return (
      <section class="card" data-question="in-service">
        <h2>In service</h2>
        <p class="quiet">Nothing was deployed here yet.</p>
      </section>
    );
  if (sites.length > 1) return <Several sites={sites} more={more} query={isReport ? null : query} />;
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
          only.go_back_to != null && <GoBack to={only.go_back_to} />,
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

function GoBack({ to }: { readonly to: NonNullable<InServiceJson['go_back_to']> }): VNode {
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
  /** Null: without links to one of them. */
  readonly query: Query | null;
}): VNode {
  return (
    <section class="card" data-question="in-service">
      <h2>In service</h2>
      <ul class="sites">
        {sites.map((site) => (
          <li key={`${site.deployment} ${site.environment}`}>
            <SiteName site={site} query={query} />
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

function SiteName({
  site: { deployment, environment },
  query,
}: {
  readonly site: InServiceJson;
  readonly query: Query | null;
}): VNode {
  const name = `${deployment} ${environment}`;
  if (query === null) return <span class="site">{name}</span>;
  return (
    <a class="site" href={listAddress(changed(query, { deployment, environment }))}>
      {name}
    </a>
  );
}
