export interface KeyPair {
  readonly accessKey: string;
  readonly secretKey: string;
}

/** An account with its access keys, or, in short, a key pair that is an account of its own. */
export type AccountOptions = KeyPair | { readonly name: string; readonly keys: readonly KeyPair[] };

/**
 * What a key may do: everything; nothing, says the gateway (a sub account without a policy:
 * 401, 210); or nothing, says NCLUE (no subscription: 401, 10100).
 */
export type KeyAccess = "allowed" | "deniedByGateway" | "deniedByService";

export interface Key extends KeyPair {
  /** The account's name: jobs belong to it, not to the key. */
  readonly account: string;
  readonly access: KeyAccess;
}

export interface Accounts {
  readonly first: Key;
  find(accessKey: string): Key | undefined;
  list(): readonly Key[];
  add(account: AccountOptions): void;
  setAccess(accessKey: string, access: KeyAccess): void;
  /** Makes a key unknown, as after its deletion in the console. */
  remove(accessKey: string): void;
}

/** The account that there is when none is given. */
export const defaultAccount: KeyPair = {
  accessKey: "simulator-access-key",
  secretKey: "simulator-secret-key",
};

export function createAccounts(given: readonly AccountOptions[] = [defaultAccount]): Accounts {
  const keys = new Map<string, Key>();
  const add = (account: AccountOptions): void => {
    const name = "keys" in account ? account.name : account.accessKey;
    for (const { accessKey, secretKey } of "keys" in account ? account.keys : [account]) {
      keys.set(accessKey, { accessKey, secretKey, account: name, access: "allowed" });
    }
  };
  for (const account of given) add(account);
  const [first] = keys.values();
  if (!first) throw new TypeError("starting the simulator: no account with a key was given");
  return {
    first,
    find: (accessKey) => keys.get(accessKey),
    list: () => [...keys.values()],
    add,
    setAccess(accessKey, access) {
      const key = keys.get(accessKey);
      if (!key) throw new RangeError(`setting the access of key ${accessKey}: unknown key`);
      keys.set(accessKey, { ...key, access });
    },
    remove(accessKey) {
      keys.delete(accessKey);
    },
  };
}
