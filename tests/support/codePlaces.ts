import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import ts from "typescript";

/**
 * Places of the provider's code, found by the compiler and named so that the name holds while lines
 * move: `lifecycle/resultSearch.ts describeRival 1` is the first of its kind in that function.
 */
export interface CodePlace {
  /** Below `provider/src`. */
  readonly file: string;
  /** The named functions, methods and constants around it, from the outside; empty at the top. */
  readonly within: string;
  readonly id: string;
  /** Where it begins in the text that was searched. */
  readonly offset: number;
  readonly node: ts.Node;
}

export const SOURCES = path.resolve(__dirname, "../../provider/src");

/** All source files, by their names below `provider/src`. */
export function sourceFiles(): readonly string[] {
  return readdirSync(SOURCES, { recursive: true })
    .map(String)
    .filter((name) => name.endsWith(".ts"))
    .sort();
}

/** The places of one kind in a file, in order. The text may be the file's own or what it compiles to. */
export function placesIn(
  file: string,
  text: string,
  isOne: (node: ts.Node) => boolean,
): readonly CodePlace[] {
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true);
  const places: CodePlace[] = [];
  const counts = new Map<string, number>();
  const visit = (node: ts.Node, around: readonly string[]): void => {
    const inside = [...around, ...nameOf(node)];
    if (isOne(node)) {
      const within = inside.join(".");
      const count = (counts.get(within) ?? 0) + 1;
      counts.set(within, count);
      const id = [file, within || "(top)", count].join(" ");
      places.push({ file, within, id, offset: node.getStart(), node });
    }
    ts.forEachChild(node, (child) => visit(child, inside));
  };
  visit(source, []);
  return places;
}

/** The same of all files. */
export function placesOfSources(isOne: (node: ts.Node) => boolean): readonly CodePlace[] {
  return sourceFiles().flatMap((file) =>
    placesIn(file, readFileSync(path.join(SOURCES, file), "utf8"), isOne),
  );
}

/** What a function, a method or a constant is called. */
function nameOf(node: ts.Node): readonly string[] {
  const isNamed =
    ts.isFunctionDeclaration(node) ||
    ts.isMethodDeclaration(node) ||
    ts.isClassDeclaration(node) ||
    (ts.isVariableDeclaration(node) && isFunction(node.initializer));
  return isNamed && node.name !== undefined ? [node.name.getText()] : [];
}

function isFunction(node: ts.Node | undefined): boolean {
  return node !== undefined && (ts.isArrowFunction(node) || ts.isFunctionExpression(node));
}
