// The npm digitalbazaar stack: signs and verifies with eddsa-rdfc-2022, its own JSON-LD and canonicalizer.
import * as Ed25519Multikey from '@digitalbazaar/ed25519-multikey';
import * as vc from '@digitalbazaar/vc';
import { DataIntegrityProof } from '@digitalbazaar/data-integrity';
import { cryptosuite } from '@digitalbazaar/eddsa-rdfc-2022-cryptosuite';
import { serve } from './serve.mjs';

serve(async ({ contexts, did, multikey, secretMultikey, created }) => {
  const id = `${did}#${multikey}`;
  const key = await Ed25519Multikey.from({
    '@context': 'https://w3id.org/security/multikey/v1',
    id, type: 'Multikey', controller: did, publicKeyMultibase: multikey, secretKeyMultibase: secretMultikey,
  });
  const method = await key.export({ publicKey: true, includeContext: true });
  const controller = { '@context': 'https://www.w3.org/ns/did/v1', id: did, assertionMethod: [id] };
  const documents = { ...contexts, [id]: method, [did]: controller };
  const documentLoader = async (url) => {
    if (!(url in documents)) throw new Error(`not offline: ${url}`);
    return { contextUrl: null, documentUrl: url, document: documents[url], tag: 'static' };
  };
  return {
    sign: (credential) => vc.issue({
      credential, documentLoader,
      suite: new DataIntegrityProof({ signer: key.signer(), date: created, cryptosuite }),
    }),
    verify: async (credential) => {
      const suite = new DataIntegrityProof({ cryptosuite });
      const result = await vc.verifyCredential({
        credential, suite, documentLoader, now: new Date(created),
        checkStatus: async () => ({ verified: true }), // the list is not what is measured
      });
      if (!result.verified) throw result.error;
    },
  };
});
