'use strict';

// The well-known groups of Diffie-Hellman: RFC 2409 and RFC 3526. All have the generator 2.

const { Buffer } = require('buffer');
const { dhPrime } = internalBinding('crypto_agree');

function groupOf(name) {
  const prime = dhPrime(`${name}`.toLowerCase());
  return prime === undefined ? undefined : { prime, generator: Buffer.from([2]) };
}

module.exports = { groupOf };
