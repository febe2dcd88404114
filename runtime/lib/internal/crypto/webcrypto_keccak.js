'use strict';

// cSHAKE, TurboSHAKE, KangarooTwelve and KMAC in SubtleCrypto: Modern Algorithms in the Web Cryptography API.

const { Buffer } = require('buffer');
const { randomBytes } = require('internal/crypto/random');
const { makeCryptoKey } = require('internal/crypto/cryptokey');
const { domError, operationError, register } = require('internal/crypto/webcrypto_convert');
const {
  checkJwk, checkJwkAlg, checkUsages, exportJwk, importOct, makeSecret, secretOf, toArrayBuffer, unsupported,
} = require('internal/crypto/webcrypto_keys');
const { cshake, kmac, turboShake, kangarooTwelve, keepBits } = require('internal/crypto/keccak');

const none = Buffer.alloc(0);
const kMaxOutput = 2 ** 31 - 8;
const kMaxCustomization = 512;
const functionNames = ['', 'KMAC', 'TupleHash', 'ParallelHash'];

function cshakeDigest(strength) {
  register(`cSHAKE${strength}`, { digest: 'CShakeParams' });
  return {
    digest({ outputLength, functionName = none, customization = none }, data) {
      if (outputLength > kMaxOutput) throw operationError('Invalid CShakeParams outputLength');
      if (!functionNames.includes(functionName.toString('latin1'))) {
        throw domError('NotSupportedError', 'Unsupported CShakeParams functionName');
      }
      if (customization.length > kMaxCustomization) throw operationError('CShakeParams.customization must be at most 512 bytes');
      return toArrayBuffer(cshake(strength, data, outputLength, functionName, customization));
    },
  };
}

function turboDigest(strength) {
  register(`TurboSHAKE${strength}`, { digest: 'TurboShakeParams' });
  return {
    digest({ outputLength, domainSeparation = 0x1f }, data) {
      if (outputLength === 0 || outputLength % 8 || outputLength > kMaxOutput) {
        throw operationError('Invalid TurboShakeParams outputLength');
      }
      if (domainSeparation < 1 || domainSeparation > 0x7f) throw operationError('Invalid TurboShakeParams domainSeparation');
      return toArrayBuffer(turboShake(strength, data, outputLength / 8, domainSeparation));
    },
  };
}

function kangarooDigest(strength) {
  register(`KT${strength}`, { digest: 'KangarooTwelveParams' });
  return {
    digest({ outputLength, customization = none }, data) {
      if (outputLength === 0 || outputLength % 8 || outputLength > kMaxOutput) {
        throw operationError('Invalid KangarooTwelveParams outputLength');
      }
      if (customization.length > kMaxCustomization) {
        throw operationError('KangarooTwelveParams.customization must be at most 512 bytes');
      }
      return toArrayBuffer(kangarooTwelve(strength, data, outputLength / 8, customization));
    },
  };
}

const allowed = ['sign', 'verify'];

function kmacOperations(strength) {
  const name = `KMAC${strength}`;
  const jwkAlg = `K${strength}`;
  register(name, {
    generateKey: 'KmacKeyGenParams', importKey: 'KmacImportParams', exportKey: 'Algorithm', getKeyLength: 'KmacImportParams',
    sign: 'KmacParams', verify: 'KmacParams',
  });
  const mac = ({ outputLength, customization = none }, key, data) => {
    if (outputLength > kMaxOutput) throw operationError('Invalid KmacParams outputLength');
    if (customization.length > kMaxCustomization) throw operationError('KmacParams.customization must be at most 512 bytes');
    return kmac(strength, secretOf(key), data, outputLength, customization);
  };
  return {
    generateKey({ length = strength }, extractable, usages) {
      checkUsages(usages, allowed, name);
      const bytes = keepBits(randomBytes(Math.ceil(length / 8)), length);
      return makeCryptoKey(makeSecret(bytes), { name, length }, usages, extractable);
    },
    importKey(format, data, { length }, extractable, usages) {
      checkUsages(usages, allowed, name);
      if (format === 'jwk') {
        checkJwk(data, { kty: 'oct', use: 'sig', usages, extractable });
        const bytes = importOct(data);
        checkJwkAlg(data, jwkAlg);
        data = bytes;
      } else if (format !== 'raw-secret') {
        throw unsupported('import', name, format);
      }
      const bits = length ?? data.length * 8;
      if (Math.ceil(bits / 8) !== data.length) throw domError('DataError', 'Invalid key length');
      return makeCryptoKey(makeSecret(keepBits(data, bits)), { name, length: bits }, usages, extractable);
    },
    exportKey(format, key) {
      if (format === 'jwk') return exportJwk(key, jwkAlg);
      if (format === 'raw-secret') return toArrayBuffer(secretOf(key));
      throw unsupported('export', `${name} secret key`, format);
    },
    getKeyLength: ({ length = strength }) => length,
    sign: (algorithm, key, data) => toArrayBuffer(mac(algorithm, key, data)),
    verify(algorithm, key, signature, data) {
      const expected = mac(algorithm, key, data);
      return expected.length === signature.length && internalBinding('crypto_random').timingSafeEqual(expected, signature);
    },
  };
}

for (const strength of [128, 256]) {
  module.exports[`cSHAKE${strength}`] = cshakeDigest(strength);
  module.exports[`TurboSHAKE${strength}`] = turboDigest(strength);
  module.exports[`KT${strength}`] = kangarooDigest(strength);
  module.exports[`KMAC${strength}`] = kmacOperations(strength);
}
