import { usageError } from '../errors.ts';
import { phaseName } from '../model.ts';

/** The canonical phase, or a usage error that says what a phase's name is. */
export function phaseOf(word: string): string {
  const name = phaseName(word);
  if (name !== null) return name;
  throw usageError(
    `${JSON.stringify(word)} is no phase`,
    'expected a lower-case letter, then letters, digits, _ or -, at most 63, for example venv_rebuild',
  );
}
