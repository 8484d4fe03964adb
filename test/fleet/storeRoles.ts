import { printSchema } from '../../src/fleet/initStore.ts';
import type { Postgres } from '../support/postgres.ts';

/** The roles of `deploytrack sync --print-schema`. */
export const writer = 'deploytrack_writer';
export const reader = 'deploytrack_reader';

/** Does what an administrator does: creates the roles, and runs what the program prints. What was there before is deleted. */
export function prepareStore(postgres: Postgres): void {
  const there = postgres.rows('SELECT rolname AS name FROM pg_roles').map(({ name }) => name);
  for (const role of [writer, reader]) if (!there.includes(role)) postgres.rows(`CREATE ROLE ${role} LOGIN`);
  postgres.rows('DROP SCHEMA IF EXISTS deploytrack, deploytrack_rows CASCADE');
  postgres.rows(printSchema());
}

/** The address of the store for a role. */
export function urlOf({ url }: Pick<Postgres, 'url'>, role: string): string {
  return url.replace('owner@', `${role}@`);
}
