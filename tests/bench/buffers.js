'use strict';
const { measure } = require('./measure.js');

const text = 'The quick brown fox jumps over the lazy dog. '.repeat(24);
const mixed = 'Grüße aus Köln, 東京 und Ελλάδα. '.repeat(32);
const bytes = Buffer.from(text), wide = Buffer.from(mixed);
let sink;

measure('Buffer.from 1 KB of ASCII', 1000, () => { for (let i = 0; i < 1000; i++) sink = Buffer.from(text); });
measure('Buffer.from 1 KB of UTF-8', 1000, () => { for (let i = 0; i < 1000; i++) sink = Buffer.from(mixed); });
measure('toString utf8, ASCII', 1000, () => { for (let i = 0; i < 1000; i++) sink = bytes.toString(); });
measure('toString utf8, mixed', 1000, () => { for (let i = 0; i < 1000; i++) sink = wide.toString(); });
measure('toString base64', 1000, () => { for (let i = 0; i < 1000; i++) sink = bytes.toString('base64'); });
measure('toString hex', 1000, () => { for (let i = 0; i < 1000; i++) sink = bytes.toString('hex'); });
measure('Buffer.byteLength', 1000, () => { for (let i = 0; i < 1000; i++) sink = Buffer.byteLength(mixed); });
measure('Buffer.concat of 8', 1000, () => { for (let i = 0; i < 1000; i++) sink = Buffer.concat([bytes, wide, bytes, wide, bytes, wide, bytes, wide]); });
measure('indexOf, absent', 1000, () => { for (let i = 0; i < 1000; i++) sink = bytes.indexOf('absent'); });
measure('Buffer.compare', 1000, () => { for (let i = 0; i < 1000; i++) sink = Buffer.compare(bytes, wide); });
measure('readUInt32LE', 1000, () => { for (let i = 0; i < 1000; i++) sink = bytes.readUInt32LE(i); });
measure('allocUnsafe 256', 1000, () => { for (let i = 0; i < 1000; i++) sink = Buffer.allocUnsafe(256); });
if (sink === null) throw new Error('unreachable');
