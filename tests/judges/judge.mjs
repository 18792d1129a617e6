// Judges one document: JSON in ({kind, document, web, now}), a line of JSON out ({verified, error, payload}).
// `web` is all of the web there is, {url: {status, type, body (base64)}}: what is not in it does not exist.
import { createRequire } from 'node:module';
import { readFileSync } from 'node:fs';

const require = createRequire(import.meta.url);
const asked = JSON.parse(readFileSync(0, 'utf8'));

globalThis.fetch = async (target) => {
  const found = asked.web[target.url ?? String(target)];
  if (!found) throw new TypeError('fetch failed');
  return new Response(Buffer.from(found.body, 'base64'), { status: found.status, headers: { 'content-type': found.type } });
};

const read = (url) => JSON.parse(Buffer.from(asked.web[url].body, 'base64').toString());

async function documentLoader(url) {
  const [page, fragment] = url.split('#');
  if (!(page in asked.web)) throw new Error(`not on this web: ${url}`);
  let document = read(page);
  if (fragment && page.startsWith('did:')) {
    const method = document.verificationMethod.find(({ id }) => id === url);
    document = { '@context': 'https://w3id.org/security/multikey/v1', ...method };
  }
  return { contextUrl: null, documentUrl: url, document, tag: 'static' };
}

async function dataIntegrity(cryptosuite) {
  const vc = await import('@digitalbazaar/vc');
  const { DataIntegrityProof } = await import('@digitalbazaar/data-integrity');
  const suite = new DataIntegrityProof({ cryptosuite });
  const checkStatus = async () => ({ verified: true });
  const credential = asked.document;
  return vc.verifyCredential({ credential, suite, documentLoader, checkStatus, now: new Date(asked.now) });
}

const judges = {
  async rdfc() {
    const { cryptosuite } = await import('@digitalbazaar/eddsa-rdfc-2022-cryptosuite');
    return dataIntegrity(cryptosuite);
  },
  async jcs() {
    const { createVerifyCryptosuite } = await import('@digitalbazaar/eddsa-jcs-2022-cryptosuite');
    return dataIntegrity(createVerifyCryptosuite());
  },
  async jwt() {
    const { compactVerify, decodeProtectedHeader, importJWK } = await import('jose');
    const { kid, alg } = decodeProtectedHeader(asked.document);
    const { document } = await documentLoader(kid);
    let jwk = document.publicKeyJwk; // RSA, which has no Multikey
    if (!jwk) {
      const Multikey = await import('@digitalbazaar/ecdsa-multikey');
      jwk = await Multikey.toJwk({ keyPair: await Multikey.from(document) });
    }
    const { payload } = await compactVerify(asked.document, await importJWK(jwk, alg));
    return { verified: true, payload: JSON.parse(Buffer.from(payload).toString()) };
  },

  // The digital credentials consortium's, which the Learner Credential Wallet is built on.
  async dcc() {
    const { verifyCredential } = await import('@digitalcredentials/verifier-core');
    const { log, errors } = await verifyCredential({ credential: asked.document, knownDIDRegistries: [] });
    const bad = (log ?? []).filter(({ id, valid }) => !valid && id !== 'registered_issuer');
    const signed = (log ?? []).some(({ id, valid }) => id === 'valid_signature' && valid);
    return { verified: signed && bad.length === 0, error: bad.length || errors ? { errors: [JSON.stringify({ bad, errors })] } : undefined };
  },

  // Mozilla Backpack's validator, which knows assertions of Open Badges 1 and the hybrid of ours.
  async mozilla() {
    require.cache[require.resolve('request')] = {
      exports: ({ url }, answer) => {
        const found = asked.web[url.split('#')[0]];
        if (!found) return answer(new Error('unreachable'));
        return answer(null, { statusCode: found.status, headers: { 'content-type': found.type } }, Buffer.from(found.body, 'base64'));
      },
    };
    const validate = require('openbadges-validator');
    return new Promise((resolve) => {
      validate(asked.document, (error, info) => resolve(
        error ? { verified: false, error: { errors: [JSON.stringify({ ...error, message: error.message })] } }
          : { verified: true, payload: { recipient: validate.doesRecipientMatch(info, asked.recipient) } },
      ));
    });
  },
};

try {
  const result = await judges[asked.kind]();
  const error = result.error ? String(result.error.errors?.[0] ?? result.error) : undefined;
  console.log(JSON.stringify({ verified: result.verified === true, error, payload: result.payload }));
} catch (error) {
  console.log(JSON.stringify({ verified: false, error: String(error) }));
}
