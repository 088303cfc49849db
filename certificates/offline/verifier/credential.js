// Checks a credential of ours (Open Badges 3.0, proof eddsa-rdfc-2022) without a JSON-LD processor: the RDF of exactly
// the shape that certificates/credential/document.py writes is spelled out from a table; any other shape is refused.
(function () {
  "use strict";
  const core = self.suluhOffline;
  const OB = "https://purl.imsglobal.org/spec/vc/ob/vocab.html#", VC = "https://www.w3.org/2018/credentials#";
  const STATUS = "https://www.w3.org/ns/credentials/status#", SCHEMA = "https://schema.org/", SECURITY = "https://w3id.org/security#";
  const XSD = "https://www.w3.org/2001/XMLSchema#", TIME = "http://www.w3.org/2001/XMLSchema#dateTime";
  const TYPE = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type";
  const ADDRESS = /^(?:https?|did|urn):[^\u0000-\u0020<>"{}|\\^`\u007f]+$/;
  const CONTEXTS = ["https://www.w3.org/ns/credentials/v2", "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json", "https://purl.imsglobal.org/spec/ob/v3p0/extensions.json"];

  // Each member: the property's address, then what stands there: a datatype's address, "@id", or the table of a node.
  const IDENTIFIER = { type: ["IdentifierEntry", OB], identifier: [OB], identifierType: [OB] };
  const IDENTITY = { type: ["IdentityObject", OB], hashed: [OB, `${XSD}boolean`], identityHash: [OB], identityType: [OB], salt: [OB] };
  const RESULT = { type: ["Result", OB], resultDescription: [OB, `${XSD}anyURI`], value: [SCHEMA] };
  const DESCRIPTION = { id: true, type: ["ResultDescription", OB], name: [SCHEMA], resultType: [OB] };
  const ACHIEVEMENT = {
    id: true, type: ["Achievement", OB], achievementType: [OB], name: [SCHEMA], humanCode: [OB], version: [OB], inLanguage: [SCHEMA],
    description: [SCHEMA], criteria: [OB, { narrative: [OB] }, "Criteria"], creditsAvailable: [OB, `${XSD}float`], resultDescription: [OB, [DESCRIPTION]],
  };
  const SUBJECT = {
    id: true, type: ["AchievementSubject", OB], name: [SCHEMA], identifier: [OB, [IDENTITY]], licenseNumber: [OB], activityStartDate: [OB, `${XSD}date`],
    activityEndDate: [OB, `${XSD}date`], creditsEarned: [OB, `${XSD}float`], term: [OB], result: [OB, [RESULT]], achievement: [OB, ACHIEVEMENT],
  };
  const ISSUER = { id: true, type: ["Profile", OB], name: [SCHEMA], url: [SCHEMA, `${XSD}anyURI`], "otherIdentifier?": [OB, [IDENTIFIER]] };
  const ENTRY = { id: true, type: "BitstringStatusListEntry", statusPurpose: [STATUS], statusListIndex: [STATUS], statusListCredential: [STATUS, "@id"] };
  const CREDENTIAL = {
    id: true, type: ["VerifiableCredential", VC, "OpenBadgeCredential", OB], name: [SCHEMA], issuer: [VC, ISSUER], validFrom: [VC, TIME], "validUntil?": [VC, TIME],
    credentialSubject: [VC, SUBJECT], evidence: [VC, [{ id: true, type: ["Evidence", OB], name: [SCHEMA], description: [SCHEMA] }]],
    credentialStatus: [VC, [ENTRY]], credentialSchema: [VC, [{ id: true, type: "1EdTechJsonSchemaValidator2019" }]],
  };
  const SINGLE = { BitstringStatusListEntry: STATUS, "1EdTechJsonSchemaValidator2019": "https://purl.imsglobal.org/spec/vccs/v1p0/context.json#" };

  function refuse(why) {
    throw new core.Refused("unknown_format", why);
  }

  function literal(value, datatype) {
    if (datatype === `${XSD}float`) {
      if (typeof value !== "number" || !(Math.abs(value) <= 1000000)) refuse("no number of usual size");
      return `"${Number.isInteger(value) ? value : scientific(value)}"^^<${datatype}>`;
    }
    if (datatype === `${XSD}boolean`) return typeof value === "boolean" ? `"${value}"^^<${datatype}>` : refuse("no truth value");
    if (typeof value !== "string" || /[\u0000-\u001f\u007f]/.test(value)) refuse("no text");
    const text = `"${value.replace(/\\/g, "\\\\").replace(/"/g, '\\"')}"`;
    return datatype ? `${text}^^<${datatype}>` : text;
  }

  // A number with a fraction as JSON-LD writes it: 1.05E1
  function scientific(value) {
    const [digits, exponent] = value.toExponential().split("e");
    return `${digits.includes(".") ? digits : `${digits}.0`}E${Number(exponent)}`;
  }

  const iri = (value) => (typeof value === "string" && ADDRESS.test(value) ? `<${value}>` : refuse("no address"));

  // The statements of one node; nodes without an id get a name that labels() replaces.
  function statements(node, table, out) {
    const wanted = Object.keys(table).map((name) => name.replace("?", ""));
    if (!node || typeof node !== "object" || Array.isArray(node) || Object.keys(node).some((name) => !wanted.includes(name))) refuse("another shape");
    const subject = table.id ? iri(node.id) : `_:b${(out.blanks += 1)}`;
    types(node.type, table.type, subject, out);
    for (const [entry, rule] of Object.entries(table)) {
      const name = entry.replace("?", "");
      if (name === "id" || name === "type" || (name !== entry && node[name] === undefined)) continue;
      const [base, kind, spelled] = rule;
      for (const value of Array.isArray(kind) ? rows(node[name]) : [node[name]]) {
        const nested = Array.isArray(kind) ? kind[0] : kind;
        const object = nested && typeof nested === "object" ? statements(value, nested, out) : nested === "@id" ? iri(value) : literal(value, nested);
        out.quads.push([subject, `<${base}${spelled || name}>`, object]);
      }
    }
    return subject;
  }

  const rows = (value) => (Array.isArray(value) && value.length ? value : refuse("no list"));

  function types(given, wanted, subject, out) {
    if (!wanted) return;
    const pairs = Array.isArray(wanted) ? wanted : [wanted, SINGLE[wanted]];
    const names = pairs.filter((_one, place) => place % 2 === 0);
    if (core.canonical([].concat(given)) !== core.canonical(names)) refuse("another type");
    names.forEach((name, place) => out.quads.push([subject, `<${TYPE}>`, `<${pairs[place * 2 + 1]}${name}>`]));
  }

  function byCodePoint(one, other) {
    const [left, right] = [Array.from(one), Array.from(other)];
    for (let place = 0; place < Math.min(left.length, right.length); place += 1) {
      if (left[place] !== right[place]) return left[place].codePointAt(0) - right[place].codePointAt(0);
    }
    return left.length - right.length;
  }

  // RDFC-1.0 for graphs like ours: the statements of each nameless node tell it apart from every other one.
  async function nquads({ quads, blanks }) {
    const line = (quad, name) => `${quad.map((part) => (part.startsWith("_:") ? name(part) : part)).join(" ")} .\n`;
    const hashes = [];
    for (let number = 1; number <= blanks; number += 1) {
      const mine = quads.filter((quad) => quad.includes(`_:b${number}`));
      const lines = mine.map((quad) => line(quad, (part) => (part === `_:b${number}` ? "_:a" : "_:z"))).sort(byCodePoint);
      hashes.push([core.toHex(await core.sha256(core.utf8(lines.join("")))), `_:b${number}`]);
    }
    hashes.sort((one, other) => byCodePoint(one[0], other[0]));
    if (new Set(hashes.map(([hash]) => hash)).size !== hashes.length) refuse("two nodes that cannot be told apart");
    const names = new Map(hashes.map(([_hash, node], place) => [node, `_:c14n${place}`]));
    const lines = new Set(quads.map((quad) => line(quad, (part) => names.get(part))));
    return [...lines].sort(byCodePoint).join("");
  }

  async function documentQuads(document) {
    const { "@context": contexts, ...members } = document;
    if (core.canonical(contexts) !== core.canonical(CONTEXTS)) refuse("other contexts");
    const out = { quads: [], blanks: 0 };
    statements(members, CREDENTIAL, out);
    return nquads(out);
  }

  function proofQuads(proof) {
    return [
      `_:c14n0 <http://purl.org/dc/terms/created> "${proof.created}"^^<${TIME}> .\n`,
      `_:c14n0 <${TYPE}> <${SECURITY}DataIntegrityProof> .\n`,
      `_:c14n0 <${SECURITY}cryptosuite> "eddsa-rdfc-2022"^^<${SECURITY}cryptosuiteString> .\n`,
      `_:c14n0 <${SECURITY}proofPurpose> <${SECURITY}assertionMethod> .\n`,
      `_:c14n0 <${SECURITY}verificationMethod> ${iri(proof.verificationMethod)} .\n`,
    ].join("");
  }

  function fromBase58(text) {
    const alphabet = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";
    const bytes = [];
    for (const letter of text) {
      let carry = alphabet.indexOf(letter);
      if (carry < 0) return new Uint8Array(0);
      for (let place = 0; place < bytes.length; place += 1, carry >>= 8) bytes[place] = (carry += bytes[place] * 58) & 255;
      for (; carry > 0; carry >>= 8) bytes.push(carry & 255);
    }
    for (const letter of text) if (letter === "1") bytes.push(0); else break;
    return Uint8Array.from(bytes.reverse());
  }

  const PROOF = "created cryptosuite proofPurpose proofValue type verificationMethod";

  async function holds(document, key) {
    const { proof, ...rest } = document;
    const made = fromBase58(proof.proofValue.slice(1));
    const halves = [proofQuads(proof), await documentQuads(rest)].map((text) => core.sha256(core.utf8(text)));
    const [first, second] = await Promise.all(halves);
    const message = new Uint8Array(64);
    message.set(first);
    message.set(second, 32);
    return proof.proofValue.startsWith("z") && made.length === 64 && core.verifyRecord(key.public_key, message, made);
  }

  function parse(text) {
    const document = JSON.parse(text), open = [];
    // What was parsed is JSON, so that its texts and marks are enough to tell the members of each object.
    for (const token of text.match(/"(?:[^"\\]|\\.)*"|[{}[\],]/g) || []) {
      const inside = open[open.length - 1];
      if (token === "{" || token === "[") open.push({ names: new Set(), next: token === "{", object: token === "{" });
      else if (token === "}" || token === "]") open.pop();
      else if (token === ",") inside.next = inside.object;
      else if (inside && inside.next) {
        const name = JSON.parse(token);
        if (inside.names.has(name)) refuse("a member twice");
        inside.names.add(name);
        inside.next = false;
      }
    }
    return document;
  }

  // The answer about a credential's text at a time (milliseconds).
  async function check(text, bundle, at) {
    let document;
    try {
      document = parse(text.replace(/^\ufeff/, ""));
    } catch (error) {
      return { answer: error instanceof core.Refused ? error.reason : "unreadable" };
    }
    try {
      return await judge(document, bundle, at);
    } catch (error) {
      // Reading members of another shape fails in many ways, all of which mean the same.
      if (error instanceof core.Refused || error instanceof TypeError) return { answer: "unknown_format" };
      throw error;
    }
  }

  async function judge(document, bundle, at) {
    const proof = document.proof, created = Date.parse(proof.created);
    const shaped = Object.keys(proof).sort().join(" ") === PROOF && /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/.test(proof.created);
    if (!shaped || proof.type !== "DataIntegrityProof" || proof.cryptosuite !== "eddsa-rdfc-2022" || proof.proofPurpose !== "assertionMethod") refuse("another proof");
    const [did, keyId] = proof.verificationMethod.split("#");
    const key = core.findKey(bundle, keyId, "record");
    if (!key || !core.covers(key, created)) return { answer: "no_key" };
    if (did !== document.issuer.id || !(await holds(document, key))) return { answer: "bad_signature" };
    return told(document, key, bundle, at);
  }

  async function told(document, key, bundle, at) {
    const subject = document.credentialSubject, [host, code] = /^https?:\/\/([^/]+)\/v\/(.+)$/.exec(document.id).slice(1);
    if (document.issuer.id !== `did:web:${host.replace(":", "%3A")}` || core.normalCode(code) !== code) refuse("another issuer");
    if (!bundle.hosts.includes(host)) return { answer: "other_host", host };
    const identity = subject.identifier[0];
    const named = `sha256$${core.toHex(await core.sha256(core.utf8(subject.name + identity.salt)))}`;
    if (named !== identity.identityHash) refuse("another name");
    const [list, index] = slot(document);
    const { word, asOf } = core.statusOf(bundle, list, index, at);
    const known = word === "valid" && key.revoked_at ? "status_unknown" : word;
    const expired = Boolean(document.validUntil) && Date.parse(document.validUntil) < at;
    const claims = { name: subject.name };
    const rows = [
      ["Nomor", subject.licenseNumber],
      ["Sertifikat", document.name],
      ["Hasil", subject.result[0].value],
      ["Penerbit", document.issuer.name],
      ["Terbit", momentInWords(Date.parse(document.validFrom))],
      ["Berlaku sampai", document.validUntil ? momentInWords(Date.parse(document.validUntil)) : "tanpa batas waktu"],
      ["Kode", code],
      ["Tanda tangan", `cocok, dibuat kunci ${key.key_id}`],
    ];
    return { answer: core.weigh(known, expired), claims, asOf, expired, rows, genuine: true, demo: key.demo };
  }

  function slot(document) {
    const found = document.credentialStatus.map((row) => [row.statusListCredential.split("/status/")[1].split("/"), row]);
    const purposes = found.map(([[_list, purpose], row]) => (row.statusPurpose === purpose ? purpose : refuse("another list"))).sort().join(" ");
    const same = found.every(([[list], row]) => list === found[0][0][0] && row.statusListIndex === found[0][1].statusListIndex);
    if (purposes !== "revocation suspension" || !same || !/^\d{1,10}$/.test(found[0][1].statusListIndex)) refuse("another list");
    return [found[0][0][0], Number(found[0][1].statusListIndex)];
  }

  self.suluhCredential = { check, documentQuads };
})();
