'use strict';

// cSHAKE and KMAC (NIST SP 800-185), TurboSHAKE and KangarooTwelve (RFC 9861), each with its strength, 128 or 256 bits.

const { sponge } = internalBinding('crypto_keccak');
const { Buffer } = require('buffer');

const kRounds = 24;
const kTurboRounds = 12;
const rateOf = (strength) => 200 - strength / 4;

// The bytes of a number, big-endian, at least `least` of them.
function bigEndian(number, least) {
  const bytes = [];
  while (number > 0 || bytes.length < least) {
    bytes.unshift(number % 256);
    number = Math.floor(number / 256);
  }
  return bytes;
}

function leftEncode(number) {
  const bytes = bigEndian(number, 1);
  return Buffer.from([bytes.length, ...bytes]);
}

function rightEncode(number) {
  const bytes = bigEndian(number, 1);
  return Buffer.from([...bytes, bytes.length]);
}

const encodeString = (bytes) => Buffer.concat([leftEncode(bytes.length * 8), bytes]);

function bytepad(bytes, width) {
  const joined = Buffer.concat([leftEncode(width), bytes]);
  return Buffer.concat([joined, Buffer.alloc((width - joined.length % width) % width)]);
}

// Of the last byte only as many bits as are asked for, the upper ones.
function keepBits(bytes, bits) {
  if (bits % 8 && bytes.length > 0) bytes[bytes.length - 1] &= 0xff << (8 - bits % 8);
  return bytes;
}

function cshake(strength, data, bits, functionName, customization) {
  const rate = rateOf(strength);
  const size = Math.ceil(bits / 8);
  if (functionName.length === 0 && customization.length === 0) return keepBits(sponge(rate, kRounds, 0x1f, data, size), bits);
  const prefix = bytepad(Buffer.concat([encodeString(functionName), encodeString(customization)]), rate);
  return keepBits(sponge(rate, kRounds, 0x04, Buffer.concat([prefix, data]), size), bits);
}

function kmac(strength, key, data, bits, customization) {
  const input = Buffer.concat([bytepad(encodeString(key), rateOf(strength)), data, rightEncode(bits)]);
  return cshake(strength, input, bits, Buffer.from('KMAC'), customization);
}

function turboShake(strength, data, size, domain) {
  return sponge(rateOf(strength), kTurboRounds, domain, data, size);
}

function lengthEncode(number) {
  const bytes = bigEndian(number, 0);
  return Buffer.from([...bytes, bytes.length]);
}

const kChunk = 8192;

function kangarooTwelve(strength, message, size, customization) {
  const input = Buffer.concat([message, customization, lengthEncode(customization.length)]);
  if (input.length <= kChunk) return turboShake(strength, input, size, 0x07);
  const parts = [input.subarray(0, kChunk), Buffer.from([3, 0, 0, 0, 0, 0, 0, 0])];
  let chunks = 0;
  for (let at = kChunk; at < input.length; at += kChunk, chunks++) {
    parts.push(turboShake(strength, input.subarray(at, at + kChunk), strength / 4, 0x0b));
  }
  parts.push(lengthEncode(chunks), Buffer.from([0xff, 0xff]));
  return turboShake(strength, Buffer.concat(parts), size, 0x06);
}

module.exports = { cshake, kmac, turboShake, kangarooTwelve, keepBits };
