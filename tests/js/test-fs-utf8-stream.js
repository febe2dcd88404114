// fs.Utf8Stream keeps the order and every byte of what is written, whatever the file takes at a time.
const assert = require('node:assert');
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');

const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'pkg-utf8-'));
const once = (stream, name) => new Promise((resolve) => stream.once(name, resolve));

(async () => {
  for (const sync of [false, true]) {
    const dest = path.join(folder, `deep-${sync}`, 'out.log');
    const stream = new fs.Utf8Stream({ dest, mkdir: true, sync, minLength: 10 });
    await once(stream, 'ready');
    stream.write('é');
    assert.strictEqual(fs.readFileSync(dest, 'utf8'), ''); // less than minLength waits
    await new Promise((resolve, reject) => stream.flush((error) => (error ? reject(error) : resolve())));
    assert.strictEqual(fs.readFileSync(dest, 'utf8'), 'é');
    stream.write('1234567890');
    stream.write('tail');
    stream.end();
    await once(stream, 'close');
    assert.strictEqual(fs.readFileSync(dest, 'utf8'), 'é1234567890tail');
    assert.throws(() => stream.write('x'), { code: 'ERR_INVALID_STATE' });
  }

  // A file that takes a part of a character, or is busy.
  const dest = path.join(folder, 'partial');
  const fd = fs.openSync(dest, 'w');
  let calls = 0;
  const stream = new fs.Utf8Stream({
    fd,
    fs: {
      write(file, data, encoding, callback) {
        if (++calls === 1) callback(null, fs.writeSync(file, Buffer.from('a')) + 1); // half of é is gone with it
        else if (calls === 2) callback(Object.assign(new Error('busy'), { code: 'EAGAIN' }));
        else fs.write(file, data, encoding, callback);
      },
    },
  });
  stream.write('aé😀');
  stream.end();
  await once(stream, 'close');
  assert.strictEqual(fs.readFileSync(dest, 'utf8'), 'aé😀');
  assert.strictEqual(calls, 3);

  const dropped = [];
  const small = new fs.Utf8Stream({ dest: path.join(folder, 'small'), maxLength: 5, minLength: 4 });
  small.on('drop', (data) => dropped.push(data));
  await once(small, 'ready');
  small.write('abc');
  small.write('defg');
  small.end();
  await once(small, 'close');
  assert.deepStrictEqual(dropped, ['defg']);
  fs.rmSync(folder, { recursive: true });
})();
