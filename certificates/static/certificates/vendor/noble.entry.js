import { p256 as nist } from "@noble/curves/p256";
import { ed25519 as edwards } from "@noble/curves/ed25519";
import { sha256 as hash } from "@noble/hashes/sha256";
// A signature or key that is not even a point is no signature of ours: false, as WebCrypto says it.
const safely = (verify) => (...parts) => { try { return verify(...parts); } catch (error) { return false; } };
export const p256 = safely((signature, message, key) => nist.verify(signature, hash(message), key, { prehash: false, lowS: false }));
export const ed25519 = safely((signature, message, key) => edwards.verify(signature, message, key, { zip215: false }));
export const sha256 = hash;
