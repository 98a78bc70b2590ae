import ts from "typescript";
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
