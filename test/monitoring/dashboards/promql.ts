import type { SyntaxNode } from '@lezer/common';
import { parser } from '@prometheus-io/lezer-promql';
import { substitute } from '../../../scripts/dashboards/substitute.ts';

/** An expression with a value for every variable, so that a parser accepts it. */
export function sample(expr: string): string {
  return substitute(expr, {
    values: {
      deployment: '.+',
      environment: ['production', 'staging'],
      instance: '.+',
      page: 'https://deploys.example',
      deployment_id: 'run-1.2',
    },
    rangeSeconds: 604800,
    rateIntervalSeconds: 240,
    intervalSeconds: 60,
  });
}

/** Errors that the parser of Prometheus's own editor finds; empty if there are none. */
export function syntaxErrors(expr: string): string[] {
  return nodes(expr)
    .filter((node) => node.type.isError)
    .map((node) => expr.slice(Math.max(0, node.from - 20), node.to + 20));
}

export interface Selector {
  readonly metric: string;
  /** The function around a range selector: `increase`. */
  readonly inFunction: string | null;
  /** The range as written: `240s`; null without a range. */
  readonly range: string | null;
}

/** Every series that an expression reads, with the function and the range around it. */
export function selectors(expr: string): Selector[] {
  const textOf = (node: SyntaxNode | null | undefined) =>
    node == null ? null : expr.slice(node.from, node.to);
  return nodes(expr)
    .filter(({ name }) => name === 'VectorSelector')
    .map((node) => {
      const matrix = node.parent?.name === 'MatrixSelector' ? node.parent : null;
      const call = matrix === null ? null : above(matrix, 'FunctionCall');
      return {
        metric: textOf(node.getChild('Identifier')) ?? '',
        inFunction: textOf(call?.firstChild),
        range: matrix === null ? null : (/\[(.*)\]$/.exec(textOf(matrix) ?? '')?.[1] ?? null),
      };
    });
}

function above(node: SyntaxNode, name: string): SyntaxNode | null {
  for (let at = node.parent; at !== null; at = at.parent) if (at.name === name) return at;
  return null;
}

function nodes(expr: string): SyntaxNode[] {
  const found: SyntaxNode[] = [];
  parser.parse(expr).iterate({ enter: ({ node }) => void found.push(node) });
  return found;
}
