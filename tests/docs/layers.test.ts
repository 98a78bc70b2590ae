import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import ts from "typescript";

const sources = path.join(__dirname, "../../provider/src");
const files = readdirSync(sources, { recursive: true, encoding: "utf8" }).filter((file) =>
  file.endsWith(".ts"),
);

/** What each folder may import, itself aside. Whatever is not here it may not. */
const lower: Readonly<Record<string, readonly string[]>> = {
  ".": ["pulumi", "lifecycle", "domain"],
  cli: ["plugin", "lifecycle", "nclue", "storage", "domain", "kernel"],
  pulumi: ["plugin", "lifecycle", "domain", "kernel"],
  plugin: ["lifecycle", "nclue", "storage", "domain", "kernel"],
  lifecycle: ["nclue", "storage", "domain", "kernel"],
  nclue: ["domain", "kernel"],
  storage: ["domain", "kernel"],
  domain: ["kernel"],
  kernel: [],
};

/** What a program must not load when it begins: it is for the plugin, or for a look-up. */
const loadedLate = ["plugin", "lifecycle", "nclue", "storage"];

interface Import {
  readonly from: string;
  readonly kind: "type" | "value" | "late";
}

function importsOf(file: string): readonly Import[] {
  const text = readFileSync(path.join(sources, file), "utf8");
  const tree = ts.createSourceFile(file, text, ts.ScriptTarget.ES2022, true);
  const found: Import[] = [];
  const visit = (node: ts.Node): void => {
    const isImport = ts.isImportDeclaration(node) || ts.isExportDeclaration(node);
    if (isImport && node.moduleSpecifier && ts.isStringLiteral(node.moduleSpecifier)) {
      const isType = ts.isImportDeclaration(node)
        ? node.importClause?.isTypeOnly === true
        : node.isTypeOnly;
      found.push({ from: node.moduleSpecifier.text, kind: isType ? "type" : "value" });
    }
    if (ts.isCallExpression(node)) {
      const [argument] = node.arguments;
      const { expression } = node;
      const isLoad =
        expression.kind === ts.SyntaxKind.ImportKeyword || expression.getText() === "require";
      if (isLoad && argument && ts.isStringLiteral(argument)) {
        found.push({ from: argument.text, kind: "late" });
      }
    }
    ts.forEachChild(node, visit);
  };
  visit(tree);
  return found;
}

const folderOf = (file: string) => path.dirname(file).split(path.sep)[0] ?? ".";

describe("the layers of the provider", () => {
  it("are all known", () =>
    assert.deepEqual(
      files.map(folderOf).filter((folder) => !Object.hasOwn(lower, folder)),
      [],
    ));

  for (const file of files) {
    it(`${file} imports downward only`, () => {
      const folder = folderOf(file);
      for (const { from, kind } of importsOf(file)) {
        if (!from.startsWith(".")) continue;
        const target = folderOf(path.normalize(path.join(path.dirname(file), from)));
        const isAllowed = target === folder || lower[folder]?.includes(target);
        assert.ok(isAllowed, `${folder} must not import ${from}`);
        const isOfProgram = folder === "pulumi" || folder === ".";
        const isTooEarly = isOfProgram && kind === "value" && loadedLate.includes(target);
        assert.ok(!isTooEarly, `${file} must not load ${from} when a program begins`);
      }
    });
  }

  it("export everything by name", () => {
    for (const file of files) {
      const text = readFileSync(path.join(sources, file), "utf8");
      assert.doesNotMatch(text, /^export (\*|default)/m, file);
    }
  });

  it("leave time, chance, environment and terminal to the kernel's ports, and to the plugin's start", () => {
    const machine = /\b(Date\.now|setTimeout|setInterval|Math\.random|process\.env|console\.)/;
    const allowed = ["kernel/ports.ts", "plugin/context.ts", "cli/main.ts"];
    const users = files.filter((file) => {
      const text = readFileSync(path.join(sources, file), "utf8").replace(/^\s*(\*|\/\/).*$/gm, "");
      return machine.test(text);
    });
    assert.deepEqual(
      users.filter((file) => !allowed.includes(file)),
      [],
    );
  });

  it("let only the storage load the S3 client, and only when it is needed", () => {
    for (const file of files) {
      for (const { from, kind } of importsOf(file)) {
        if (!from.startsWith("@aws-sdk")) continue;
        assert.equal(folderOf(file), "storage");
        assert.notEqual(kind, "value", file);
      }
    }
  });
});

describe("the shell", () => {
  it("imports nothing", () => assert.deepEqual(importsOf(path.join("pulumi", "shell.ts")), []));
});
