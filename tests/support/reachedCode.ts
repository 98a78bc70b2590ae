import { readFileSync } from "node:fs";
import { Session } from "node:inspector/promises";
import { Module } from "node:module";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { SOURCES } from "./codePlaces";

/** Which parts of the provider's code have run since a recording began. */
export interface Recording {
  /** Whether the code at this place of a compiled file has run. */
  readonly hasRun: (file: string, offset: number) => boolean;
}

/** What Node itself has no types for. */
const modules = Module.prototype as unknown as {
  _compile(code: string, file: string): unknown;
};

interface Range {
  readonly startOffset: number;
  readonly endOffset: number;
  readonly count: number;
}

/**
 * Records by V8's own counts. Only what is compiled after the start is counted in full, so everything
 * of ours that is loaded already is forgotten, and has to be required anew; and what V8 or Node keep of
 * code that was compiled before is of no use, since the code ends in another comment each time.
 *
 * @returns ends the recording
 */
export async function startRecording(): Promise<() => Promise<Recording>> {
  const session = new Session();
  session.connect();
  await session.post("Profiler.enable");
  await session.post("Profiler.startPreciseCoverage", { callCount: true, detailed: true });
  const before = await session.post("Profiler.takePreciseCoverage");
  const old = new Set(before.result.map(({ scriptId }) => scriptId));
  for (const file of Object.keys(require.cache)) {
    if (file.startsWith(SOURCES) || file.startsWith(__dirname)) delete require.cache[file];
  }
  const { _compile } = modules;
  const mark = `\n// recorded by ${process.pid} at ${performance.now()}`;
  modules._compile = function (code, file) {
    return _compile.call(this, file.startsWith(SOURCES) ? code + mark : code, file);
  };
  return async () => {
    modules._compile = _compile;
    const { result } = await session.post("Profiler.takePreciseCoverage");
    session.disconnect();
    const ranges = new Map<string, Range[]>();
    for (const { url, scriptId, functions } of result) {
      if (old.has(scriptId)) continue;
      const known = ranges.get(url) ?? [];
      known.push(...functions.flatMap((each) => each.ranges));
      ranges.set(url, known);
    }
    return {
      hasRun(file, offset) {
        const url = pathToFileURL(path.join(SOURCES, file)).href;
        return countAt(ranges.get(url) ?? [], offset) > 0;
      },
    };
  };
}

/** The narrowest range around a place says how often it has run. */
function countAt(ranges: readonly Range[], offset: number): number {
  const around = ranges.filter(
    ({ startOffset, endOffset }) => startOffset <= offset && offset < endOffset,
  );
  const length = ({ startOffset, endOffset }: Range) => endOffset - startOffset;
  return around.sort((a, b) => length(a) - length(b))[0]?.count ?? 0;
}

interface Compiler {
  compile(code: string, file: string): string;
}

/** What a source file compiles to, as it is loaded in tests. */
export function compiled(file: string): string {
  const compiler = (process as unknown as Record<symbol, Compiler>)[
    Symbol.for("ts-node.register.instance")
  ];
  const full = path.join(SOURCES, file);
  return compiler?.compile(readFileSync(full, "utf8"), full) ?? "";
}
