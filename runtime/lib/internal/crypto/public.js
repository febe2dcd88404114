'use strict';

// What crypto has beside hashes, random bytes and key derivation.

const { KeyObject, createSecretKey, createPublicKey, createPrivateKey } = require('internal/crypto/keys');
const { getConstants, getFips, setFips, setEngine, secureHeapUsed, fips } = require('internal/crypto/misc');

const {
  DiffieHellman, DiffieHellmanGroup, diffieHellman, createDiffieHellman, createDiffieHellmanGroup, getDiffieHellman,
} = require('internal/crypto/diffie_hellman');

const parts = [
  require('internal/crypto/cipher'),
  { KeyObject, createSecretKey, createPublicKey, createPrivateKey },
  require('internal/crypto/keygen'),
  require('internal/crypto/sign'),
  require('internal/crypto/public_cipher'),
  { DiffieHellman, DiffieHellmanGroup, diffieHellman, createDiffieHellman, createDiffieHellmanGroup, getDiffieHellman },
  require('internal/crypto/ecdh'),
  require('internal/crypto/argon2'),
  require('internal/crypto/kem'),
  require('internal/crypto/certificate'),
  require('internal/crypto/x509'),
  { getFips, setFips, setEngine, secureHeapUsed },
];

function addTo(target) {
  for (const part of parts) Object.assign(target, part);
  Object.defineProperties(target, {
    constants: { __proto__: null, enumerable: true, value: getConstants() },
    webcrypto: { __proto__: null, enumerable: true, get: () => require('internal/crypto/webcrypto').crypto },
    subtle: { __proto__: null, enumerable: true, get: () => require('internal/crypto/webcrypto').getSubtle() },
    fips: { __proto__: null, enumerable: false, configurable: false, ...fips },
  });
}

module.exports = { addTo };
