import { resultChunks } from "../results/resultText";
import { resultColumns } from "../results/writeResult";
import { linesOf } from "../service/measures";
import { nclueError } from "../service/serviceError";
import { statusOf } from "../service/status";
import type { Operation } from "./call";
import { readableJob } from "./getJob";

/** GET of a result that stays with the service: the file itself, streamed. */
export const downloadResult: Operation = (call) => {
  const switches = call.service.switches.read();
  const job = readableJob(call);
  const status = statusOf(job, call.nowMs);
  if (status !== "completed") throw nclueError.notDownloadable(switches, status);
  const isEmpty = switches.results === "empty" || switches.results === "none";
  const chunks = () =>
    isEmpty ? [] : resultChunks(linesOf(job), resultColumns(job), switches.resultHeaderLine);
  return {
    status: 200,
    contentType: "text/tab-separated-values",
    headers: { "content-disposition": `attachment; filename="${job.id}.tsv"` },
    body: { chunks, isLengthKnown: switches.downloadLength === "announced" },
  };
};
