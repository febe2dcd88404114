// module.register(): hooks on a thread of their own, in the order last registered first, with data, for import, for
// import.meta.resolve and for later hook modules; what they throw comes back; what never settles is said.
import assert from 'node:assert';
import { register } from 'node:module';
import { MessageChannel, Worker, receiveMessageOnPort } from 'node:worker_threads';

const hooks = (text) => `data:text/javascript,${encodeURIComponent(text)}`;

const { port1, port2 } = new MessageChannel();
const first = hooks(`
  let port;
  export async function initialize(data) { port = data.port; port.postMessage('initialized ' + data.name); }
  export async function resolve(specifier, context, nextResolve) {
    if (specifier === 'virtual:one') return { url: specifier, shortCircuit: true };
    if (specifier === 'virtual:throws') throw Object.assign(new RangeError('no such thing'), { code: 'ERR_MINE' });
    if (specifier === 'virtual:never') return new Promise(() => {});
    if (specifier === 'virtual:incomplete') return { url: 'virtual:one' };
    if (specifier === 'virtual:badnext') return nextResolve(5);
    const found = await nextResolve(specifier, context);
    if (specifier === 'node:path') port.postMessage(found.url);
    return found;
  }
  export async function load(url, context, nextLoad) {
    if (url !== 'virtual:one') return nextLoad(url, context);
    return { format: 'module', shortCircuit: true, source: new TextEncoder().encode('export default import.meta.url; export const n = 1') };
  }`);
assert.strictEqual(register(first, import.meta.url, { data: { name: 'first', port: port2 }, transferList: [port2] }), undefined);
assert.strictEqual(receiveMessageOnPort(port1).message, 'initialized first');

const one = await import('virtual:one');
assert.deepStrictEqual({ ...one }, { default: 'virtual:one', n: 1 });
assert.strictEqual(import.meta.resolve('virtual:one'), 'virtual:one');
await import('node:path');
assert.strictEqual(receiveMessageOnPort(port1).message, 'node:path');

await assert.rejects(import('virtual:throws'), { name: 'RangeError', message: 'no such thing', code: 'ERR_MINE' });
await assert.rejects(import('virtual:incomplete'), { code: 'ERR_LOADER_CHAIN_INCOMPLETE' });
await assert.rejects(import('virtual:badnext'), { code: 'ERR_INVALID_ARG_TYPE', message: /nextResolve\(\) specifier/ });
assert.throws(() => import.meta.resolve('virtual:never'), { code: 'ERR_ASYNC_LOADER_REQUEST_NEVER_SETTLED' });

// The second hooks' module is loaded through the first's, and asked before them.
register(hooks(`
  import { n } from 'virtual:one';
  export async function load(url, context, nextLoad) {
    const loaded = await nextLoad(url, context);
    if (url !== 'virtual:one#2') return loaded;
    return loaded;
  }
  export async function resolve(specifier, context, nextResolve) {
    return specifier === 'virtual:alias' ? nextResolve('virtual:one', context) : nextResolve(specifier, context);
  }
  if (n !== 1) throw new Error('not through the first hooks');`));
assert.strictEqual((await import('virtual:alias')).n, 1);
assert.throws(() => register('data:text/javascript,throw new TypeError("broken hooks")'), { name: 'TypeError', message: 'broken hooks' });
assert.throws(() => register('./not-there.mjs', import.meta.url), { code: 'ERR_MODULE_NOT_FOUND' });

// Hooks are those of the thread that registers them.
const worker = new Worker(`
  const { parentPort } = require('worker_threads');
  const tried = () => import('virtual:alias').then((m) => m.n, (error) => error.code);
  tried().then((before) => {
    require('module').register('data:text/javascript,');
    tried().then((after) => parentPort.postMessage([before, after]));
  });`, { eval: true });
const answer = await new Promise((resolve, reject) => { worker.on('message', resolve); worker.on('error', reject); });
assert.deepStrictEqual(answer, ['ERR_UNSUPPORTED_ESM_URL_SCHEME', 'ERR_UNSUPPORTED_ESM_URL_SCHEME']);
await worker.terminate();
port1.close();
