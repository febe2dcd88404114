'use strict';

// https://nodejs.org/api/tls.html. Programs can load the module; connections over TLS are refused until they exist.

const { codes: { ERR_METHOD_NOT_IMPLEMENTED } } = require('internal/errors');
const net = require('net');

function refuse(name) {
  return { [name]() { throw new ERR_METHOD_NOT_IMPLEMENTED(`tls.${name}()`); } }[name];
}

// Matches a certificate's names with a host, as RFC 6125 tells; returns the error, if any.
function isValidPattern(pattern, host) {
  const patternParts = pattern.toLowerCase().split('.');
  const hostParts = host.toLowerCase().replace(/\.$/, '').split('.');
  if (patternParts.length !== hostParts.length || patternParts.includes('')) return false;
  if (patternParts[0] === '*' && patternParts.length > 2) return patternParts.slice(1).join('.') === hostParts.slice(1).join('.');
  return patternParts.join('.') === hostParts.join('.');
}

function checkServerIdentity(hostname, cert) {
  const { codes: { ERR_TLS_CERT_ALTNAME_INVALID } } = require('internal/errors');
  const names = (cert.subjectaltname ?? '').split(', ').filter(Boolean);
  const dns = names.filter((name) => name.startsWith('DNS:')).map((name) => name.slice(4));
  const ips = names.filter((name) => name.startsWith('IP Address:')).map((name) => name.slice(11));
  hostname = `${hostname}`.replace(/\.$/, '');
  if (net.isIP(hostname)) {
    if (ips.includes(hostname)) return undefined;
    return new ERR_TLS_CERT_ALTNAME_INVALID(`IP: ${hostname} is not in the cert's list: ${ips.join(', ')}`, hostname, cert);
  }
  if (dns.length > 0) {
    if (dns.some((name) => isValidPattern(name, hostname))) return undefined;
    return new ERR_TLS_CERT_ALTNAME_INVALID(`Host: ${hostname}. is not in the cert's altnames: ${cert.subjectaltname}`, hostname, cert);
  }
  const common = cert.subject?.CN;
  if (common && [common].flat().some((name) => isValidPattern(name, hostname))) return undefined;
  return new ERR_TLS_CERT_ALTNAME_INVALID(common ? `Host: ${hostname}. is not cert's CN: ${common}` : 'Cert does not contain a DNS name', hostname, cert);
}

module.exports = {
  CLIENT_RENEG_LIMIT: 3,
  CLIENT_RENEG_WINDOW: 600,
  DEFAULT_ECDH_CURVE: 'auto',
  DEFAULT_MAX_VERSION: 'TLSv1.3',
  DEFAULT_MIN_VERSION: 'TLSv1.2',
  checkServerIdentity,
  connect: refuse('connect'),
  createSecureContext: refuse('createSecureContext'),
  createServer: refuse('createServer'),
};
