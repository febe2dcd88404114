'use strict';
// A certificate tells who it is of, and who signed it.
const assert = require('assert');
const { X509Certificate } = require('crypto');

// Made by `openssl req -x509 -newkey ed25519 -nodes -days 36500 -subj "/CN=a, b" -addext "subjectAltName=DNS:a.example"`.
const pem = `-----BEGIN CERTIFICATE-----
MIIBSjCB/aADAgECAhRAV0GN752oKlbU+gXScgK/zc149jAFBgMrZXAwDzENMAsG
A1UEAwwEYSwgYjAgFw0yNjExMjQxNzMxNDFaGA8yMTI2MTAzMTE3MzE0MVowDzEN
MAsGA1UEAwwEYSwgYjAqMAUGAytlcAMhAB+I3NE47IgjXp2gwOn45cLxmyLCJzmE
dZXdkYtRr/iSo2kwZzAdBgNVHQ4EFgQUNyvWsmzejkhRAL3zQjikXizvF1IwHwYD
VR0jBBgwFoAUNyvWsmzejkhRAL3zQjikXizvF1IwDwYDVR0TAQH/BAUwAwEB/zAU
BgNVHREEDTALgglhLmV4YW1wbGUwBQYDK2VwA0EApabfabyMSkLJDqzwUTHjwMLh
PTlht74JEkOQc17hTE9nfVTqXuvFxv/6BDTSI4WFZK5uqTqRTww6px6POpBOAg==
-----END CERTIFICATE-----
`;
const certificate = new X509Certificate(pem);
assert.strictEqual(certificate.subject, 'CN=a\\, b');
assert.strictEqual(certificate.subjectAltName, 'DNS:a.example');
assert.strictEqual(certificate.checkHost('a.example'), 'a.example');
assert.strictEqual(certificate.checkHost('b.example'), undefined);
assert.strictEqual(certificate.publicKey.asymmetricKeyType, 'ed25519');
assert.ok(certificate.checkIssued(certificate));
assert.ok(certificate.verify(certificate.publicKey));
assert.deepStrictEqual(new X509Certificate(certificate.raw).toLegacyObject(), certificate.toLegacyObject());
assert.throws(() => new X509Certificate('nothing'), { code: 'ERR_OSSL_PEM_NO_START_LINE' });
