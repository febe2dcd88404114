// A line on a terminal can be edited, completed and taken out of the history by the keys of GNU readline.
const assert = require('node:assert');
const { PassThrough } = require('node:stream');
const readline = require('node:readline');

function terminal(options) {
  const input = new PassThrough();
  const output = new PassThrough();
  output.columns = 80;
  const lines = [];
  const rl = readline.createInterface({ input, output, terminal: true, escapeCodeTimeout: 20, ...options });
  rl.on('line', (line) => lines.push(line));
  // One chunk a key, as a person types.
  const type = async (...keys) => {
    for (const key of keys) {
      input.write(key);
      await new Promise(setImmediate);
    }
  };
  return { input, lines, output, rl, type };
}

(async () => {
  const { lines, rl, type } = terminal({ history: ['older', 'oldest'] });
  await type('a', 'c', '\x1b[D', 'b', '\r');
  assert.deepStrictEqual(lines.splice(0), ['abc'], 'left arrow');
  await type(...'one two', '\x17', 'x', '\x01', '>', '\x05', '<', '\r');
  assert.deepStrictEqual(lines.splice(0), ['>one x<'], 'ctrl-w, ctrl-a, ctrl-e');
  await type(...'cut me', '\x15', '\x19', '\x19', '\r');
  assert.deepStrictEqual(lines.splice(0), ['cut mecut me'], 'ctrl-u, ctrl-y');
  await type(...'abc', '\x7f', '\x1b[H', '\x1b[3~', '\r');
  assert.deepStrictEqual(lines.splice(0), ['b'], 'backspace, home, delete');
  await type(...'ab cd', '\x1b[1;5D', 'X', '\x1b[F', '!', '\x1f', '\r');
  assert.deepStrictEqual(lines.splice(0), ['ab Xcd'], 'control-left, end, undo');
  await type('\x1b[A', '\x1b[A', '\r');
  assert.deepStrictEqual(lines.splice(0), ['b'], 'up arrow');
  await type('o', 'l', '\x1b[A', '\r');
  assert.deepStrictEqual(lines.splice(0), ['older'], 'up arrow after a beginning');
  await type('pasted\rtwice\r');
  assert.deepStrictEqual(lines.splice(0), ['pasted', 'twice']);
  await type('\u{1F600}', 'a', '\x1b[D', '\x7f', '\r');
  assert.deepStrictEqual(lines.splice(0), ['a'], 'a character of two code units goes at once');
  assert.strictEqual(rl.history[0], 'a');
  let interrupted = false;
  rl.once('SIGINT', () => { interrupted = true; });
  await type('\x03');
  assert.ok(interrupted);
  await type('\x04');
  assert.ok(rl.closed, 'ctrl-d on an empty line ends it');

  const completing = terminal({ completer: (line) => [['install', 'inspect'].filter((each) => each.startsWith(line)), line] });
  await completing.type('i', '\t');
  assert.strictEqual(completing.rl.line, 'ins');
  await completing.type('t', '\t', '\r');
  assert.deepStrictEqual(completing.lines, ['install']);
  completing.rl.close();

  const keys = [];
  const stream = new PassThrough();
  readline.emitKeypressEvents(stream, { escapeCodeTimeout: 10 });
  stream.on('keypress', (text, key) => keys.push([key.name, key.ctrl, key.meta, key.shift]));
  stream.write('aB\x03\x1bOP\x1b[1;6C\x1b[Z\x1bx');
  assert.deepStrictEqual(keys.splice(0), [
    ['a', false, false, false], ['b', false, false, true], ['c', true, false, false], ['f1', false, false, false],
    ['right', true, false, true], ['tab', false, false, true], ['x', false, true, false],
  ]);
  stream.write('\x1b');
  await new Promise((resolve) => setTimeout(resolve, 50));
  assert.deepStrictEqual(keys, [['escape', false, true, false]]);
})();
