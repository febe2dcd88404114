// Digests and HMACs of known inputs, as update()/digest(), one-shot and stream. Values from RFC 6234 and RFC 4231.
const assert = require('node:assert');
const crypto = require('node:crypto');

const abc = 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad';
assert.strictEqual(crypto.createHash('sha256').update('abc').digest('hex'), abc);
assert.strictEqual(crypto.hash('sha256', 'abc'), abc);
assert.strictEqual(crypto.createHash('SHA256').update('a').update(Buffer.from('bc')).digest().toString('hex'), abc);
assert.strictEqual(
  crypto.createHmac('sha256', 'Jefe').update('what do ya want for nothing?').digest('hex'),
  '5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843');
assert.throws(() => crypto.createHash('nope'), { code: 'ERR_OSSL_EVP_UNSUPPORTED' });
const done = crypto.createHash('sha1');
done.digest();
assert.throws(() => done.update('x'), { code: 'ERR_CRYPTO_HASH_FINALIZED' });

const stream = crypto.createHash('sha256');
let seen = false;
stream.on('data', (chunk) => {
  seen = true;
  assert.strictEqual(chunk.toString('hex'), abc);
});
stream.write('ab');
stream.end('c');
process.on('exit', () => assert.ok(seen));
