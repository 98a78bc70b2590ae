import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import path from "node:path";
import type { Hunspell } from "hunspell-wasm";
import { type Page, pages } from "../support/markdown";

// Every word of the pages, code aside, is in a dictionary or in words.txt. Korean words there take the
// particles that a Korean noun with the same last sound takes.

const wordsFile = path.join(__dirname, "words.txt");
const accepted = readFileSync(wordsFile, "utf8").trim().split("\n");
const isKorean = (word: string) => /\p{Script=Hangul}/u.test(word);

describe("The spelling", () => {
  let english: Hunspell;
  let korean: Hunspell;
  const isRight = (word: string) => {
    if (isKorean(word)) return korean.testSpelling(word);
    const isIdentifier = /\p{Ll}\p{Lu}/u.test(word);
    return isIdentifier || english.testSpelling(word) || english.testSpelling(withoutOwner(word));
  };

  before(async () => {
    [english, korean] = await Promise.all([dictionary("en-gb"), dictionary("ko")]);
    for (const word of accepted) {
      if (isKorean(word)) korean.addWordWithAffix(decomposed(word), decomposed(likeNoun(word)));
      else english.addWord(word);
    }
  });
  after(() => {
    english.dispose();
    korean.dispose();
  });

  for (const page of pages()) {
    it(`of ${page.file} is right`, () => {
      const wrong = wordsOf(page).filter(({ word }) => !isRight(word));
      assert.deepEqual(
        wrong.map(({ word, line }) => `${page.file}:${line}: ${word}`),
        [],
        `correct it, or add the word to ${wordsFile}`,
      );
    });
  }

  it("is checked in both languages", () => {
    const right = ["behaviour", "Pulumi's", "결과를", "완료되었습니다", "버킷에서"];
    const wrong = ["recieve", "seperate", "됬습니다", "실행하비다", "버킷를"];
    assert.deepEqual([...right, ...wrong].filter(isRight), right);
  });

  it("has a list of words that is sorted and holds each word once", () => {
    assert.deepEqual(accepted, [...new Set(accepted)].sort());
  });
});

async function dictionary(language: string): Promise<Hunspell> {
  const { createHunspellFromFiles } = await import("hunspell-wasm");
  const folder = path.dirname(require.resolve(`dictionary-${language}`));
  return createHunspellFromFiles(path.join(folder, "index.aff"), path.join(folder, "index.dic"));
}

/** A Korean word without space after code or Latin letters is a particle, and left out. */
function wordsOf({ prose }: Page): readonly { readonly word: string; readonly line: number }[] {
  const words =
    /(?<![\p{L}\p{N}`)])\p{Script=Hangul}+|(?!\p{Script=Hangul})\p{L}(?:(?!\p{Script=Hangul})[\p{L}\p{M}'’])*/gu;
  return prose
    .split("\n")
    .flatMap((text, i) => [...text.matchAll(words)].map(([word]) => ({ word, line: i + 1 })));
}

function withoutOwner(word: string): string {
  return word.replace(/['’]s?$/, "");
}

/** The form in which the Korean dictionary keeps its words. */
function decomposed(word: string): string {
  return word.normalize("NFD");
}

/** A noun of the dictionary that ends as this one does: in a vowel, ㄹ, or another consonant. */
function likeNoun(word: string): string {
  const finals = 28;
  const final = ((word.codePointAt(word.length - 1) ?? 0) - 0xac00) % finals;
  if (final === 0) return "서버";
  return final === 8 ? "파일" : "스택";
}
