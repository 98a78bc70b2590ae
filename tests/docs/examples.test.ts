import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { load } from "js-yaml";
import { repositoryFolder } from "../../tools/folders.mjs";

interface Project {
  readonly name: string;
  readonly description: string;
  readonly main?: string;
  readonly template?: {
    readonly description: string;
    readonly config: Readonly<Record<string, { description?: string; default?: string }>>;
  };
}

const names = readdirSync(path.join(repositoryFolder, "examples"));

describe("Each example", () => {
  for (const name of names) {
    describe(name, () => {
      const { template, ...project } = yaml<Project>("examples", name, "Pulumi.yaml");
      const code = text("examples", name, "index.ts");

      it("is a template whose own name serves where it is, and gives way in a copy", () => {
        assert.equal(project.name, `nclue-${name}`);
        assert.equal(project.name, JSON.parse(text("examples", name, "package.json")).name);
        assert.ok(template);
        assert.equal(template.description, project.description);
      });

      it("asks for each setting that its program reads, and for no other", () => {
        const read = [...code.matchAll(/config\.(get|require)\w*(?:<.*>)?\("(\w+)"\)/g)];
        const asked = template?.config ?? {};
        assert.deepEqual(Object.keys(asked).sort(), read.map(([, , key]) => key).sort());
        for (const [key, { description }] of Object.entries(asked)) assert.ok(description, key);
      });

      it("has the default of a setting in the program too, where it has one", () => {
        for (const [key, setting] of Object.entries(template?.config ?? {})) {
          const read = new RegExp(`config\\.get\\w*\\("${key}"\\) \\?\\? "?([^";,]*)`).exec(code);
          assert.equal(read?.[1], setting.default, key);
        }
      });

      it("says in its README how to set it up, and where its guide is", () => {
        const readme = text("examples", name, "README.md");
        for (const key of Object.keys(template?.config ?? {})) {
          if (template?.config[key]?.default !== undefined) continue;
          assert.match(readme, new RegExp(`config set (--path )?${key}\\b`), key);
        }
        assert.match(readme, /^Guide: \[.*\]\(\.\.\/\.\.\/docs\/guides\/[a-z-]+\.md\)\.$/m);
      });

      it("says in its README how a copy outside the clone is installed", () => {
        const readme = text("examples", name, "README.md");
        assert.ok(readme.includes(`pulumi new path/to/examples/${name} --generate-only`));
        const [install = ""] = /^npm i .*$/m.exec(text("README.md")) ?? [];
        assert.ok(readme.includes(`\n$ ${install}\n`), install);
      });

      it("is set up like the others", () => {
        const settings = ["tsconfig.json", "package.json"];
        const asBasic = (file: string) => text("examples", "basic", file);
        assert.match(text("examples", name, ".gitignore"), /^node_modules\/$/m);
        for (const file of settings) {
          const own = text("examples", name, file).replace(`nclue-${name}`, "nclue-basic");
          assert.equal(own, asBasic(file), file);
        }
      });
    });
  }

  it("can be run at the root of the repository, if it is the basic one", () => {
    const { name, description, main } = yaml<Project>("Pulumi.yaml");
    const basic = yaml<Project>("examples", "basic", "Pulumi.yaml");
    assert.deepEqual({ name, description }, { name: basic.name, description: basic.description });
    assert.equal(main, "examples/basic");
  });
});

function yaml<T>(...file: readonly string[]): T {
  return load(text(...file)) as T;
}

function text(...file: readonly string[]): string {
  return readFileSync(path.join(repositoryFolder, ...file), "utf8");
}
