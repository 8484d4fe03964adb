import type { DeploymentPage, Overview } from '../server/api.ts';
import type { Query } from './address.ts';

/** A list and what is asked of it. */
export interface Listing {
  readonly page: DeploymentPage;
  readonly overview: Overview;
  /** Of what is shown. */
  readonly query: Query;
  /** Of the address, which may be ahead of what is shown. */
  readonly asked: Query;
  /** A report has one list without filters. */
  readonly isReport: boolean;
  readonly say: (text: string) => void;
}
