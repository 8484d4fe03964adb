import { hasEndedWell } from '../statuses.ts';

/** So many of the first deployments of a version are read, so that the time does not grow with the age of a fleet. */
const most = 100;

/**
 * In the SQL of a central store, after a table `hosts` of what each host runs: `versions`, with how many of the others came later.
 * No clock of a single host decides. Of two versions, the one is newer that most hosts that had both got later, each by its own
 * clock. If none had both, what counts is when the second host got it, or the first if there are fewer than three.
 */
export const versionOrder = `running AS (
  SELECT DISTINCT deployment, environment, version FROM hosts WHERE version IS NOT NULL
), firsts AS (
  SELECT running.deployment, running.environment, running.version, entered.instance,
    min(entered.began_at) AS began_at, min(entered.came_at) AS came_at
  FROM running CROSS JOIN LATERAL (
    SELECT d.instance, d.deployment_started_at AS began_at, least(d.deployment_started_at, d.received_at) AS came_at
    FROM deploytrack.deployment_metrics d
    WHERE d.version COLLATE "C" = running.version AND d.deployment = running.deployment
      AND d.environment = running.environment AND d.${hasEndedWell} AND d.discarded = 0 AND d.fragment = 0
    ORDER BY d.deployment_started_at LIMIT ${most}
  ) AS entered
  GROUP BY running.deployment, running.environment, running.version, entered.instance
), votes AS (
  SELECT one.deployment, one.environment, one.version, other.version AS other,
    sum(CASE WHEN other.began_at > one.began_at THEN 1 WHEN other.began_at < one.began_at THEN -1 ELSE 0 END) AS later
  FROM firsts AS one JOIN firsts AS other ON other.deployment = one.deployment AND other.environment = one.environment
    AND other.instance = one.instance AND other.version <> one.version
  GROUP BY one.deployment, one.environment, one.version, other.version
), times AS (
  SELECT deployment, environment, version, came_at FROM firsts
  UNION ALL
  SELECT deployment, environment, version, least(since, received_at) FROM hosts
  WHERE since IS NOT NULL AND NOT EXISTS (SELECT 1 FROM firsts WHERE firsts.deployment = hosts.deployment
    AND firsts.environment = hosts.environment AND firsts.version = hosts.version)
), placed AS (
  SELECT deployment, environment, version, came_at AS first_since FROM (
    SELECT t.*, row_number() OVER (PARTITION BY deployment, environment, version ORDER BY came_at) AS place,
      count(*) OVER (PARTITION BY deployment, environment, version) AS had_by
    FROM times t WHERE version IS NOT NULL
  ) AS ordered
  WHERE place = CASE WHEN had_by > 2 THEN 2 ELSE 1 END
), versions AS (
  SELECT own.deployment, own.environment, own.version, own.first_since,
    sum(CASE WHEN votes.later > 0 OR (coalesce(votes.later, 0) = 0 AND other.first_since > own.first_since) THEN 1 ELSE 0 END) AS behind
  FROM placed AS own JOIN placed AS other ON other.deployment = own.deployment AND other.environment = own.environment
    LEFT JOIN votes ON votes.deployment = own.deployment AND votes.environment = own.environment
      AND votes.version = own.version AND votes.other = other.version
  GROUP BY own.deployment, own.environment, own.version, own.first_since
)`;
