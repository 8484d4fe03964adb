import { DeploytrackError } from '../../errors.ts';
import { respond } from '../http/respond.ts';
import { queryOf, type RequestContext, type Route } from '../route.ts';
import type { ServerContext } from '../serverContext.ts';

type Answers = typeof import('./apiAnswers.ts');
type Asked = Parameters<Answers['listAnswer']>[0];

/** The data for the web UI. It is internal and may change with any version; `/health` is for other clients. */
export const apiRoutes: readonly Route[] = [
  route('overview', '/api/overview', async (asked, { overviewAnswer }) => overviewAnswer(asked)),
  route('deployments', '/api/deployments', async (asked, { changedAnswer, listAnswer }) =>
    asked.query.has('ids') ? changedAnswer(asked) : listAnswer(asked),
  ),
  {
    name: 'api csv',
    method: 'GET',
    path: '/api/deployments.csv',
    async answer(request, server) {
      const [asked, { csvAnswer }] = await askedOf(request, server);
      return respond(request, {
        status: 200,
        headers: {
          'Content-Type': 'text/csv; charset=utf-8',
          'Content-Disposition': 'attachment; filename="deployments.csv"',
        },
        body: csvAnswer(asked),
      });
    },
  },
  route('comparison', '/api/comparison', async (asked, { comparisonAnswer }) => comparisonAnswer(asked)),
  fleetRoute('fleet', async (asked, { fleetAnswer }) => fleetAnswer(asked)),
  fleetRoute('rollout', async (asked, { rolloutAnswer }) => rolloutAnswer(asked)),
  route('deployment', '/api/deployments/:id{.*}', async (asked, { deploymentAnswer }, request) => {
    const found = await deploymentAnswer(asked, request.req.param('id') ?? '');
    if (found !== null) return found;
    throw new DeploytrackError({
      code: 'UNKNOWN_ID',
      message: 'no such deployment in this ledger',
      hint: '/api/deployments lists them',
    });
  }),
];

function fleetRoute(
  name: string,
  answerOf: (asked: Asked, answers: typeof import('./fleetAnswers.ts')) => Promise<object>,
): Route {
  return route(name, `/api/${name}`, async (asked) => answerOf(asked, await import('./fleetAnswers.ts')));
}

function route(
  name: string,
  path: string,
  answerOf: (asked: Asked, answers: Answers, request: RequestContext) => Promise<object>,
): Route {
  return {
    name: `api ${name}`,
    method: 'GET',
    path,
    async answer(request, server) {
      const [asked, answers] = await askedOf(request, server);
      return respond(request, {
        status: 200,
        headers: { 'Content-Type': 'application/json; charset=utf-8' },
        body: JSON.stringify(await answerOf(asked, answers, request)),
      });
    },
  };
}

async function askedOf(request: RequestContext, server: ServerContext): Promise<[Asked, Answers]> {
  const database = await server.database();
  // Most servers never show the web UI.
  return [{ query: queryOf(request), database, server }, await import('./apiAnswers.ts')];
}
