// DIDKit 0.4 (Rust) as WebAssembly, out of the npm package that still publishes it.
import { readFile } from 'node:fs/promises';
import { serve } from './serve.mjs';

serve(async ({ contexts, did, multikey, jwk, created }) => {
  const didkit = await import('./didkit_wasm.js');
  didkit.initSync({ module: await readFile(new URL('./didkit_wasm_bg.wasm', import.meta.url)) });
  const options = JSON.stringify({
    type: 'DataIntegrityProof', cryptosuite: 'eddsa-rdfc-2022', created,
    verificationMethod: `${did}#${multikey}`, proofPurpose: 'assertionMethod',
  });
  const key = JSON.stringify(jwk);
  const map = JSON.stringify(Object.fromEntries(Object.entries(contexts).map(([url, c]) => [url, JSON.stringify(c)])));
  return {
    sign: async (credential) => JSON.parse(await didkit.issueCredential(JSON.stringify(credential), options, key, map)),
    verify: async (credential) => {
      const result = JSON.parse(await didkit.verifyCredential(JSON.stringify(credential), '{}', map));
      if (result.errors.length) throw new Error(result.errors.join('; '));
    },
  };
});
