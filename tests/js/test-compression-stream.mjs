// CompressionStream and DecompressionStream are each other's inverse in every format, and gzip is node:zlib's.
import assert from 'node:assert';
import { gunzipSync } from 'node:zlib';

const text = 'compress me '.repeat(10_000);
async function through(bytes, transform) {
  return new Uint8Array(await new Response(new Blob([bytes]).stream().pipeThrough(transform)).arrayBuffer());
}
for (const format of ['gzip', 'deflate', 'deflate-raw', 'brotli']) {
  const packed = await through(text, new CompressionStream(format));
  assert.ok(packed.length < text.length / 10, format);
  if (format === 'gzip') assert.strictEqual(gunzipSync(packed).toString(), text);
  assert.strictEqual(new TextDecoder().decode(await through(packed, new DecompressionStream(format))), text, format);
}
assert.throws(() => new CompressionStream('zip'), { code: 'ERR_INVALID_ARG_VALUE' });
await assert.rejects(through('no gzip', new DecompressionStream('gzip')));
