// What SubtleCrypto signs, encrypts, derives and wraps comes back the same.
import assert from 'node:assert';

const { subtle } = globalThis.crypto;
const text = new TextEncoder().encode('text');

const aes = await subtle.generateKey({ name: 'AES-GCM', length: 256 }, true, ['encrypt', 'decrypt', 'wrapKey', 'unwrapKey']);
const gcm = { name: 'AES-GCM', iv: new Uint8Array(12) };
const secret = await subtle.encrypt(gcm, aes, text);
assert.deepStrictEqual(new Uint8Array(await subtle.decrypt(gcm, aes, secret)), text);
await assert.rejects(subtle.decrypt(gcm, aes, secret.slice(1)), { name: 'OperationError' });

const pair = await subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, true, ['sign', 'verify']);
const ecdsa = { name: 'ECDSA', hash: 'SHA-256' };
const signature = await subtle.sign(ecdsa, pair.privateKey, text);
assert.strictEqual(signature.byteLength, 64);
assert.strictEqual(await subtle.verify(ecdsa, pair.publicKey, signature, text), true);

const wrapped = await subtle.wrapKey('jwk', pair.privateKey, aes, gcm);
const again = await subtle.unwrapKey('jwk', wrapped, aes, gcm, { name: 'ECDSA', namedCurve: 'P-256' }, false, ['sign']);
assert.strictEqual(await subtle.verify(ecdsa, pair.publicKey, await subtle.sign(ecdsa, again, text), text), true);
await assert.rejects(subtle.exportKey('pkcs8', again), { name: 'InvalidAccessError' });

// RFC 6070, test vector 2.
const password = await subtle.importKey('raw', new TextEncoder().encode('password'), 'PBKDF2', false, ['deriveBits']);
const bits = await subtle.deriveBits(
  { name: 'PBKDF2', hash: 'SHA-1', salt: new TextEncoder().encode('salt'), iterations: 2 }, password, 160);
assert.strictEqual(Buffer.from(bits).toString('hex'), 'ea6c014dc72d6f8ccd1ed92ace1d41f0d8de8957');
