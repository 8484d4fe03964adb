/** Words that tell what is there, or what could be: also where deploytrack is disabled. */
export const tellingWords: ReadonlySet<string> = new Set([
  'stats',
  'history',
  'show',
  'compare',
  'doctor',
  'export',
  'rules',
  'dashboards',
  'report',
  'completion',
]);
