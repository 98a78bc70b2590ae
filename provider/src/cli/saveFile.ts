import { link, mkdir, open, realpath, rename, rm, stat } from "node:fs/promises";
import path from "node:path";
import type { Writable } from "node:stream";
import { NclueError } from "../kernel/errors";
import type { Random } from "../kernel/ports";
import { printable } from "../kernel/text";
import { EXIT } from "./exitCodes";

/**
 * The file that is meant by what a person gives for it: a file, or a folder to put it in, which is
 * created where it ends with `/`.
 *
 * @param name the file's name in a folder.
 * @throws NclueError where something is there already that must be kept
 */
export async function targetOf(
  output: string | undefined,
  name: string,
  force: boolean,
): Promise<string> {
  if (output === "") throw noName();
  const isFolder = output !== undefined && /[/\\]$/.test(output);
  if (isFolder) await createFolder(output);
  const isInFolder = output !== undefined && (isFolder || (await kindOf(output)) === "folder");
  const target = isInFolder ? path.join(output, name) : (output ?? name);
  const kind = await kindOf(target);
  if (kind === "nothing" || (kind === "file" && force)) return target;
  throw kind === "file" ? exists(target) : notAFile(target);
}

/**
 * Writes a file under a temporary name beside its own, which it gets when it is whole. Whatever goes
 * wrong, nothing half-written is left.
 *
 * @param force whether a file that exists is replaced.
 */
export async function saveFile<T>(
  target: string,
  { force, random }: { readonly force: boolean; readonly random: Random },
  write: (stream: Writable) => Promise<T>,
): Promise<T> {
  // A link to the file stays, and the file that it leads to is replaced.
  const file = await realpath(target).catch(() => target);
  const temporary = temporaryName(file, random);
  const stream = await create(temporary, target);
  try {
    const written = await write(stream);
    await moveTo(file, temporary, force);
    return written;
  } finally {
    stream.destroy();
    await rm(temporary, { force: true });
  }
}

async function create(temporary: string, target: string): Promise<Writable> {
  try {
    return (await open(temporary, "wx")).createWriteStream();
  } catch (error) {
    throw notCreated(target, error);
  }
}

async function createFolder(folder: string): Promise<void> {
  try {
    await mkdir(folder, { recursive: true });
  } catch (error) {
    throw notCreated(folder, error);
  }
}

function notCreated(target: string, error: unknown): NclueError {
  return new NclueError("unexpected", {
    doing: "",
    cause: `${printable(target)} cannot be created (${(error as NodeJS.ErrnoException).code})`,
    remedy: "check that its folder exists and can be written to, or give another file with -o",
  });
}

function noName(): NclueError {
  const text = {
    doing: "",
    cause: "-o names no file",
    remedy: "give another file with -o, or -o - for the standard output",
  };
  return new NclueError("malformed", text, { exitCode: EXIT.usage });
}

async function moveTo(file: string, temporary: string, force: boolean): Promise<void> {
  if (force) return rename(temporary, file);
  try {
    // Unlike a rename, it fails where somebody has created the file meanwhile.
    await link(temporary, file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") throw exists(file);
    // Not every file system has links.
    await rename(temporary, file);
  }
}

/** The longest names of files are 255 bytes, and a letter may take three. */
const LONGEST_STEM = 60;

function temporaryName(file: string, random: Random): string {
  const { dir, base } = path.parse(file);
  const unique = Math.floor(random() * 2 ** 40).toString(36);
  return path.join(dir, `.${base.slice(0, LONGEST_STEM)}.${unique}.part`);
}

async function kindOf(file: string): Promise<"nothing" | "file" | "folder" | "other"> {
  try {
    const found = await stat(file);
    if (found.isDirectory()) return "folder";
    return found.isFile() ? "file" : "other";
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return "nothing";
    throw notCreated(file, error);
  }
}

function exists(file: string): NclueError {
  return new NclueError("malformed", {
    doing: "",
    cause: `${printable(file)} exists already`,
    remedy: "give --force to replace it, or another file with -o",
  });
}

function notAFile(file: string): NclueError {
  return new NclueError("malformed", {
    doing: "",
    cause: `${printable(file)} is there already, and is no file`,
    remedy: "give another file with -o, or -o - for the standard output",
  });
}
