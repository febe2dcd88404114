'use strict';

// Certificates of a connection as JavaScript sees them, and whether they are a host's.

const { isIP } = require('internal/net/address');
const { codes: { ERR_TLS_CERT_ALTNAME_FORMAT, ERR_TLS_CERT_ALTNAME_INVALID } } = require('internal/errors');
const { X509Certificate, setIssuer } = require('internal/crypto/x509');

// A chain of DER certificates as objects of getPeerCertificate(): each but the last names its issuer, which in a chain that
// ends with a root is itself.
function legacyChain(chain, detailed) {
  const certificates = chain.map((der) => new X509Certificate(der));
  if (!detailed) return certificates[0].toLegacyObject();
  const objects = certificates.map((certificate) => certificate.toLegacyObject());
  for (let i = 0; i < objects.length; i++) {
    if (i + 1 < objects.length) objects[i].issuerCertificate = objects[i + 1];
    else if (certificates[i].checkIssued(certificates[i])) objects[i].issuerCertificate = objects[i];
  }
  return objects[0];
}

function x509Chain(chain) {
  const certificates = chain.map((der) => new X509Certificate(der));
  for (let i = 0; i + 1 < certificates.length; i++) setIssuer(certificates[i], certificates[i + 1]);
  return certificates[0];
}

function unfqdn(host) {
  return host.endsWith('.') ? host.slice(0, -1) : host;
}

function labels(host) {
  return unfqdn(host).replace(/[A-Z]/g, (letter) => letter.toLowerCase()).split('.');
}

// RFC 6125: one `*` in the leftmost label may stand for part of a label, never for several, nor for a top domain.
function matches(hostLabels, pattern, wildcards) {
  if (!pattern) return false;
  const parts = labels(pattern);
  if (parts.length !== hostLabels.length || parts.includes('')) return false;
  if (parts.some((part) => /[^\u0021-\u007f]/u.test(part))) return false;
  for (let i = hostLabels.length - 1; i > 0; i--) if (hostLabels[i] !== parts[i]) return false;
  const [first] = parts;
  const pieces = first.split('*', 3);
  if (pieces.length === 1 || first.includes('xn--')) return hostLabels[0] === first;
  if (!wildcards || pieces.length > 2 || parts.length <= 2) return false;
  const [prefix, suffix] = pieces;
  const label = hostLabels[0];
  return prefix.length + suffix.length <= label.length && label.startsWith(prefix) && label.endsWith(suffix);
}

// Names stand between commas; what could be mistaken is written as a JSON string.
function splitNames(text) {
  const names = [];
  let rest = text;
  let current = '';
  while (rest.length > 0) {
    const comma = rest.indexOf(', ');
    const quote = rest.indexOf('"');
    if (quote !== -1 && (comma === -1 || quote < comma)) {
      const match = /^"(?:[^"\\\u0000-\u001f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"/.exec(rest.slice(quote)); // eslint-disable-line no-control-regex
      if (match === null) throw new ERR_TLS_CERT_ALTNAME_FORMAT();
      current += rest.slice(0, quote) + JSON.parse(match[0]);
      rest = rest.slice(quote + match[0].length);
      continue;
    }
    if (comma === -1) {
      current += rest;
      break;
    }
    names.push(current + rest.slice(0, comma));
    current = '';
    rest = rest.slice(comma + 2);
  }
  if (current !== '') names.push(current);
  return names;
}

function canonicalIP(ip) {
  return internalBinding('dns_lookup').canonicalizeIP(ip) ?? ip;
}

// tls.checkServerIdentity(): undefined, or the error.
function checkServerIdentity(hostname, cert) {
  const { subject, subjectaltname: altNames } = cert;
  const dns = [];
  const ips = [];
  hostname = `${hostname}`;
  if (altNames) {
    for (const name of altNames.includes('"') ? splitNames(altNames) : altNames.split(', ')) {
      if (name.startsWith('DNS:')) dns.push(name.slice(4));
      else if (name.startsWith('IP Address:')) ips.push(canonicalIP(name.slice(11)));
    }
  }
  hostname = unfqdn(hostname);
  let reason;
  if (isIP(hostname)) {
    if (ips.includes(canonicalIP(hostname))) return undefined;
    reason = `IP: ${hostname} is not in the cert's list: ${ips.join(', ')}`;
  } else if (dns.length > 0 || subject?.CN) {
    const host = labels(hostname);
    if (dns.length > 0) {
      if (dns.some((pattern) => matches(host, pattern, true))) return undefined;
      reason = `Host: ${hostname}. is not in the cert's altnames: ${altNames}`;
    } else {
      const names = Array.isArray(subject.CN) ? subject.CN : [subject.CN];
      if (names.some((pattern) => matches(host, pattern, true))) return undefined;
      reason = `Host: ${hostname}. is not cert's CN: ${subject.CN}`;
    }
  } else {
    reason = 'Cert does not contain a DNS name';
  }
  return new ERR_TLS_CERT_ALTNAME_INVALID(reason, hostname, cert);
}

// Objects made before `infoAccess` was one are brought up to date: https://nodejs.org/api/deprecations.html
function translatePeerCertificate(cert) {
  if (!cert) return null;
  if (cert.issuerCertificate != null && cert.issuerCertificate !== cert) {
    cert.issuerCertificate = translatePeerCertificate(cert.issuerCertificate);
  }
  if (cert.infoAccess != null && typeof cert.infoAccess === 'string') {
    const entries = { __proto__: null };
    for (const line of cert.infoAccess.split('\n').filter(Boolean)) {
      const colon = line.indexOf(':');
      const value = line.slice(colon + 1);
      (entries[line.slice(0, colon)] ??= []).push(value.startsWith('"') ? JSON.parse(value) : value);
    }
    cert.infoAccess = entries;
  }
  return cert;
}

module.exports = { checkServerIdentity, legacyChain, translatePeerCertificate, x509Chain };
