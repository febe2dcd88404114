'use strict';

// What crypto has beside hashes, random bytes and key derivation, in the order of Object.keys(crypto).

const parts = [
  require('internal/crypto/cipher'),
];

function addTo(target) {
  for (const part of parts) Object.assign(target, part);
}

module.exports = { addTo };
