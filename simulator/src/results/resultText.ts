const linesInChunk = 1_000;

/**
 * The lines of a result in chunks, so that a large one is never whole in memory. One line a user: id,
 * then one figure for each column. The columns are on no page; these are what a job is for.
 */
export function* resultChunks(lineCount: number, columns: readonly string[], headerLine: boolean) {
  if (headerLine) yield `user_id\t${columns.join("\t")}\n`;
  for (let first = 1; first <= lineCount; first += linesInChunk) {
    const count = Math.min(linesInChunk, lineCount - first + 1);
    yield Array.from({ length: count }, (_, at) => resultLine(first + at, columns.length)).join("");
  }
}

function resultLine(user: number, columnCount: number): string {
  const figures = Array.from(
    { length: columnCount },
    (_, column) => ((user * 7919 + column * 104_729) % 10_000) / 10_000,
  );
  return `user-${String(user).padStart(6, "0")}\t${figures.join("\t")}\n`;
}
