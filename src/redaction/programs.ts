import { clouds } from './programs/clouds.ts';
import { databases } from './programs/databases.ts';
import { files } from './programs/files.ts';
import type { Program } from './programs/forms.ts';
import { logins } from './programs/logins.ts';

/** Programs that take a password in a way of their own. Short options count behind their own program's name alone. */
export const programs: readonly Program[] = [...databases, ...logins, ...files, ...clouds];
