// Reads status lists with @digitalbazaar/vc-bitstring-status-list, without a network: reads {now, documents, did,
// credentials} from standard input and writes {statuses, error} for each credential.  What counts is the status of each
// result: "verified" says only that the lists could be read and is true for a revoked credential.
import {readFileSync} from 'node:fs';
import {DataIntegrityProof} from '@digitalbazaar/data-integrity';
import {cryptosuite} from '@digitalbazaar/eddsa-rdfc-2022-cryptosuite';
import {contexts} from '@digitalbazaar/credentials-context';

const asked = JSON.parse(readFileSync(0, 'utf8'));
// The library asks the machine for the time; a test that is run in ten years means the day it names.
const TrueDate = Date;
globalThis.Date = class extends TrueDate {
  constructor(...given) { super(...(given.length ? given : [asked.now])); }
  static now() { return new TrueDate(asked.now).getTime(); }
};
const {checkStatus} = await import('@digitalbazaar/vc-bitstring-status-list');

const known = new Map([...contexts]);
known.set(asked.did.id, asked.did);
for(const method of asked.did.verificationMethod) {
  known.set(method.id, {'@context': asked.did['@context'], ...method});
}
for(const [address, document] of Object.entries(asked.documents)) {
  known.set(address, document);
}

async function documentLoader(address) {
  if(!known.has(address)) {
    throw new Error(`nothing is fetched: ${address}`);
  }
  return {contextUrl: null, documentUrl: address, document: known.get(address)};
}

const answers = [];
for(const credential of asked.credentials) {
  const result = await checkStatus({credential, documentLoader, suite: new DataIntegrityProof({cryptosuite})});
  const statuses = Object.fromEntries(
    (result.results ?? []).map(one => [one.credentialStatus.statusPurpose, one.status])
  );
  answers.push({statuses, error: result.error ? result.error.message : null});
}
process.stdout.write(JSON.stringify(answers));
