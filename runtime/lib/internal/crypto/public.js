'use strict';

// What crypto has beside hashes, random bytes and key derivation.

const { KeyObject, createSecretKey, createPublicKey, createPrivateKey } = require('internal/crypto/keys');
const { getConstants, getFips, setFips, setEngine, secureHeapUsed, fips } = require('internal/crypto/misc');

const parts = [
  require('internal/crypto/cipher'),
  { KeyObject, createSecretKey, createPublicKey, createPrivateKey },
  require('internal/crypto/keygen'),
  require('internal/crypto/sign'),
  require('internal/crypto/public_cipher'),
  { getFips, setFips, setEngine, secureHeapUsed },
];

function addTo(target) {
  for (const part of parts) Object.assign(target, part);
  Object.defineProperties(target, {
    constants: { __proto__: null, enumerable: true, value: getConstants() },
    fips: { __proto__: null, enumerable: false, configurable: false, ...fips },
  });
}

module.exports = { addTo };
