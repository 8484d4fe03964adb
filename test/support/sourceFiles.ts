import { readdirSync, readFileSync } from 'node:fs';
import { join, posix } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';

const source = fileURLToPath(new URL('../../src', import.meta.url));
/** Paths of all files below src. */
export const files = (readdirSync(source, { recursive: true }) as string[])
  .map((name) => name.replaceAll('\\', '/'))
  .filter((name) => /\.tsx?$/.test(name))
  .sort();

export interface Import {
  readonly from: string;
  /** A path below src, or a package. */
  readonly to: string;
  readonly isType: boolean;
  readonly isExport: boolean;
}

const parsed = new Map(files.map((name) => [name, parse(name)]));
export const imports: readonly Import[] = files.flatMap((name) => importsOf(name));
function parse(name: string): ts.SourceFile {
  return ts.createSourceFile(name, readFileSync(join(source, name), 'utf8'), ts.ScriptTarget.ES2024, true);
}

function importsOf(name: string): Import[] {
  const found: Import[] = [];
  const add = (
    specifier: ts.Node | undefined,
    { isType, isExport = false }: { isType: boolean; isExport?: boolean },
  ) => {
    if (specifier === undefined || !ts.isStringLiteralLike(specifier)) return;
    const to = specifier.text.startsWith('.')
      ? posix.join(posix.dirname(name), specifier.text)
      : specifier.text;
    found.push({ from: name, to, isType, isExport });
  };
  visit(tree(name), (node) => {
    if (ts.isImportDeclaration(node)) add(node.moduleSpecifier, { isType: importsTypes(node.importClause) });
    else if (ts.isExportDeclaration(node))
      add(node.moduleSpecifier, { isType: node.isTypeOnly, isExport: true });
    else if (ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument))
      add(node.argument.literal, { isType: true });
    else if (ts.isCallExpression(node) && /^(import|require)$/.test(node.expression.getText()))
      add(node.arguments[0], { isType: false });
  });
  return found;
}

function importsTypes(clause: ts.ImportClause | undefined): boolean {
  if (clause === undefined) return false;
  if (clause.isTypeOnly) return true;
  const named = clause.namedBindings;
  return (
    clause.name === undefined &&
    named !== undefined &&
    ts.isNamedImports(named) &&
    named.elements.every((element) => element.isTypeOnly)
  );
}

/**
 * Where a file reads the environment, clock or process through a global: `process.env`, `Date.now`, `new
 * Date()`.
 */
export function worldReads(name: string): string[] {
  const found: string[] = [];
  visit(tree(name), (node) => {
    if (
      ts.isPropertyAccessExpression(node) &&
      ts.isIdentifier(node.expression) &&
      /^(process|Date|performance)$/.test(node.expression.text)
    ) {
      if (!isLocal(node.expression)) found.push(`${node.expression.text}.${node.name.text}`);
    } else if (
      ts.isNewExpression(node) &&
      node.expression.getText() === 'Date' &&
      (node.arguments?.length ?? 0) === 0
    ) {
      found.push('Date.now');
    }
  });
  return found;
}

/** Whether a name is a parameter or a variable of the surrounding code. */
function isLocal(identifier: ts.Identifier): boolean {
  for (let around: ts.Node = identifier.parent; !ts.isSourceFile(around); around = around.parent) {
    let declares = false;
    if (ts.isFunctionLike(around))
      for (const parameter of around.parameters) declares ||= binds(parameter.name, identifier.text);
    if (ts.isBlock(around)) {
      for (const statement of around.statements) {
        if (ts.isVariableStatement(statement))
          declares ||= statement.declarationList.declarations.some((one) => binds(one.name, identifier.text));
      }
    }
    if (declares) return true;
  }
  return false;
}

function binds(binding: ts.BindingName, name: string): boolean {
  if (ts.isIdentifier(binding)) return binding.text === name;
  return binding.elements.some((element) => ts.isBindingElement(element) && binds(element.name, name));
}

const longSql = /^(SELECT .* FROM|INSERT (OR \w+ )?INTO|UPDATE \w+ SET|DELETE FROM|WITH \w+.* AS|PRAGMA) ?/;
/** Only as an argument, because elsewhere a single word may mean anything. */
const anySql = new RegExp(`${longSql.source}|^(BEGIN|COMMIT|END|ROLLBACK|SAVEPOINT|RELEASE)( [\\w; ]+)?$`);

/**
 * Where a file uses SQL: calls of the library's own methods, and texts that are statements. `exec` is a
 * method of regular expressions too; its SQL is found by its text.
 */
export function sqlUses(name: string): string[] {
  const found: string[] = [];
  visit(tree(name), (node) => {
    if (
      ts.isCallExpression(node) &&
      ts.isPropertyAccessExpression(node.expression) &&
      (/^(prepare|pragma|transaction|savepoint)$/.test(node.expression.name.text) ||
        /(^|\W)(database|db)\.exec$/.test(node.expression.getText()))
    )
      found.push(`.${node.expression.name.text}(`);
    const text =
      ts.isStringLiteralLike(node) || ts.isTemplateHead(node) ? node.text.replaceAll(/\s+/g, ' ').trim() : '';
    const isGiven = ts.isSourceFile(node)
      ? false
      : ts.isCallExpression(node.parent) || ts.isConditionalExpression(node.parent);
    const form = isGiven ? anySql : longSql;
    const [statement] = form.exec(text) ?? [];
    if (statement !== undefined) found.push(statement);
  });
  return found;
}

export function longFunctions(name: string): string[] {
  const found: string[] = [];
  visit(tree(name), (node) => {
    if (ts.isFunctionLike(node) && 'body' in node && linesOf(node) > 50)
      found.push(`${name}: ${node.name?.getText() ?? 'a function'}`);
  });
  return found;
}

function linesOf(node: ts.Node): number {
  const file = node.getSourceFile();
  return (
    file.getLineAndCharacterOfPosition(node.getEnd()).line -
    file.getLineAndCharacterOfPosition(node.getStart()).line +
    1
  );
}

/** Lists of texts: each array, and each list of arguments, that holds only texts; and lists in SQL. */
export function textsOf(name: string): string[] {
  const found: string[] = [];
  visit(tree(name), (node) => {
    if (ts.isStringLiteralLike(node) || ts.isTemplateHead(node) || ts.isTemplateMiddleOrTemplateTail(node))
      found.push(node.text);
    const list = ts.isArrayLiteralExpression(node)
      ? node.elements
      : ts.isCallExpression(node)
        ? node.arguments
        : [];
    if (list.length > 1) found.push(list.map((one) => one.getText()).join(', '));
  });
  return found;
}

function visit(node: ts.Node, look: (node: ts.Node) => void): void {
  look(node);
  ts.forEachChild(node, (child) => visit(child, look));
}

/** A file whose module has a variable that changes. */
export function keepsState(name: string): boolean {
  return tree(name).statements.some(
    (statement) =>
      ts.isVariableStatement(statement) && (statement.declarationList.flags & ts.NodeFlags.Let) !== 0,
  );
}

export function lineCount(name: string): number {
  return linesOf(tree(name));
}

function tree(name: string): ts.SourceFile {
  return parsed.get(name) as ts.SourceFile;
}
