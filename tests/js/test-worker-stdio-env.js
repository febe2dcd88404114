// Standard streams, environment, arguments and what process refuses in a worker.
const assert = require('node:assert');
const { once } = require('node:events');
const { SHARE_ENV, Worker, getEnvironmentData, setEnvironmentData } = require('node:worker_threads');

async function run(source, options, input) {
  const worker = new Worker(source, { eval: true, stdout: true, stdin: input !== undefined, ...options });
  if (input !== undefined) worker.stdin.end(input);
  let output = '';
  worker.stdout.setEncoding('utf8').on('data', (text) => { output += text; });
  assert.deepStrictEqual(await once(worker, 'exit'), [0]);
  return output;
}

(async () => {
  assert.strictEqual(await run('process.stdin.pipe(process.stdout)', {}, 'through the thread'), 'through the thread');
  assert.strictEqual(await run('console.log(process.argv.slice(2).join())', { argv: [1, 'two'] }), '1,two\n');
  process.env.SEEN = 'before';
  assert.strictEqual(await run('console.log(process.env.SEEN); process.env.SEEN = "changed"'), 'before\n');
  assert.strictEqual(process.env.SEEN, 'before');
  await run('process.env.SEEN = "changed"', { env: SHARE_ENV });
  assert.strictEqual(process.env.SEEN, 'changed');
  assert.strictEqual(await run('console.log(Object.keys(process.env).join())', { env: { ONLY: 1 } }), 'ONLY\n');
  setEnvironmentData('key', { a: 1 });
  assert.deepStrictEqual(getEnvironmentData('key'), { a: 1 });
  assert.strictEqual(await run('console.log(require("worker_threads").getEnvironmentData("key").a)'), '1\n');
  assert.strictEqual(
    await run('try { process.chdir("/") } catch (error) { console.log(error.code) }'), 'ERR_WORKER_UNSUPPORTED_OPERATION\n');
  assert.throws(() => new Worker('x.js'), { code: 'ERR_WORKER_PATH' });
  assert.throws(() => new Worker('', { eval: true, execArgv: ['--no-such-flag'] }), { code: 'ERR_WORKER_INVALID_EXEC_ARGV' });
})();
