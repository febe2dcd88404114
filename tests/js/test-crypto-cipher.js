'use strict';
// Ciphers: what one side encrypts the other decrypts, and a changed tag is told.
const assert = require('assert');
const crypto = require('crypto');

const key = Buffer.alloc(32, 1);
for (const [name, iv, options] of [
  ['aes-256-cbc', 16], ['aes-256-ctr', 16], ['aes-256-ecb', null], ['aes-256-gcm', 12], ['chacha20-poly1305', 12],
  ['aes-256-ccm', 12, { authTagLength: 16 }], ['aes-256-ocb', 12, { authTagLength: 16 }],
]) {
  const nonce = iv === null ? null : Buffer.alloc(iv, 2);
  const cipher = crypto.createCipheriv(name, key, nonce, options);
  const secret = Buffer.concat([cipher.update('héllo world'), cipher.final()]);
  const tag = /gcm|ccm|ocb|poly/.test(name) ? cipher.getAuthTag() : undefined;
  const open = (tag) => {
    const decipher = crypto.createDecipheriv(name, key, nonce, options);
    if (tag) decipher.setAuthTag(tag);
    return decipher.update(secret, undefined, 'utf8') + decipher.final('utf8');
  };
  assert.strictEqual(open(tag), 'héllo world');
  if (tag) {
    tag[0] ^= 1;
    assert.throws(() => open(tag), /unable to authenticate data/);
  }
}
// NIST SP 800-38A, F.2.1.
const cbc = crypto.createCipheriv('aes-128-cbc', Buffer.from('2b7e151628aed2a6abf7158809cf4f3c', 'hex'),
                                  Buffer.from('000102030405060708090a0b0c0d0e0f', 'hex'));
assert.strictEqual(cbc.update('6bc1bee22e409f96e93d7e117393172a', 'hex', 'hex'), '7649abac8119b246cee98e9b12e9197d');
