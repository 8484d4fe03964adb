import { DeploytrackError, usageError } from '../../errors.ts';
import type { Database } from '../../ledger/file/addon.ts';
import type { Site } from '../../ledger/read/endedSites.ts';
import { siteMeant } from '../../ledger/read/site.ts';
import type { Answer, Asked, Route, Serving } from '../route.ts';
import { healthAnswer } from './healthJson.ts';
import { KeptAnswers } from './keptAnswers.ts';

const defaultLimit = 10;
const mostLimit = 100;

/** `/health` and `/health/<deployment>`: the history of one deployment in one environment, as JSON. */
export function healthRoutes(): readonly Route[] {
  const kept = new KeptAnswers();
  const answer = (asked: Asked, serving: Serving, name: string | null) =>
    answerHealth({ asked, serving, name, kept });
  return [
    {
      name: 'health',
      method: 'GET',
      path: '/health',
      answer: (asked, serving) => answer(asked, serving, null),
    },
    {
      name: 'health of one',
      method: 'GET',
      path: '/health/*',
      answer: (asked, serving) => answer(asked, serving, asked.path.slice('/health/'.length)),
    },
  ];
}

interface Question {
  readonly asked: Asked;
  readonly serving: Serving;
  readonly name: string | null;
  readonly kept: KeptAnswers;
}

async function answerHealth({ asked, serving, name, kept }: Question): Promise<Answer> {
  const limit = limitOf(asked.query);
  const database = await serving.database();
  const site = siteOf(database, { asked, serving, name });
  const key = JSON.stringify([site, limit]);
  const found = kept.of(database, key, () =>
    healthAnswer(database, { site, limit, isSample: serving.isSample }),
  );
  const fails = asked.query.get('fail') === '1' && found.status === 'unhealthy';
  return {
    status: fails ? 503 : 200,
    headers: { 'Content-Type': 'application/json; charset=utf-8' },
    body: found.text,
  };
}

/** Throws where the site that is asked for by name is not in the ledger. */
function siteOf(
  database: Database,
  { asked, serving, name }: Pick<Question, 'asked' | 'serving' | 'name'>,
): Site | null {
  const deployment = name ?? serving.site.deployment;
  const environment = asked.query.get('environment') ?? serving.site.environment;
  const site = siteMeant(database, {
    ...(deployment === null ? {} : { deployment }),
    ...(environment === null ? {} : { environment }),
  });
  if (site !== null || (name === null && !asked.query.has('environment'))) return site;
  throw new DeploytrackError({
    code: 'UNKNOWN_ID',
    message: `no deployment ${[name, asked.query.get('environment')]
      .filter((part) => part !== null)
      .map((part) => JSON.stringify(part))
      .join(' of ')} is in this ledger`,
    hint: '/health tells of the one that ended last',
  });
}

function limitOf(query: URLSearchParams): number {
  const said = query.get('limit');
  if (said === null) return defaultLimit;
  const limit = Number(said);
  if (/^\d{1,3}$/.test(said) && limit >= 1 && limit <= mostLimit) return limit;
  throw usageError(
    `limit: ${JSON.stringify(said.slice(0, 40))} is no limit`,
    `expected a number from 1 to ${mostLimit}`,
  );
}
