// Reads {edition, scripts: {name: text}} and says by name why acorn refuses a script at that edition of ECMAScript.
import { readFileSync } from "node:fs";
import { parse } from "acorn";

const { edition, scripts } = JSON.parse(readFileSync(0, "utf8"));
const refused = {};
for (const [name, text] of Object.entries(scripts)) {
  try {
    parse(text, { ecmaVersion: edition, sourceType: "script" });
  } catch (error) {
    refused[name] = error.message;
  }
}
process.stdout.write(JSON.stringify(refused));
