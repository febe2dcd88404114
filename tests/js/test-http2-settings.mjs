// HTTP/2's settings go into frames and come out again; programs that offer HTTP/2 can ask for its constants. As in Node 24.
import assert from 'node:assert';
import http2 from 'node:http2';

const packed = http2.getPackedSettings({ enablePush: false, initialWindowSize: 100, maxConcurrentStreams: 7 });
assert.strictEqual(packed.toString('hex'), '000200000000000300000007000400000064');
assert.deepStrictEqual(http2.getUnpackedSettings(packed), { enablePush: false, maxConcurrentStreams: 7, initialWindowSize: 100 });
assert.throws(() => http2.getPackedSettings({ maxFrameSize: 1 }), { code: 'ERR_HTTP2_INVALID_SETTING_VALUE', name: 'RangeError' });
assert.throws(() => http2.getUnpackedSettings(Buffer.alloc(5)), { code: 'ERR_HTTP2_INVALID_PACKED_SETTINGS_LENGTH' });
const { constants } = http2;
assert.strictEqual(constants.HTTP2_HEADER_CONTENT_TYPE, 'content-type');
assert.strictEqual(constants.HTTP2_HEADER_STATUS, ':status');
assert.strictEqual(constants.HTTP_STATUS_TEAPOT, 418);
assert.strictEqual(constants.NGHTTP2_CANCEL, 8);
assert.strictEqual(Object.keys(constants).length, 240);
