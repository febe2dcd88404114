'use strict';
// Keys of every type survive every encoding they have, and sign what their other half verifies.
const assert = require('assert');
const crypto = require('crypto');

const kinds = [
  ['rsa', { modulusLength: 1024 }, ['pkcs1', 'pkcs8'], ['pkcs1', 'spki'], 'sha256'],
  ['ec', { namedCurve: 'P-256' }, ['sec1', 'pkcs8'], ['spki'], 'sha256'],
  ['ed25519', undefined, ['pkcs8'], ['spki'], null],
];
for (const [type, options, privateTypes, publicTypes, digest] of kinds) {
  const { publicKey, privateKey } = crypto.generateKeyPairSync(type, options);
  assert.strictEqual(publicKey.asymmetricKeyType, type);
  for (const format of ['pem', 'der']) {
    for (const encoding of privateTypes) {
      const key = privateKey.export({ format, type: encoding });
      assert.ok(crypto.createPrivateKey({ key, format, type: encoding }).equals(privateKey));
    }
    for (const encoding of publicTypes) {
      const key = publicKey.export({ format, type: encoding });
      assert.ok(crypto.createPublicKey({ key, format, type: encoding }).equals(publicKey));
    }
    const key = privateKey.export({ format, type: 'pkcs8', cipher: 'aes-256-cbc', passphrase: 'p' });
    assert.ok(crypto.createPrivateKey({ key, format, type: 'pkcs8', passphrase: 'p' }).equals(privateKey));
    assert.throws(() => crypto.createPrivateKey({ key, format, type: 'pkcs8', passphrase: 'q' }));
  }
  const jwk = { key: privateKey.export({ format: 'jwk' }), format: 'jwk' };
  assert.ok(crypto.createPrivateKey(jwk).equals(privateKey));
  assert.ok(crypto.createPublicKey(jwk).equals(publicKey));
  const signature = crypto.sign(digest, Buffer.from('text'), privateKey);
  assert.strictEqual(crypto.verify(digest, Buffer.from('text'), publicKey, signature), true);
  assert.strictEqual(crypto.verify(digest, Buffer.from('tex'), publicKey, signature), false);
}
