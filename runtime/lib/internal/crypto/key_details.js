'use strict';

// asymmetricKeyDetails: what the kinds of keys tell about themselves.

const { getParam, describe, curveName } = internalBinding('crypto_keys');

function toBigInt(bytes) {
  return BigInt(`0x${bytes.toString('hex') || '0'}`);
}

const digestName = (name) => name?.toLowerCase().replace(/^sha2-/, 'sha').replace('sha512/', 'sha512-');

// RFC 8017, A.2.3: the parameters of a key restricted to RSASSA-PSS. Absent fields of restricted keys have defaults;
// a key without restrictions has none of the fields.
function pssDetails(handle) {
  const hash = getParam(handle, 'digest', 's');
  const mgf1Hash = getParam(handle, 'mgf1-digest', 's');
  const saltLength = getParam(handle, 'saltlen', 'n');
  if (hash === undefined && mgf1Hash === undefined && saltLength === undefined) return {};
  const hashAlgorithm = digestName(hash ?? 'sha1');
  return { hashAlgorithm, mgf1HashAlgorithm: digestName(mgf1Hash ?? 'sha1'), saltLength: saltLength ?? 20 };
}

function keyDetails(handle) {
  const { type, bits } = describe(handle);
  switch (type) {
    case 'rsa':
      return { modulusLength: bits, publicExponent: toBigInt(getParam(handle, 'e', 'b')) };
    case 'rsa-pss':
      return { modulusLength: bits, publicExponent: toBigInt(getParam(handle, 'e', 'b')), ...pssDetails(handle) };
    case 'dsa':
      return { modulusLength: bits, divisorLength: toBigInt(getParam(handle, 'q', 'b')).toString(2).length };
    case 'ec': {
      const group = getParam(handle, 'group', 's');
      return { namedCurve: group === undefined ? undefined : curveName(group) ?? group };
    }
    default:
      return {};
  }
}

module.exports = { keyDetails };
