import { readFileSync } from 'node:fs';
import ts from 'typescript';

/** A text for people, and where it is. */
export interface Prose {
  /** `src/cli/main.ts:12` */
  readonly at: string;
  readonly text: string;
}

/** Marks of SQL: its words are in capitals, or a column is compared. */
const sql =
  /\b(SELECT|INSERT|UPDATE|DELETE|CREATE|DROP|PRAGMA|WHERE|FROM|AND|OR|CASE|UNION|VALUES|AS)\b| = '/;

/** Texts of several words in a source file, without SQL and types. An expression in a template is `…`. */
export function stringsIn(path: string): Prose[] {
  const file = parse(path);
  const found: Prose[] = [];
  visit(file, (node) => {
    const text = textOf(node);
    if (text === null || !/\S \S/.test(text) || sql.test(text) || isNoProse(node.parent)) return;
    found.push({ at: placeOf(path, { file, position: node.getStart() }), text });
  });
  return found;
}

/** Comments of a source file, each in one line. */
export function commentsIn(path: string): Prose[] {
  const file = parse(path);
  const found = new Map<number, Prose>();
  const add = (range: ts.CommentRange) => {
    const text = file.text.slice(range.pos, range.end).replaceAll(/\n\s*\*?\s?/g, ' ');
    found.set(range.pos, { at: placeOf(path, { file, position: range.pos }), text });
  };
  const look = (node: ts.Node): void => {
    for (const range of ts.getLeadingCommentRanges(file.text, node.pos) ?? []) add(range);
    for (const range of ts.getTrailingCommentRanges(file.text, node.end) ?? []) add(range);
    for (const child of node.getChildren(file)) look(child);
  };
  look(file);
  return [...found.values()];
}

/** What `describe` and `test` are called with first, as text. */
export function titlesIn(path: string): Prose[] {
  const file = parse(path);
  const found: Prose[] = [];
  visit(file, (node) => {
    if (!ts.isCallExpression(node) || !/^(describe|test|it)\b/.test(node.expression.getText())) return;
    const [title] = node.arguments;
    const text = title === undefined ? null : textOf(title);
    if (title !== undefined && text !== null)
      found.push({ at: placeOf(path, { file, position: title.getStart() }), text });
  });
  return found;
}

/** The lines of a Markdown file that are no code; inline code is left out. */
export function linesIn(path: string): Prose[] {
  const text = readFileSync(path, 'utf8').replaceAll(/^( *)(```|~~~)[\s\S]*?^\1\2/gm, (block) =>
    block.replaceAll(/[^\n]/g, ''),
  );
  return text
    .split('\n')
    .map((line, index) => ({ at: `${path}:${index + 1}`, text: line.replaceAll(/`[^`]*`/g, '`…`') }));
}

function textOf(node: ts.Node): string | null {
  if (ts.isStringLiteralLike(node)) return node.text;
  if (!ts.isTemplateExpression(node)) return null;
  return [node.head.text, ...node.templateSpans.map(({ literal }) => literal.text)].join('…');
}

function isNoProse(parent: ts.Node): boolean {
  return (
    ts.isImportDeclaration(parent) ||
    ts.isExportDeclaration(parent) ||
    ts.isLiteralTypeNode(parent) ||
    ts.isExternalModuleReference(parent)
  );
}

function placeOf(path: string, { file, position }: { file: ts.SourceFile; position: number }): string {
  return `${path}:${file.getLineAndCharacterOfPosition(position).line + 1}`;
}

function visit(node: ts.Node, look: (node: ts.Node) => void): void {
  look(node);
  ts.forEachChild(node, (child) => visit(child, look));
}

function parse(path: string): ts.SourceFile {
  return ts.createSourceFile(path, readFileSync(path, 'utf8'), ts.ScriptTarget.ES2024, true);
}
