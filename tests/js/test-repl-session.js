// A REPL evaluates what comes line by line: continued lines, await, _ and _error, commands, errors.
const assert = require('node:assert');
const repl = require('node:repl');
const { PassThrough } = require('node:stream');

async function session(lines, options = {}) {
  const input = new PassThrough();
  const output = new PassThrough();
  const server = repl.start({ input, output, prompt: '> ', ...options });
  const ended = new Promise((resolve) => server.on('exit', resolve));
  input.end(`${lines.join('\n')}\n`);
  // The end of the input waits for what is evaluated, as it does in Node.
  await Promise.race([ended, new Promise((resolve) => setTimeout(resolve, 2000))]);
  return { server, text: `${output.read() ?? ''}`.split('\n') };
}

(async () => {
  const { text } = await session([
    '1 + 1', '{ a: 1 }', 'function f() {', 'return 7 }', 'f()', '`a', 'b`', "'x' + _", 'let q = 5, w = 6; w',
    'throw new TypeError("no")', '_error.message', 'let x y', 'fs.existsSync("/")', '.nothing',
  ]);
  assert.deepStrictEqual(text, [
    '> 2', '> { a: 1 }', '> | undefined', '> 7', "> | 'a\\nb'", "> 'xa\\nb'", '> 6',
    '> Uncaught TypeError: no', "> 'no'", '> let x y', '      ^', '', "Uncaught SyntaxError: Unexpected identifier 'y'",
    '> true', '> Invalid REPL keyword', '> ',
  ]);

  // Names that an awaiting line declares are there for the next, which waits for it.
  const awaiting = await session(['const { n } = await Promise.resolve({ n: 4 })', 'n', 'await Promise.reject(8)']);
  assert.deepStrictEqual(awaiting.text.slice(0, 2), ['> undefined', '> 4']);

  const strict = await session(['undeclared = 1'], { replMode: repl.REPL_MODE_STRICT });
  assert.deepStrictEqual(strict.text, ['> Uncaught ReferenceError: undeclared is not defined', '> ']);

  // An evaluator of the program's own may ask for more.
  const asked = [];
  const own = await session(['a', 'b'], {
    eval(code, context, name, callback) {
      asked.push(code);
      if (code === 'a\n') callback(new repl.Recoverable(new SyntaxError('more')));
      else callback(null, code.length);
    },
  });
  assert.deepStrictEqual(asked, ['a\n', 'a\nb\n']);
  assert.deepStrictEqual(own.text, ['> | 4', '> ']);

  // Completion looks at objects and runs nothing of theirs.
  const { server } = await session([]);
  server.context.thing = { alpha: 1, get beta() { throw new Error('looked at'); } };
  const completions = (line) => new Promise((resolve) => server.complete(line, (error, found) => resolve(found)));
  assert.deepStrictEqual(await completions('x = thing.al'), [['thing.alpha'], 'thing.al']);
  assert.deepStrictEqual(await completions('thing.beta.'), [[], 'thing.beta.']);
  assert.deepStrictEqual((await completions('.ex'))[0], ['exit']);
  assert.ok((await completions("require('fs"))[0].includes('fs/promises'));
})();
