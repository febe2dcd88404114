'use strict';

// Points of small order on the Edwards curves, with which a signature can be valid for messages nobody signed.
// https://wicg.github.io/webcrypto-secure-curves/ has verification fail on them.

// The y coordinates of those points of Ed25519, little-endian, the sign bit of x off, in every encoding that decodes to them.
const ed25519 = new Set([
  `01${'00'.repeat(31)}`,
  '00'.repeat(32),
  `ec${'ff'.repeat(30)}7f`,
  `ed${'ff'.repeat(30)}7f`,
  `ee${'ff'.repeat(30)}7f`,
  '26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05',
  'c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a',
]);

// Of Ed448, where p = 2^448 - 2^224 - 1.
const ed448 = new Set([
  `01${'00'.repeat(56)}`,
  '00'.repeat(57),
  `fe${'ff'.repeat(27)}fe${'ff'.repeat(27)}00`,
  `ff${'ff'.repeat(27)}fe${'ff'.repeat(27)}00`,
  `${'00'.repeat(28)}${'ff'.repeat(28)}00`,
]);

const known = { Ed25519: [ed25519, 32], Ed448: [ed448, 57] };

function isSmallOrder(name, bytes) {
  const [points, size] = known[name];
  if (bytes.length < size) return false;
  const y = bytes.subarray(0, size).toString('hex');
  const last = (parseInt(y.slice(-2), 16) & 0x7f).toString(16).padStart(2, '0');
  return points.has(y.slice(0, -2) + last);
}

module.exports = { isSmallOrder };
