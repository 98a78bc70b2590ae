import { NclueError, type RefusalKind } from "../kernel/errors";
import { PROXY_REMEDY, readNetworkError } from "../kernel/networkErrors";
import type { Settings } from "../kernel/settings";
import type { Answer, Refusal } from "./classifyAnswer";
import { boundedRetryAfterMs } from "./retryPolicy";
import type { ServiceRequest } from "./sendOnce";

/** Turns what became of a request into the error that its caller gets. */
export class RequestErrors {
  private readonly doing: string;
  private readonly isPost: boolean;
  private readonly isRead: boolean;

  constructor(
    request: ServiceRequest,
    basePath: string,
    private readonly settings: Settings,
  ) {
    this.doing = `${request.method} ${basePath}${request.path}`;
    this.isPost = request.method === "POST";
    this.isRead = request.method === "GET";
  }

  readOnly(): NclueError {
    return new NclueError("read-only", {
      doing: `sending ${this.doing}`,
      cause: "nclue:readOnly (NCLUE_READ_ONLY) is set, so nothing that changes the account is sent",
      remedy: "unset it where jobs may be created and deleted",
    });
  }

  unreachable(error: unknown): NclueError {
    const { cause, remedy, neverSent, isLasting } = readNetworkError(error);
    return new NclueError(
      "unreachable",
      {
        doing: this.doing,
        cause: neverSent ? cause : this.withProxy(cause),
        remedy:
          remedy ?? "check the network and nclue:endpoint (NCLUE_ENDPOINT), then run it again",
      },
      { mayHaveTakenEffect: this.isPost && !neverSent, ...(isLasting ? { isLasting } : {}) },
      { cause: error },
    );
  }

  /** An answer that is no success. */
  answered(answer: Exclude<Answer, { kind: "ok" }>): NclueError {
    return answer.kind === "refused" ? this.refused(answer.refusal) : this.unreadable(answer);
  }

  private unreadable({ cause, isRefused = false }: Unreadable): NclueError {
    const text = { doing: this.doing, cause: this.withProxy(cause), remedy: CHECK_THE_ADDRESS };
    // A read may get through later; what is to change the account is not sent against a refusal.
    return new NclueError("unreadable", text, {
      mayHaveTakenEffect: this.isPost && !isRefused,
      ...(isRefused && !this.isRead ? { isLasting: true } : {}),
    });
  }

  private refused(refusal: Refusal): NclueError {
    const { kind, serviceCode, retryAfterMs } = refusal;
    if (refusal.httpStatus === PROXY_ASKS) return this.proxyAsks();
    const cause = serviceCode === undefined ? this.withProxy(refusal.cause) : refusal.cause;
    const advice = kind === "denied" ? this.keysAdvice(refusal.remedy) : refusal.remedy;
    const mayHaveTakenEffect = this.isPost && kind === "transient";
    const remedy = kind === "denied" ? this.keysRemedy(advice) : (advice ?? REMEDIES[kind]);
    return new NclueError(
      "refused",
      { doing: this.doing, cause, remedy },
      {
        ...refusal,
        ...(advice === undefined ? {} : { remedy: advice }),
        ...(retryAfterMs === undefined
          ? {}
          : { retryAfterMs: boundedRetryAfterMs(retryAfterMs, mayHaveTakenEffect) }),
        mayHaveTakenEffect,
      },
    );
  }

  /** The service itself never asks for this: the request did not get to it. */
  private proxyAsks(): NclueError {
    const proxy = this.settings.proxies.endpoint;
    const who = proxy === undefined ? "a proxy" : `the proxy ${proxy}`;
    const cause = `${who} asks for credentials (HTTP ${PROXY_ASKS})`;
    const text = { doing: this.doing, cause, remedy: PROXY_REMEDY };
    return new NclueError("unreachable", text, { mayHaveTakenEffect: false, isLasting: true });
  }

  /** An answer without the service's marks, or none at all, may be a proxy's doing. */
  private withProxy(cause: string): string {
    const proxy = this.settings.proxies.endpoint;
    return proxy === undefined ? cause : `${cause}; the request went through the proxy ${proxy}`;
  }

  private keysAdvice(remedy = "check the keys and their rights"): string {
    const { otherSite } = this.settings;
    return otherSite === undefined ? remedy : `${otherSite}; ${remedy}`;
  }

  private keysRemedy(advice: string | undefined): string {
    return (
      `${advice}; the access key came from ${this.settings.keySource}. ` +
      'After a change of keys in the stack\'s config run "pulumi up" or ' +
      '"pulumi refresh --run-program": a plain refresh still uses the old ones'
    );
  }
}

type Unreadable = Extract<Answer, { kind: "unreadable" }>;

const PROXY_ASKS = 407;

const CHECK_THE_ADDRESS =
  "check that nclue:endpoint (NCLUE_ENDPOINT) is the address of NCLUE's API, then try again";

/** What to do about a refusal whose code says nothing better. */
const REMEDIES: Readonly<Record<Exclude<RefusalKind, "denied">, string>> = {
  throttled: "others use the account's requests, too: try again later",
  transient: "try again later; if it lasts, ask NAVER Cloud's support",
  "not-found": "check the ids in the console, and that address and keys are of the right account",
  "duplicate-name": "use another name",
  rejected: "correct what the answer names, then try again; else ask NAVER Cloud's support",
};
