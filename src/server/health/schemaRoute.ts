import schema from '../../../schemas/health.schema.json';
import { respond } from '../http/respond.ts';
import type { Route } from '../route.ts';

/** The JSON Schema of `/health`. */
export const healthSchema: Route = {
  name: 'health schema',
  method: 'GET',
  path: '/health.schema.json',
  answer: async (request) =>
    respond(request, {
      status: 200,
      headers: { 'Content-Type': 'application/schema+json' },
      body: `${JSON.stringify(schema)}\n`,
    }),
};
