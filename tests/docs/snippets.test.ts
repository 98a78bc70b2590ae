import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import path from "node:path";
import ts from "typescript";
import { repositoryFolder } from "../../tools/folders.mjs";
import { type Snippet, snippetsIn } from "../support/snippets";

/** Names that a snippet may use without saying where they come from. */
const preamble: Readonly<Record<string, string>> = {
  nclue: 'import * as nclue from "pulumi-nclue";',
  pulumi: 'import * as pulumi from "@pulumi/pulumi";',
  assert: 'import assert from "node:assert/strict";',
  simulator: 'declare const simulator: import("pulumi-nclue-simulator").Simulator;',
  startClient: "declare function startClient(): { kill(): void };",
  segments: "declare const segments: readonly string[];",
  argsOf: 'declare function argsOf(segment: string): import("pulumi-nclue").TaskRunArgs;',
  members: 'declare const members: import("pulumi-nclue").Feature;',
  churn: 'declare const churn: import("pulumi-nclue").Task;',
  runners: 'declare const runners: import("pulumi-nclue").CustomAttributes;',
  scores: 'declare const scores: import("pulumi-nclue").TaskRun;',
  done: 'declare const done: import("pulumi-nclue").TaskRunCompletion;',
  args: 'declare const args: import("pulumi-nclue").TaskRunArgs;',
};

/** What a reader installs beside ours, as far as the snippets use it. */
const modules = `
  declare module "@pulumi/command" {
    import type { CustomResource, Input } from "@pulumi/pulumi";
    export namespace local {
      class Command extends CustomResource {
        constructor(name: string, args: CommandArgs);
      }
      interface CommandArgs {
        create?: Input<string>;
        environment?: Input<Record<string, Input<string>>>;
        triggers?: Input<Input<unknown>[]>;
      }
    }
  }
`;
const modulesFile = path.join(repositoryFolder, "tests", "docs", "modules.d.ts");

const options: ts.CompilerOptions = {
  ...readOptions(path.join(repositoryFolder, "tsconfig.json")),
  noEmit: true,
};

describe("The TypeScript in", () => {
  const snippets = snippetsIn("ts");
  const documents = new Set(snippets.map(({ document }) => document));
  const problems = check(snippets);

  for (const document of documents) {
    it(`${document} compiles`, () => assert.deepEqual(problems.get(document) ?? [], []));
  }

  it("the examples compiles with the settings that their copies have", () => {
    const examples = readdirSync(path.join(repositoryFolder, "examples"));
    const folders = examples.map((name) => path.join(repositoryFolder, "examples", name));
    const settings = readOptions(path.join(folders[0] ?? "", "tsconfig.json"));
    const files = folders.map((folder) => path.join(folder, "index.ts"));
    const program = ts.createProgram(files, settings);
    assert.deepEqual(ts.getPreEmitDiagnostics(program).map(textOf), []);
  });
});

/** Every snippet as a file of its own, all in one program; what is wrong with them, by document. */
function check(snippets: readonly Snippet[]): ReadonlyMap<string, readonly string[]> {
  const files = new Map(snippets.map((snippet, index) => [fileOf(snippet, index), snippet]));
  const host = ts.createCompilerHost(options);
  const { fileExists, readFile } = host;
  host.fileExists = (file) => files.has(file) || file === modulesFile || fileExists(file);
  host.readFile = (file) => {
    if (file === modulesFile) return modules;
    const snippet = files.get(file);
    return snippet === undefined ? readFile(file) : withPreamble(snippet.code);
  };
  const program = ts.createProgram([...files.keys(), modulesFile], options, host);
  const problems = new Map<string, string[]>();
  for (const diagnostic of ts.getPreEmitDiagnostics(program)) {
    const { document, line } = files.get(diagnostic.file?.fileName ?? "") ?? {
      document: "README.md",
      line: 0,
    };
    const start = diagnostic.start ?? 0;
    const inside = diagnostic.file?.getLineAndCharacterOfPosition(start).line ?? 0;
    const text = `${document}:${line + inside}: ${textOf(diagnostic)}`;
    problems.set(document, [...(problems.get(document) ?? []), text]);
  }
  return problems;
}

/** A program that awaits at its top level has to be an ES module. */
function fileOf({ code }: Snippet, index: number): string {
  const extension = /^(export const .* = |const .* = )?await /m.test(code) ? "mts" : "ts";
  return path.join(repositoryFolder, "tests", "docs", `snippet-${index}.${extension}`);
}

/** On the snippet's own first line, so that lines are counted right. */
function withPreamble(code: string): string {
  const needed = Object.entries(preamble).filter(([name]) => {
    const isUsed = new RegExp(`(?<![\\w"'-]|(?<!\\.)\\.)${name}\\b(?!["'])`).test(code);
    const isDeclared = new RegExp(`(import|const|let|function) (\\* as |\\{[^}]*)?${name}\\b`);
    return isUsed && !isDeclared.test(code);
  });
  return `${needed.map(([, text]) => text).join(" ")} export {}; ${code}`;
}

function readOptions(file: string): ts.CompilerOptions {
  const { config, error } = ts.readConfigFile(file, ts.sys.readFile);
  if (error !== undefined) throw new Error(textOf(error));
  return ts.parseJsonConfigFileContent(config, ts.sys, path.dirname(file)).options;
}

function textOf({ messageText }: ts.Diagnostic): string {
  return ts.flattenDiagnosticMessageText(messageText, "\n");
}
