import type { Declarations } from '../marks.ts';
import type { SettingsFile } from './file.ts';

/** The names that a settings file declares. */
export function declarations(file: SettingsFile | null): Declarations {
  const given = file?.values.declare;
  const of = (key: string): string[] => {
    const list =
      typeof given === 'object' && given !== null ? (given as Record<string, unknown>)[key] : undefined;
    return Array.isArray(list)
      ? list.filter((value): value is string => typeof value === 'string' && value !== '')
      : [];
  };
  return {
    services: of('services'),
    stages: of('stages'),
    tests: of('tests'),
    resources: of('resources'),
    checkTypes: of('check_types'),
  };
}
