// Runs the verifier's scripts over the frozen vectors under Node: `bare` takes WebCrypto away first, so that what was
// brought along has to do it. Prints one JSON object of answers for tests/certificates/test_offline_script.py.
"use strict";
const fs = require("fs"), vm = require("vm"), path = require("path");
const root = path.dirname(__dirname), from = (...parts) => fs.readFileSync(path.join(root, ...parts), "utf8");
const bare = process.argv[2] === "bare";
globalThis.self = globalThis;
if (bare) {
  Object.defineProperty(globalThis, "crypto", { value: undefined });
  vm.runInThisContext(from("certificates/static/certificates/vendor/noble.js"));
}
vm.runInThisContext(from("certificates/static/certificates/offline_core.js"));
vm.runInThisContext(from("certificates/offline/verifier/words.js"));
vm.runInThisContext(from("certificates/offline/verifier/credential.js"));
const core = self.suluhOffline, vectors = (name) => JSON.parse(from("tests/vectors", name));
const told = (error) => error.reason || String(error);

(async () => {
  const tokens = vectors("offline-token/tokens.json"), trust = vectors("trust-bundle/verdicts.json");
  const bundle = await core.readBundle(from("tests/vectors/trust-bundle/bundle.json"));
  const read = tokens.tokens.map(({ url }) => {
    const { message, signature, ...claims } = core.readToken(core.parseFragment(url));
    return claims;
  });
  const refusal = (attempt) => { try { attempt(); return ""; } catch (error) { return told(error); } };
  const refused = tokens.refused.map(({ token }) => refusal(() => core.readToken(Uint8Array.from(Buffer.from(token, "hex")))));
  const fragments = tokens.fragments.refused.map((text) => refusal(() => core.parseFragment(text)));
  const verdicts = [];
  for (const row of trust.verdicts) {
    const { answer, asOf } = await core.judge(core.parseFragment(row.token), bundle, Date.parse(row.at), row.code);
    verdicts.push([answer, asOf || ""]);
  }
  // The table of verdicts: a bundle with the row's places set, and a clock before or after the end of its lists.
  const table = vectors("verdicts/table.json").rows.map((row) => {
    const list = (purpose, set) => ({ list: "1", purpose, set: set ? [7] : [], length: 131072, valid_from: "2026-11-22T00:00:00Z", valid_until: "2026-11-24T00:00:00Z" });
    const lists = [list("revocation", row.revocation), list("suspension", row.suspension)];
    const at = Date.parse(row.fresh ? "2026-11-23T00:00:00Z" : "2026-11-25T00:00:00Z");
    return core.weigh(core.statusOf({ lists, replaced: row.replaced ? { 1: [7] } : {} }, "1", 7, at).word, row.expired);
  });
  const bundles = [];
  for (const { text } of trust.refused) bundles.push(await core.readBundle(text).then(() => "", told));
  const asked = JSON.parse(fs.readFileSync(0, "utf8")), follows = [], credentials = [];
  for (const text of asked.lists) follows.push(await core.follows(await core.readBundle(text), asked.known));
  for (const job of asked.jobs) {
    const { proof, ...document } = JSON.parse(job.text);
    const quads = await self.suluhCredential.documentQuads(document).catch(told);
    const { answer } = await self.suluhCredential.check(job.text, job.bundle, Date.parse(job.at));
    credentials.push([answer, quads]);
  }
  process.stdout.write(JSON.stringify({ read, refused, fragments, verdicts, table, bundles, follows, credentials }));
})();
