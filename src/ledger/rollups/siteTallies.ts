import type { Site } from '../read/endedSites.ts';
import { type Kind, makers, type TallyOf } from './tallies.ts';

/** Every kind of tally of the same deployments. */
export type SiteTallies = Site & { readonly [Of in Kind]: TallyOf<Of> };

/** The tallies of each site, or of all sites together. Sites without a name have an empty one. */
export class SitesTallies {
  readonly #sites = new Map<string, SiteTallies>();
  readonly #together: boolean;

  constructor({ together }: { together: boolean }) {
    this.#together = together;
  }

  of(site: Site): SiteTallies {
    const { deployment, environment } = this.#together ? nowhere : site;
    const key = JSON.stringify([deployment, environment]);
    const known = this.#sites.get(key);
    if (known !== undefined) return known;
    const [totals, phases, hosts] = [makers.totals(), makers.phases(), makers.hosts()];
    const made = { deployment, environment, totals, phases, hosts };
    this.#sites.set(key, made);
    return made;
  }

  /** Sites in the order in which they were added. */
  all(): SiteTallies[] {
    return [...this.#sites.values()];
  }
}

export const nowhere: Site = { deployment: '', environment: '' };
