// Judges the token of a certificate's dense QR by a trust bundle: no network, no library where the browser can do it.
// Formats: docs/formats.md, "Offline token" and "Trust bundle". A plain script of ECMAScript 2019 for browsers from 2020
// on: the verification page, the service worker and the standalone verifier all run this one.
(function () {
  "use strict";
  const LONGEST = 1200;
  const FACTS = 9;
  const ALPHABET = "0123456789ACDEFGHJKMNPQRTVWXY";

  class Refused extends Error {
    constructor(reason, why) {
      super(why);
      this.reason = reason;
    }
  }

  // Bytes

  function fromBase64(text) {
    const raw = atob(text.replace(/-/g, "+").replace(/_/g, "/"));
    return Uint8Array.from(raw, (letter) => letter.charCodeAt(0));
  }

  const toHex = (bytes) => Array.from(bytes, (one) => one.toString(16).padStart(2, "0")).join("");
  const utf8 = (text) => new TextEncoder().encode(text);

  function same(one, other) {
    return one.length === other.length && one.every((value, place) => value === other[place]);
  }

  // The decimal number behind "#" as bytes, the address before it allowed.
  function parseFragment(text) {
    const digits = text.replace(/\s+/g, "").split("#").pop();
    if (!/^[1-9][0-9]{0,2899}$/.test(digits)) throw new Refused("unreadable", "no decimal digits");
    const bytes = [];
    for (let at = 0; at < digits.length; at += 6) {
      const part = digits.slice(at, at + 6);
      let carry = Number(part);
      const times = 10 ** part.length;
      for (let place = 0; place < bytes.length; place += 1) {
        carry += bytes[place] * times;
        bytes[place] = carry & 255;
        carry = Math.floor(carry / 256);
      }
      for (; carry > 0; carry = Math.floor(carry / 256)) bytes.push(carry & 255);
    }
    if (bytes.length > LONGEST) throw new Refused("unreadable", "too long");
    return Uint8Array.from(bytes.reverse());
  }

  // CBOR, its deterministic encoding only

  function head(major, argument) {
    if (argument < 24) return [(major << 5) | argument];
    const size = argument < 256 ? 1 : argument < 65536 ? 2 : argument < 4294967296 ? 4 : 8;
    const bytes = [];
    for (let rest = argument, left = size; left > 0; left -= 1, rest = Math.floor(rest / 256)) bytes.unshift(rest % 256);
    return [(major << 5) | { 1: 24, 2: 25, 4: 26, 8: 27 }[size], ...bytes];
  }

  function decode(bytes) {
    if (bytes.length > LONGEST) throw new Refused("unreadable", "too long");
    let at = 0;

    function readHead() {
      const start = at;
      if (at >= bytes.length) throw new Refused("unreadable", "ends early");
      const major = bytes[at] >> 5, short = bytes[at] & 31;
      at += 1;
      if (short < 24) return [major, short];
      if (short > 27) throw new Refused("unreadable", "no definite length");
      const end = at + (1 << (short - 24));
      let argument = 0;
      for (; at < end; at += 1) argument = argument * 256 + (at < bytes.length ? bytes[at] : NaN);
      if (!Number.isSafeInteger(argument) || !same(bytes.subarray(start, end), head(major, argument))) {
        throw new Refused("unreadable", "not the shortest head");
      }
      return [major, argument];
    }

    function string(length, text) {
      if (length > bytes.length - at) throw new Refused("unreadable", "ends early");
      const part = bytes.slice(at, at + length);
      at += length;
      if (!text) return part;
      try {
        return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(part);
      } catch (error) {
        throw new Refused("unreadable", "no UTF-8");
      }
    }

    function list(length, depth) {
      if (length > bytes.length - at) throw new Refused("unreadable", "ends early");
      const items = [];
      for (let place = 0; place < length; place += 1) items.push(value(depth - 1));
      return items;
    }

    function map(length, depth) {
      const members = new Map();
      let before = "";
      for (let place = 0; place < length; place += 1) {
        const start = at, key = value(depth - 1), spelled = toHex(bytes.subarray(start, at));
        if (typeof key !== "number" || spelled <= before) throw new Refused("unreadable", "keys out of order or twice");
        before = spelled;
        members.set(key, value(depth - 1));
      }
      return members;
    }

    function value(depth) {
      if (depth === 0) throw new Refused("unreadable", "too deep");
      const [major, argument] = readHead();
      if (major === 0) return argument;
      if (major === 1) return -1 - argument;
      if (major === 2 || major === 3) return string(argument, major === 3);
      if (major === 4) return list(argument, depth);
      if (major === 5) return map(argument, depth);
      if (major !== 6) throw new Refused("unreadable", "a kind of value that tokens do not use");
      if (bytes[at] >> 5 === 6) throw new Refused("unreadable", "two tags");
      return { tag: argument, value: value(depth) };
    }

    const found = value(4);
    if (at !== bytes.length) throw new Refused("unreadable", "more bytes than one value");
    return found;
  }

  // The token

  function normalCode(text) {
    const looks = { O: "0", I: "1", L: "1", Z: "2", S: "5", B: "8", U: "V" };
    const symbols = Array.from(text.toUpperCase().replace(/[\s\-‐‑‒–—−_.·]+/g, ""), (one) => looks[one] || one);
    const values = symbols.map((one) => ALPHABET.indexOf(one));
    const sum = values.reduce((total, one, place) => total + one * (place + 1), 0);
    if (symbols.length !== 18 || values.includes(-1) || sum % 29) return "";
    return symbols.join("").replace(/(...)(?=.)/g, "$1-");
  }

  function toBeSigned(protectedHeader, payload) {
    const parts = [head(4, 4), head(3, 10), utf8("Signature1"), head(2, protectedHeader.length), protectedHeader];
    return Uint8Array.from([].concat(...[...parts, head(2, 0), head(2, payload.length), payload].map((part) => Array.from(part))));
  }

  function demand(holds, what) {
    if (!holds) throw new Refused("unknown_format", what);
  }

  const isBytes = (value, length) => value instanceof Uint8Array && (length === undefined || value.length === length);
  const isWhole = (value, low, high) => Number.isSafeInteger(value) && value >= low && value <= high;

  function text(value, longest) {
    demand(typeof value === "string" && value !== "" && Array.from(value).length <= longest, "no text of that length");
    demand(!/[\u0000-\u001f\u007f-\u009f]/.test(value), "a control character");
    return value;
  }

  function keysAre(map, wanted, allowed = []) {
    demand(map instanceof Map, "no map");
    demand(wanted.every((key) => map.has(key)) && [...map.keys()].every((key) => wanted.concat(allowed).includes(key)), "other claims");
    return map;
  }

  function readToken(token) {
    const outer = decode(token);
    demand(outer && outer.tag === 18 && Array.isArray(outer.value) && outer.value.length === 4, "no COSE_Sign1");
    const [protectedHeader, unprotected, payload, signature] = outer.value;
    demand(isBytes(protectedHeader) && isBytes(payload) && isBytes(signature, 64), "not the parts of a COSE_Sign1");
    demand(unprotected instanceof Map && unprotected.size === 0, "something in the unprotected header");
    return { ...claimsOf(protectedHeader, payload), message: toBeSigned(protectedHeader, payload), signature };
  }

  function inner(bytes) {
    try {
      return decode(bytes);
    } catch (error) {
      throw new Refused("unknown_format", error.message);
    }
  }

  function claimsOf(protectedHeader, payload) {
    const header = keysAre(inner(protectedHeader), [1, 4]), claims = keysAre(inner(payload), [5, 7, -65537], [4]);
    const ours = keysAre(claims.get(-65537), Array.from({ length: FACTS }, (_one, place) => place + 1));
    const [issued, expires, place] = [claims.get(5), claims.get(4), ours.get(6)];
    demand(header.get(1) === -7 && isBytes(header.get(4), 8) && isBytes(ours.get(7), 16), "another algorithm, key or record");
    demand(isWhole(issued, 1, 221845392000), "no time of issue");
    demand(expires === undefined || isWhole(expires, issued + 1, 221845392000), "ends before it starts");
    demand(Array.isArray(place) && place.length === 2 && /^[a-z0-9-]{1,40}$/.test(place[0]) && isWhole(place[1], 0, 2147483647), "no place in a list");
    demand(isWhole(ours.get(9), -48, 56) && isWhole(ours.get(3), 1, 2) && isBytes(claims.get(7), 18), "other claims");
    const symbols = String.fromCharCode(...claims.get(7)), code = normalCode(symbols);
    demand(code && code.replace(/-/g, "") === symbols, "no public code");
    return {
      keyId: `k2-${toHex(header.get(4))}`,
      code,
      number: text(ours.get(1), 80),
      name: text(ours.get(2), 80),
      kind: ours.get(3) === 1 ? "training" : "competence",
      course: text(ours.get(4), 40),
      result: text(ours.get(5), 60),
      issuer: text(ours.get(8), 64),
      issuedAt: issued * 1000,
      expiresAt: expires === undefined ? null : expires * 1000,
      issuedOn: day(issued, ours.get(9)),
      validUntil: expires === undefined ? "" : day(expires - 1, ours.get(9)),
      list: place[0],
      index: place[1],
      recordHash: toHex(ours.get(7)),
    };
  }

  const day = (seconds, quarters) => new Date((seconds + quarters * 900) * 1000).toISOString().slice(0, 10);

  // Signatures: by the browser where it can, else by what a page has brought along as `suluhNoble` (see vendor).

  const subtle = () => (self.crypto && self.crypto.subtle) || null;

  async function noble() {
    if (!self.suluhNoble && core.bring) await core.bring();
    if (!self.suluhNoble) throw new Error("this browser cannot check signatures");
    return self.suluhNoble;
  }

  async function byBrowser(publicKey, kind, how, signature, message) {
    const key = await subtle().importKey("spki", publicKey, kind, false, ["verify"]);
    return subtle().verify(how, key, signature, message);
  }

  async function verifyCode(publicKey, message, signature) {
    const spki = fromBase64(publicKey);
    if (subtle()) {
      return byBrowser(spki, { name: "ECDSA", namedCurve: "P-256" }, { name: "ECDSA", hash: "SHA-256" }, signature, message);
    }
    return (await noble()).p256(signature, message, spki.slice(-65));
  }

  async function verifyRecord(publicKey, message, signature) {
    const spki = fromBase64(publicKey);
    if (subtle()) {
      try {
        return await byBrowser(spki, { name: "Ed25519" }, { name: "Ed25519" }, signature, message);
      } catch (error) {
        // A browser that does not know Ed25519 says so here; a signature that does not hold gives false, no error.
      }
    }
    return (await noble()).ed25519(signature, message, spki.slice(-32));
  }

  async function sha256(bytes) {
    if (subtle()) return new Uint8Array(await subtle().digest("SHA-256", bytes));
    return (await noble()).sha256(bytes);
  }

  // The bundle

  function canonical(value) {
    if (Array.isArray(value)) return `[${value.map(canonical).join(",")}]`;
    if (value === null || typeof value !== "object") return JSON.stringify(value);
    return `{${Object.keys(value).sort().map((name) => `${JSON.stringify(name)}:${canonical(value[name])}`).join(",")}}`;
  }

  const MEMBERS = "checkpoint format hosts key keys lists made_at next_by replaced signature version";

  // The bundle in this text. `signed` false leaves the signature unchecked: for one that came straight from our own host.
  async function readBundle(source, { signed = true } = {}) {
    let bundle, key;
    try {
      bundle = JSON.parse(source);
      const whole = Object.keys(bundle).sort().join(" ") === MEMBERS && bundle.format === "suluh-trust" && bundle.version === 1;
      demand(whole && canonical(bundle) === source.trim(), "another format");
      key = findKey(bundle, bundle.key, "record");
      checkLists(bundle.lists);
    } catch (error) {
      throw new Refused("unreadable", "no trust bundle of version 1");
    }
    if (!key || !covers(key, Date.parse(bundle.made_at))) throw new Refused("key", "not signed by one of its record keys in its time");
    if (signed && !(await isSigned(bundle, key))) throw new Refused("signature", "the signature does not hold");
    return bundle;
  }

  async function isSigned(bundle, key) {
    const { signature, ...rest } = bundle;
    if (!/^[A-Za-z0-9_-]{86}$/.test(signature)) return false;
    return verifyRecord(key.public_key, utf8(canonical(rest)), fromBase64(signature));
  }

  // Whether a list may take the place of one that is known: signed in its time by a record key that the known one holds.
  // By that key itself: a stranger's list may well call another key by the same id.
  async function follows(bundle, known) {
    const key = findKey(known, bundle.key, "record");
    return Boolean(key) && covers(key, Date.parse(bundle.made_at)) && isSigned(bundle, key);
  }

  function checkLists(lists) {
    const seen = new Set();
    for (const { list, purpose, set, length } of lists) {
      const rising = set.every((place, at) => isWhole(place, 0, length - 1) && (at === 0 || place > set[at - 1]));
      if (!rising || seen.has(`${list} ${purpose}`)) throw new Refused("unreadable", "a list out of order or twice");
      seen.add(`${list} ${purpose}`);
    }
  }

  function findKey(bundle, id, purpose) {
    return bundle.keys.keys.find((entry) => entry.key_id === id && entry.purpose === purpose);
  }

  function covers(key, at) {
    const ends = [key.not_after, key.retired_at, key.revoked_at].filter(Boolean).map((one) => Date.parse(one));
    return Date.parse(key.not_before) <= at && at <= Math.min(...ends) && !(key.revoked_at && at === Date.parse(key.revoked_at));
  }

  // What may be said about a genuine certificate, the gravest first: certificates/states.py holds the same order.
  const ORDER = ["revoked", "replaced", "suspended", "expired", "status_unknown", "valid"];

  // The answer: the gravest of what the lists say and of its own end.
  const weigh = (word, expired) => (expired && ORDER.indexOf("expired") < ORDER.indexOf(word) ? "expired" : word);

  // What the lists say about a place: a set one counts however old the list is, none set only within the lists' time.
  function statusOf(bundle, list, index, at) {
    const of = (purpose) => bundle.lists.find((one) => one.list === list && one.purpose === purpose);
    const suspension = of("suspension"), revocation = of("revocation");
    const both = [revocation, suspension].filter(Boolean);
    const asOf = both.map((one) => one.valid_from).sort()[0] || "";
    if (revocation && revocation.set.includes(index)) {
      const replaced = (bundle.replaced[list] || []).includes(index);
      return { word: replaced ? "replaced" : "revoked", asOf: revocation.valid_from };
    }
    if (suspension && suspension.set.includes(index)) return { word: "suspended", asOf: suspension.valid_from };
    const counts = (one) => Date.parse(one.valid_from) <= at && at <= Date.parse(one.valid_until) && index < one.length;
    return { word: both.length === 2 && both.every(counts) ? "valid" : "status_unknown", asOf };
  }

  // The answer about a token at a time (milliseconds); `code` is the one in the address before it, if there was one.
  async function judge(token, bundle, at, code = "") {
    let claims;
    try {
      claims = readToken(token);
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      return { answer: error.reason };
    }
    const key = findKey(bundle, claims.keyId, "code");
    if (!key || !covers(key, claims.issuedAt)) return { answer: "no_key", claims };
    if (!(await verifyCode(key.public_key, claims.message, claims.signature))) return { answer: "bad_signature", claims };
    if (code && code !== claims.code) return { answer: "other_code", claims };
    const { word, asOf } = statusOf(bundle, claims.list, claims.index, at);
    const known = word === "valid" && key.revoked_at ? "status_unknown" : word;
    const expired = claims.expiresAt !== null && claims.expiresAt <= at;
    return { answer: weigh(known, expired), claims, asOf, expired, genuine: true, demo: key.demo };
  }

  const core = { Refused, parseFragment, readToken, readBundle, follows, judge, weigh, statusOf, findKey, covers, normalCode, canonical, sha256, verifyRecord, verifyCode, utf8, toHex, bring: null };
  self.suluhOffline = core;
})();
