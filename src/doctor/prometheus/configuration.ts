import { listIn, objectIn, textIn } from '../http/objects.ts';

/** A job of the loaded configuration. */
export interface ScrapeJob {
  readonly name: string;
  readonly honorsLabels: boolean;
  /** As written there. */
  readonly interval: string;
  /** `host:port` of each fixed target. */
  readonly targets: readonly string[];
}

export interface Configuration {
  readonly jobs: readonly ScrapeJob[];
  readonly ruleFiles: readonly string[];
}

/** The configuration that `/api/v1/status/config` shows. Throws if it is not YAML. */
export async function configurationIn(data: unknown): Promise<Configuration> {
  const { parse } = await import('yaml');
  const { scrape_configs, rule_files, global } = objectIn(parse(textIn(objectIn(data).yaml)));
  const usual = textIn(objectIn(global).scrape_interval) || '1m';
  return {
    jobs: listIn(scrape_configs).map((one) => jobOf(objectIn(one), usual)),
    ruleFiles: listIn(rule_files).map(textIn),
  };
}

function jobOf(job: Readonly<Record<string, unknown>>, usualInterval: string): ScrapeJob {
  return {
    name: textIn(job.job_name),
    honorsLabels: job.honor_labels === true,
    interval: textIn(job.scrape_interval) || usualInterval,
    targets: listIn(job.static_configs).flatMap((one) => listIn(objectIn(one).targets).map(textIn)),
  };
}
