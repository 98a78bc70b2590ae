// node makeData.mjs: writes a month of made-up behaviour and labels into data/, the same each time.

import { mkdirSync, writeFileSync } from "node:fs";

const [users, labelled, parts] = [1000, 400, 4];
const verbs = ["view", "search", "buy"];
const things = ["running shoes", "marathon", "energy gel", "yoga mat", "sofa", "lamp", "tent"];
const numbers = Array.from({ length: users }, (_, index) => index);

/** Half of the users leave, and those do less before. */
const leaves = (user) => user % 2 === 1;
const idOf = (user) => `u-${`${user}`.padStart(6, "0")}`;
const behaviourOf = (user) =>
  Array.from({ length: leaves(user) ? 3 + (user % 4) : 12 + (user % 20) }, (_, step) => {
    const spread = user * 31 + step * 17;
    return `${verbs[spread % verbs.length]} ${things[(spread >> 1) % things.length]}`;
  }).join("->");

mkdirSync("data/seq/2026-11", { recursive: true });
mkdirSync("data/labels", { recursive: true });
for (let part = 0; part < parts; part++) {
  const own = numbers.filter((user) => user % parts === part);
  write(`seq/2026-11/part-${part}.tsv`, (user) => `${idOf(user)}\t${behaviourOf(user)}`, own);
}
write(
  "labels/churn.tsv",
  (user) => `${idOf(user)}\t${leaves(user) ? 1 : 0}`,
  numbers.slice(0, labelled),
);

function write(file, lineOf, of) {
  writeFileSync(`data/${file}`, of.map((user) => `${lineOf(user)}\n`).join(""));
  console.log(`data/${file}: ${of.length} users`);
}
