import ts from "typescript";
import { placesOfSources } from "./codePlaces";

/** Properties that hold what to do. */
const PROPERTIES = /^(remedy|timedOut|cancelled)$/;
/** Properties of a message beside it. */
const OTHER_PROPERTIES = /^(doing|cause|meaning|name)$/;
/** Constants and functions that hold or make what to do, or a part of it. */
const NAMES =
  /[Rr]emed|REMED|[Aa]dvice|^(INSTEAD|AGAIN|WHERE_KEYS_GO|later|next|room|waysOut|wayOutOfImport|leaveIt|describeBucket)$|^CHECK_/;
/** Calls whose texts say what to do, with the number of the argument that does. */
const CALLS: Readonly<Record<string, number>> = { programError: 0, nclue: 2, gateway: 2 };

/**
 * What the messages of the provider tell their readers to do, each once in a layer, with `…` for the
 * values in it: `lifecycle: use another name, or delete the …`.
 */
export function remediesInCode(): readonly string[] {
  const found = placesOfSources(isRemedy).map(({ file, node }) => {
    const [layer] = file.split("/");
    return `${layer}: ${textOf(node)}`;
  });
  return [...new Set(found)];
}

/** A whole sentence, and not a part of one, within what holds remedies. */
function isRemedy(node: ts.Node): boolean {
  const isSentence = isText(node) && /[a-z]{2} \S/.test(textOf(node));
  return isSentence && !isPartOfText(node.parent) && isHeld(node, node.parent);
}

function isPartOfText(around: ts.Node | undefined): boolean {
  return around !== undefined && (isText(around) || isPartOfText(around.parent));
}

/** The nearest that holds anything decides. */
function isHeld(node: ts.Node, around: ts.Node): boolean {
  if (ts.isSourceFile(around)) return false;
  if (ts.isPropertyAssignment(around)) {
    const name = around.name.getText();
    if (PROPERTIES.test(name)) return true;
    if (OTHER_PROPERTIES.test(name)) return false;
  }
  const isHolder =
    ts.isVariableDeclaration(around) ||
    ts.isFunctionDeclaration(around) ||
    ts.isMethodDeclaration(around);
  if (isHolder && around.name !== undefined && NAMES.test(around.name.getText())) return true;
  if (ts.isCallExpression(around)) {
    const position = CALLS[around.expression.getText()];
    if (position !== undefined) return around.arguments[position] === node;
  }
  return isHeld(around, around.parent);
}

/** A literal, a template, or several of them in a row. */
function isText(node: ts.Node): node is ts.Expression {
  if (ts.isStringLiteral(node) || ts.isTemplateExpression(node)) return true;
  if (ts.isNoSubstitutionTemplateLiteral(node)) return true;
  return ts.isBinaryExpression(node) && node.operatorToken.kind === ts.SyntaxKind.PlusToken;
}

function textOf(node: ts.Node): string {
  if (ts.isStringLiteral(node) || ts.isNoSubstitutionTemplateLiteral(node)) return node.text;
  if (ts.isBinaryExpression(node)) return textOf(node.left) + textOf(node.right);
  if (!ts.isTemplateExpression(node)) return "…";
  return node.head.text + node.templateSpans.map(({ literal }) => `…${literal.text}`).join("");
}
