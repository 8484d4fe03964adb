import type { DeploymentRecord } from '../ledger/read/record.ts';
import type { TrackedItem } from '../ledger/tracked.ts';
import { csv } from './csv.ts';
import { deploymentJson, deploymentKeys } from './deploymentJson.ts';
import { historyColumns } from './historyColumns.ts';
import { asciiJson, type Json } from './json.ts';
import { columnsMarkdown } from './markdown.ts';
import { trackedJson } from './show/trackedJson.ts';
import { table } from './terminal/table.ts';
import { type Format, plainPaint, type View } from './terminal/view.ts';

/**
 * The last deployments, newest first, as text that ends with a newline. JSON is an array of `deploymentJson` objects with
 * tracked files and packages; CSV has the keys of `deploymentJson` as columns. Both contain complete texts. Without
 * deployments it is `[]` or only the header.
 */
export function formatHistory(
  deployments: readonly DeploymentRecord[],
  view: View & { readonly format: Format; readonly tracked?: (id: string) => readonly TrackedItem[] },
): string {
  switch (view.format) {
    case 'json':
      return `${asciiJson(
        deployments.map((one) => whole(one, view.tracked)),
        { pretty: true },
      )}\n`;
    case 'csv':
      return historyCsv(deployments);
    case 'markdown':
      return historyMarkdown(deployments, view);
    case 'table':
      if (deployments.length === 0 && view.width !== undefined) return 'No deployments.\n';
      return `${table(historyColumns(deployments, view), view).join('\n')}\n`;
  }
}

function whole(one: DeploymentRecord, tracked?: (id: string) => readonly TrackedItem[]): Json {
  return { ...deploymentJson(one), ...trackedJson(one.id === null ? [] : (tracked?.(one.id) ?? [])) };
}

function historyCsv(deployments: readonly DeploymentRecord[]): string {
  return csv(
    deploymentKeys,
    deployments.map((one) => Object.values(deploymentJson(one))),
  );
}

/** For pull requests and summaries of CI runs: UTC to the second, short IDs with a link to the run, and complete texts. */
function historyMarkdown(deployments: readonly DeploymentRecord[], view: View): string {
  const plain = { ...view, width: undefined, local: false, ascii: false, paint: plainPaint };
  return columnsMarkdown(historyColumns(deployments, plain));
}
