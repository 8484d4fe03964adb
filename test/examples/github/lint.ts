import type { ActionMetadata, ActionReference } from '@actions/languageservice/action';
import { action, ourAction } from './files.ts';
import { hostedActions } from './hostedActions.ts';
import { languageService } from './languageService.ts';

const { TextDocument, registerLogger, validate } = languageService();
// The linter catches its own errors and only logs them, which would look like success.
registerLogger({ error: fail, warn: fail, info: () => {}, log: () => {} });

/**
 * The problems of an `action.yml` or a workflow as `<line>: <message>`; empty if there is none. Fetches
 * nothing: the inputs of our action come from its file, those of others from the table.
 */
export async function faults(kind: 'action' | 'workflow', text: string): Promise<string[]> {
  const name = kind === 'action' ? 'action.yml' : '.github/workflows/workflow.yml';
  // The linter caches documents by URL, and asks about published actions only.
  const document = TextDocument.create(
    `file:///${crypto.randomUUID()}/${name}`,
    'yaml',
    0,
    text.replaceAll(`uses: ${ourAction}`, 'uses: our/action@v1'),
  );
  const found = await validate(document, { actionsMetadataProvider: { fetchActionMetadata } });
  return found.map(({ range, message }) => `${range.start.line + 1}: ${message}`);
}

async function fetchActionMetadata({
  owner,
  name,
  path,
  ref,
}: ActionReference): Promise<ActionMetadata | undefined> {
  if (owner === 'our') return action;
  const known = hostedActions[`${[owner, name, path].filter((part) => part).join('/')}@${ref}`];
  if (known === undefined) return undefined;
  const inputs = Object.entries(known.inputs).map(([input, required]) => [
    input,
    { description: input, required },
  ]);
  return { name, description: name, inputs: Object.fromEntries(inputs) };
}

function fail(message: string): never {
  throw new Error(message);
}
