import type { Context } from '../context.ts';
import { asLedgerError, isOfSqlite } from '../ledger/file/open.ts';
import { openSession } from '../session/openSession.ts';
import type { Cold, Session } from '../session.ts';
import type { Command } from './define/command.ts';
import type { Parsed } from './define/parsed.ts';
import { readInput } from './define/readInput.ts';

/** The file of a command. */
export interface CommandFile {
  readonly command: Command<Session>;
}

/** Files of commands by name, each loaded on first use. */
export type Loaders = Readonly<Record<string, () => Promise<CommandFile>>>;

/** Opens a session for a command, checks its input, and runs it; returns the exit code. Throws usage errors. */
export async function runCommand(
  { command }: CommandFile,
  { parsed, context, cold }: { parsed: Parsed; context: Context; cold: () => Cold },
): Promise<number> {
  const session = openSession(context, { command, options: parsed.options, cold });
  try {
    const setting = (name: string) => session.settings.ofOption(name)?.text ?? null;
    return await command.run(session, readInput(command, parsed, setting));
  } catch (error) {
    // Rows are read long after the file was opened, so damage can show late.
    throw isOfSqlite(error) ? asLedgerError(error, session.store.options.ledgerPath) : error;
  }
}
