import { newProgram, type Program, startDeployment } from '../support/program.ts';

export const id = ['--id', 'd'];

/** A program with the open deployment `d`, to which every command refers. */
export async function begun(options: { env?: Record<string, string> } = {}): Promise<Program> {
  const program = newProgram({ ...options, env: { DEPLOYTRACK_ID: 'd', ...options.env } });
  await startDeployment(program, ...id);
  return program;
}

/** Status and error of `d`. */
export const outcome = (program: Program) => {
  const [row] = program.rows(
    "SELECT deployment_status AS status, error_message AS error FROM deployment_metrics WHERE deployment_id = 'd'",
  );
  return [row?.status, row?.error];
};
export const fails = ['--', 'sh', '-c', 'exit 3'];
export const works = ['--', 'true'];
