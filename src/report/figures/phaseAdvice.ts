/** What is worth a look where a phase takes most of the time; null for phases whose work nobody knows. */
export function phaseAdvice(stage: string): string | null {
  return advice[stage] ?? null;
}

const advice: Readonly<Record<string, string>> = {
  venv_rebuild: 'cache dependencies; rebuild only when their lock file has changed',
  migration: 'look at the efficiency of the migrations: locks, indexes, rows rewritten',
  cutover: 'look at how long the service takes to start and to stop',
  health_check: 'look at how long the service takes to start',
};
