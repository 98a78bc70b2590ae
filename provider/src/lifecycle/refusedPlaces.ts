import { type Declaration, isSecret, textField } from "../domain/declaration";
import { NclueError } from "../kernel/errors";
import { numberOf } from "../nclue/serviceCodes";

/** The codes that are about a path, with the argument where they say which. */
const ABOUT: Readonly<Record<string, "any" | "source" | "trainFilePath" | "testFilePath">> = {
  "10103": "any",
  "10104": "trainFilePath",
  "10105": "testFilePath",
  "10106": "any",
  "10107": "trainFilePath",
  "10108": "testFilePath",
  "10109": "source",
};

/** The same refusal with the arguments that it can be about, and the places that these name. */
export function withRefusedPlaces(declaration: Declaration, refusal: NclueError): NclueError {
  const about = ABOUT[numberOf(refusal.facts.serviceCode) ?? ""];
  const places = about === undefined ? [] : placesAbout(declaration, about);
  if (places.length === 0) return refusal;
  const { code, text, facts } = refusal;
  const cause = `${text.cause} (${places.join("; ")})`;
  return new NclueError(code, { ...text, cause }, facts, { cause: refusal });
}

function placesAbout(declaration: Declaration, about: string): readonly string[] {
  const { sources = [], result } = declaration.family;
  const all = [...sources, ...(result === undefined || about === "source" ? [] : [result])];
  return all
    .filter(({ path }) => ["any", "source", path].includes(about))
    .flatMap(({ bucket, path }) => describePlace(declaration, bucket, path));
}

/** `sourceFilePath: s3://acme-behaviour/seq/2026-11/` */
function describePlace(declaration: Declaration, bucket: string, path: string): readonly string[] {
  const [inBucket, key] = [textField(declaration, bucket), textField(declaration, path)];
  if (key === undefined) return [];
  const isHidden = isSecret(declaration, bucket) || isSecret(declaration, path);
  return isHidden || inBucket === undefined ? [path] : [`${path}: s3://${inBucket}/${key}`];
}
