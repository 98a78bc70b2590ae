import ts from "typescript";
import { bucketServer } from "./bucketServer";
import type { Program } from "./engine";
import { snippetsIn } from "./snippets";

/**
 * The program that a guide shows, as a reader would copy it: the guide's first snippet that exports
 * something. What it exports are the stack's outputs.
 */
export function guideProgram(document: string): Program {
  const snippet = snippetsIn("ts").find(
    (each) => each.document === document && /^import .*\n[\s\S]*^export /m.test(each.code),
  );
  if (snippet === undefined) throw new Error(`${document} shows no program`);
  const { outputText } = ts.transpileModule(snippet.code, {
    compilerOptions: { module: ts.ModuleKind.CommonJS, target: ts.ScriptTarget.ES2022 },
  });
  const run = new Function("require", "exports", outputText);
  return async () => {
    const exports: Record<string, unknown> = {};
    run(require, exports);
    return { ...exports };
  };
}

/** The buckets that the guides name, on the server that all tests of the process share. */
export function guideBuckets(): Promise<void> {
  buckets ??= createBuckets();
  return buckets;
}

let buckets: Promise<void> | undefined;

async function createBuckets(): Promise<void> {
  const server = await bucketServer();
  for (const bucket of ["acme-behaviour", "acme-results"]) await server.createBucket(bucket);
}

/** The commands of this package that a guide shows, in order, as arguments. */
export function guideCommands(document: string): readonly (readonly string[])[] {
  return snippetsIn("console")
    .filter((snippet) => snippet.document === document)
    .flatMap(({ code }) => [...code.matchAll(/^\$ npx pulumi-nclue ((?:[^|\n<]|<[^>]*>)*)/gm)])
    .map(([, line = ""]) => line.trim().match(/<[^>]*>|\S+/g) ?? []);
}
