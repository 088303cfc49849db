// An independent check of what /v/<code> says about the log: nothing of the product is used.  RFC 9162, 2.1.3.2 for
// the path, C2SP signed-note for the signature.  Reads {answer, jwks} from stdin; prints what it found as JSON.
import { createHash, createPublicKey, verify } from "node:crypto";
import { readFileSync } from "node:fs";

const sha256 = (...parts) => createHash("sha256").update(Buffer.concat(parts)).digest();
const { answer, jwks } = JSON.parse(readFileSync(0, "utf8"));

function head(note) {
  const [text, rest] = note.split("\n\n");
  const [origin, size, root] = text.split("\n");
  const [, name, signature] = /^\u2014 (\S+) (\S+)\n$/.exec(rest);
  const blob = Buffer.from(signature, "base64");
  const signer = jwks.keys.find((jwk) => {
    const raw = jwk.crv === "Ed25519" ? Buffer.from(jwk.x, "base64url") : Buffer.alloc(0);
    const id = sha256(Buffer.from(`${name}\n`), Buffer.from([1]), raw).subarray(0, 4);
    return jwk.crv === "Ed25519" && id.equals(blob.subarray(0, 4))
      && verify(null, Buffer.from(`${text}\n`), createPublicKey({ key: jwk, format: "jwk" }), blob.subarray(4));
  });
  return { origin, name, size: BigInt(size), root: Buffer.from(root, "base64"), signer: signer?.kid ?? null };
}

function included(index, size, leaf, path, root) {
  if (index >= size) return false;
  let fn = index, sn = size - 1n, r = leaf;
  for (const p of path) {
    if (sn === 0n) return false;
    if (fn & 1n || fn === sn) {
      r = sha256(Buffer.from([1]), p, r);
      while (!(fn & 1n) && fn !== 0n) { fn >>= 1n; sn >>= 1n; }
    } else {
      r = sha256(Buffer.from([1]), r, p);
    }
    fn >>= 1n; sn >>= 1n;
  }
  return sn === 0n && r.equals(root);
}

const found = head(answer.log.checkpoint);
const entries = answer.log.entries.map((each) => ({
  kind: JSON.parse(each.details).kind,
  included: included(
    BigInt(each.position), found.size, sha256(Buffer.from([0]), Buffer.from(each.entry)),
    each.proof.map((text) => Buffer.from(text, "hex")), found.root,
  ),
  opens: JSON.parse(each.entry).commitment === sha256(Buffer.from(each.details)).toString("hex"),
  hashes: JSON.parse(each.details).hashes,
}));
console.log(JSON.stringify({ origin: found.origin, named: found.name === found.origin, signer: found.signer, entries }));
