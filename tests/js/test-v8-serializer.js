// v8's serializers write what Node's do, byte for byte, and leave host objects to those who extend them.
const assert = require('node:assert');
const v8 = require('node:v8');

// Of Node 24.22.
assert.strictEqual(v8.serialize({ a: new Uint8Array(3) }).toString('hex'), 'ff0f6f2201615c01030000007b01');
const value = { when: new Date(5), map: new Map([[1, new Set([2n])]]), bytes: Buffer.from('x'), wide: new Float64Array([0.5]) };
value.self = value;
assert.deepStrictEqual(v8.deserialize(v8.serialize(value)), value);
assert.throws(() => v8.serialize(() => {}), { name: 'Error', message: /could not be cloned/ });
assert.throws(() => v8.deserialize(Buffer.from([1, 2])), /invalid or unsupported version/);

class Writer extends v8.Serializer {
  constructor() {
    super();
    this._setTreatArrayBufferViewsAsHostObjects(true);
  }
  _writeHostObject(view) {
    this.writeUint32(view.byteLength);
    this.writeUint64(1, 2);
    this.writeDouble(-0.25);
    this.writeRawBytes(view);
  }
}
class Reader extends v8.Deserializer {
  _readHostObject() {
    const length = this.readUint32();
    assert.deepStrictEqual([this.readUint64(), this.readDouble()], [[1, 2], -0.25]);
    return { text: this.readRawBytes(length).toString() };
  }
}
const writer = new Writer();
writer.writeHeader();
writer.writeValue([Buffer.from('abc')]);
const reader = new Reader(writer.releaseBuffer());
reader.readHeader();
assert.deepStrictEqual(reader.readValue(), [{ text: 'abc' }]);
assert.throws(() => reader.readUint32(), /ReadUint32\(\) failed/);
assert.throws(() => new v8.Deserializer('text'), { code: 'ERR_INVALID_ARG_TYPE' });
assert.throws(() => v8.startupSnapshot.addSerializeCallback(() => {}), { code: 'ERR_NOT_BUILDING_SNAPSHOT' });
