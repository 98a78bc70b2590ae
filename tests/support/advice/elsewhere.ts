/** A test that walks a remedy, or why none can. */
export type Elsewhere =
  | { readonly file: string; readonly title: string }
  | { readonly why: string };

const test = (file: string, title: string): Elsewhere => ({ file: `tests/${file}.test.ts`, title });
const cli = (title: string) => test("cli/advice", title);
const why = (reason: string): Elsewhere => ({ why: reason });

const CERTIFICATE = why(
  "certificates of others: tests/faults/connections.test.ts shows each trouble",
);
const TRIGGER = test("unit/pulumi/triggerRules", "are accepted for a text in ");
const OTHER_VERSION = why("another Node, Pulumi or package has to be installed for it");

/** Remedies that are not walked by `tests/lifecycle/advice.test.ts`. */
export const elsewhere: Readonly<Record<string, Elsewhere>> = {
  "cli: the command line reads the environment and ~/.ncloud/configure, no stack config": test(
    "cli/lists",
    "ends with 1 without keys, and says that it reads no stack config",
  ),
  "cli: use keys of NAVER Cloud's public site": test(
    "cli/doctor",
    " names another site than the public one",
  ),
  "cli: set the clock (NTP): the gateway refuses requests that are five minutes off": why(
    "the clock of the machine",
  ),
  "cli: check the network and NCLUE_ENDPOINT": why(
    "said where an error has no remedy of its own, which none lacks today",
  ),
  "cli: give --yes to delete it unasked": cli("give --yes to delete it unasked"),
  "cli: it continues at the service: run it again, or give a longer --timeout": cli(
    "it continues at the service: run it again, or give a longer --timeout",
  ),
  "cli: run it again when that has ended, or give --while-running wait": cli(
    "run it again when that has ended, or give --while-running wait",
  ),
  "cli: give another file, or leave out --json": cli("give another file, or leave out --json"),
  "cli: check it, and that address and keys are those of the account that has the …": cli(
    "check it, and that address and keys are those of the account that has the job",
  ),
  "cli: name the one that is meant by its id…": cli("name the one that is meant by its id"),
  "cli: check the bucket and its rights, then run it again": why(
    "the object has to vanish between the list and its read",
  ),
  "cli: name a task run, custom attributes or a shopping intent that was created from it": cli(
    "name a task run, custom attributes or a shopping intent that was created from it",
  ),
  'cli: wait for it with "pulumi-nclue watch …", then run it again': cli(
    'wait for it with "pulumi-nclue watch',
  ),
  "cli: find the result in the console, and give each job a bucket and a path": why("the console"),
  "cli: check NCLOUD_OBS_ENDPOINT and the network, then run it again": cli(
    "check NCLOUD_OBS_ENDPOINT and the network, then run it again",
  ),
  "cli: check the bucket; where the object was deleted, create the job again": cli(
    "check the bucket; where the object was deleted, create the job again",
  ),
  'cli: the command line reads the environment and ~/.ncloud/configure, never a stack\'s config: "pulumi-nclue doctor" says more':
    cli('"pulumi-nclue doctor" says more'),
  'cli: write it with "pulumi stack export --file <file>"': cli(
    'write it with "pulumi stack export --file <file>"',
  ),
  "cli: set NO_PROXY=127.0.0.1,localhost and no_proxy=127.0.0.1,localhost, both without blanks: Pulumi reads the lower-case one":
    test("cli/doctor", " without no_proxy, by which Pulumi cannot reach its engine"),
  "cli: check that its folder exists and can be written to, or give another file with -o": cli(
    "check that its folder exists and can be written to, or give another file with -o",
  ),
  "cli: give --force to replace it, or another file with -o": cli(
    "give --force to replace it, or another file with -o",
  ),
  "cli: give another file with -o, or -o - for the standard output": cli(
    "give another file with -o, or -o - for the standard output",
  ),
  "cli: check the disk and its rights": why("a disk that is full"),
  "cli: check the disk, or send the output somewhere else": why("a disk that is full"),
  "cli: run it again; if it stays so, see whether a proxy answers in its place": why(
    "tests/cli/download.test.ts shows the answer of a proxy; without it the same command works",
  ),
  "cli: run it again": cli("run it again"),
  "cli: install a newer Node": OTHER_VERSION,
  'cli: run this in the folder of the program, or "npm i …" there': test(
    "cli/doctor",
    "looks for the SDK where the program is",
  ),
  'cli: run "npm i …@latest"': OTHER_VERSION,
  "cli: install Pulumi's command line": OTHER_VERSION,
  "cli: install a newer Pulumi": OTHER_VERSION,
  "cli: it was deleted meanwhile": why("it says what happened: there is nothing to do"),
  "cli: it continues at the service: watch it again, or give a longer --timeout": cli(
    "it continues at the service: watch it again, or give a longer --timeout",
  ),
  "cli: it continues at the service": why("it says what goes on: there is nothing to do"),
  "cli: check the keys and their rights": cli("check the keys and their rights"),
  "cli: …; the access key came from …": cli("check the keys and their rights"),
  "kernel: set NCLOUD_ACCESS_KEY and NCLOUD_SECRET_KEY, or nclue:accessKey and nclue:secretKey (pulumi config set --secret), or a profile in ~/.ncloud/configure":
    test("engine/settings", "come from the stack's config before the environment"),
  "kernel: it has to be a file, and is a folder: move it away": test(
    "unit/kernel/profiles",
    "reads every section, with values as they are written",
  ),
  "kernel: its link leads back to itself: put the file in its place": test(
    "unit/kernel/profiles",
    "reads every section, with values as they are written",
  ),
  "kernel: check the file and the disk that it is on": why("a disk that fails"),
  "kernel: give its owner the right to read it": test(
    "unit/kernel/profiles",
    "reads every section, with values as they are written",
  ),
  "kernel: if your network inspects TLS, set NODE_EXTRA_CA_CERTS to the file with its root certificate":
    test(
      "engine/network",
      "reaches the service through a proxy, by a certificate that NODE_EXTRA_CA_CERTS vouches for",
    ),
  "kernel: the owner of the address has to renew it; check the local clock, too": CERTIFICATE,
  "kernel: check the local clock": CERTIFICATE,
  "kernel: check the address, and whether a proxy answers in its place": CERTIFICATE,
  "kernel: check the address, and who answers there": CERTIFICATE,
  "kernel: check HTTPS_PROXY, HTTP_PROXY and ALL_PROXY (credentials go into the address: http://user:password@proxy:3128), or exempt the address with NO_PROXY":
    test("faults/connections", "reach NCLUE by https in a tunnel"),
  'nclue: …; the access key came from …. After a change of keys in the stack\'s config run "pulumi up" or "pulumi refresh --run-program": a plain refresh still uses the old ones':
    test("engine/settings", "with keys that the service refuses say where the keys came from"),
  "nclue: use another name": why(
    "a create that meets a taken name says more, in lifecycle/nameErrors.ts",
  ),
  'nclue: use another name, or take the job over with the import option or onDuplicateName: "adopt"':
    why("a create that meets a taken name says more, in lifecycle/nameErrors.ts"),
  "plugin: run the same command again: it resumes where this one stopped": test(
    "engine/cancelled",
    "ends the wait of a create, a destroy and a replacement at once, and keeps the runs; the next command resumes",
  ),
  "plugin: please report this with the program and the versions of pulumi and pulumi-nclue":
    why("it asks for a report"),
  "pulumi: reading the settings of pulumi-nclue: a look-up in an inline program cannot see the environment variables of its workspace on this system, and would perhaps use the keys of another stack: set nclue:accessKey and nclue:secretKey in the stack's config":
    why("systems without /proc"),
  "pulumi: looking up a …: give … either … or name": test(
    "engine/lookups",
    "tells of a run by its name and by its id, and of all runs newest first",
  ),
  "pulumi: it failed, so there will be none (…): …": test(
    "unit/pulumi/mocks",
    "says of a job that failed that there will be none, and why",
  ),
  'pulumi: …: "…" is no status; give … …': test(
    "unit/pulumi/lookUps",
    "list all where a program in JavaScript gives nothing",
  ),
  "pulumi: …: … takes no …; see its documentation": test(
    "unit/pulumi/lookUps",
    "list all where a program in JavaScript gives nothing",
  ),
  "pulumi: …: it has no …": test(
    "unit/pulumi/mocks",
    "is described without nulls, but for an ETag that the store does not give",
  ),
  'pulumi: it is completed, but no result was found; run "pulumi up --refresh" to search again':
    test(
      "engine/requiredResult",
      "fails the run's resource, which the next update searches again and does not pay again",
    ),
  'pulumi: it is …, and has no result yet; run "pulumi up --refresh" when it is completed': test(
    "lifecycle/read",
    "tells the progress of a run that is not waited for, up to its result, which is no difference",
  ),
  'pulumi: pulumi-nclue needs @pulumi/pulumi … or newer, and this program has …: run "npm i @pulumi/pulumi@latest"':
    OTHER_VERSION,
  "pulumi: use toISOString()": TRIGGER,
  "pulumi: use Object.fromEntries(…)": TRIGGER,
  "pulumi: use a list": TRIGGER,
  "pulumi: use its href": TRIGGER,
  "pulumi: use its source": TRIGGER,
  'pulumi: use toString("base64")': TRIGGER,
  "pulumi: use its message": TRIGGER,
  "storage: give each job a path of its own": test(
    "lifecycle/ownResult",
    "is found beside the object of a neighbour with a longer path",
  ),
};
