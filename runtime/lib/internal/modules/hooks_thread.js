'use strict';

// The program of the thread on which hooks of module.register() run. It answers register, resolve, load and connect (see
// hooks_client); modules with hooks are themselves resolved and loaded with the hooks registered before.

const { codes } = require('internal/errors');
const { getLoader } = require('internal/modules/esm/loader');
const { formatHint } = require('internal/modules/esm/formats');
const { importConditions } = require('internal/modules/helpers');
const { serializeError } = require('internal/worker/errors');
const binding = internalBinding('modules');

const {
  ERR_INVALID_ARG_TYPE, ERR_INVALID_ARG_VALUE, ERR_INVALID_RETURN_PROPERTY_VALUE, ERR_INVALID_RETURN_VALUE,
  ERR_LOADER_CHAIN_INCOMPLETE,
} = codes;

// --- Chains -------------------------------------------------------------------------------------------------------------

const kinds = {
  __proto__: null,
  resolve: { hook: 'resolve', next: 'nextResolve', argument: 'specifier', checkArgument: checkSpecifier, checkOutput: checkResolved },
  load: { hook: 'load', next: 'nextLoad', argument: 'url', checkArgument: checkUrl, checkOutput: checkLoaded },
};

// [{ url, run }]: the default first; the last registered is asked first.
const chains = {
  __proto__: null,
  resolve: [{ url: 'node:internal/modules/esm/resolve', run: defaultResolve }],
  load: [{ url: 'node:internal/modules/esm/load', run: defaultLoad }],
};
let hasHooks = false;

async function runChain(name, argument, context) {
  const kind = kinds[name];
  const chain = [...chains[name]];
  const merged = withAssertions({ ...context });
  let reachedEnd = false;
  let shortCircuit = false;
  let deepest = chain[chain.length - 1];

  async function ask(index, given) {
    const { run, url } = deepest = chain[index];
    if (index === 0) reachedEnd = true;
    const identity = `${url} '${kind.hook}' hook's ${kind.next}()`;
    const next = {
      async [kind.next](nextArgument, nextContext) {
        kind.checkArgument(`${identity} ${kind.argument}`, nextArgument);
        if (nextContext !== undefined && (nextContext === null || typeof nextContext !== 'object' || Array.isArray(nextContext))) {
          throw new ERR_INVALID_ARG_TYPE(`${identity} context`, 'Object', nextContext);
        }
        if (nextContext !== undefined && nextContext !== merged) Object.assign(merged, attributesOf(nextContext));
        return ask(index - 1, nextArgument);
      },
    }[kind.next];
    const output = await run(given, merged, index === 0 ? undefined : next);
    kind.checkOutput(identity, attributesOf(output));
    if (output.shortCircuit === true) shortCircuit = true;
    return output;
  }

  const output = await ask(chain.length - 1, argument);
  if (!reachedEnd && !shortCircuit) throw new ERR_LOADER_CHAIN_INCOMPLETE(`${deepest.url} '${kind.hook}'`);
  return output;
}

function checkSpecifier(name, value) {
  if (typeof value !== 'string') throw new ERR_INVALID_ARG_TYPE(name, 'string', value);
}
function checkUrl(name, value) {
  checkSpecifier(name, value);
  if (!URL.canParse(value)) throw new ERR_INVALID_ARG_VALUE(name, value, 'should be a URL string');
}

function checkObject(name, output) {
  if (typeof output !== 'object' || output === null) throw new ERR_INVALID_RETURN_VALUE('an object', name, output);
}
function checkResolved(name, output) {
  checkObject(name, output);
  const { url, format, importAttributes } = output;
  if (typeof url !== 'string' || !URL.canParse(url)) throw new ERR_INVALID_RETURN_PROPERTY_VALUE('a URL string', name, 'url', url);
  if (format !== undefined && format !== null && typeof format !== 'string') {
    throw new ERR_INVALID_RETURN_PROPERTY_VALUE('a string', name, 'format', format);
  }
  if (importAttributes !== undefined && (importAttributes === null || typeof importAttributes !== 'object')) {
    throw new ERR_INVALID_RETURN_PROPERTY_VALUE('an object', name, 'importAttributes', importAttributes);
  }
}
function checkLoaded(name, output) {
  checkObject(name, output);
  const { format, source } = output;
  if (format !== undefined && format !== null && typeof format !== 'string') {
    throw new ERR_INVALID_RETURN_PROPERTY_VALUE('a string', name, 'format', format);
  }
  if (source !== null && source !== undefined && typeof source !== 'string' && !ArrayBuffer.isView(source) &&
      !(source instanceof ArrayBuffer) && !(source instanceof SharedArrayBuffer)) {
    throw new ERR_INVALID_RETURN_PROPERTY_VALUE('a string, an ArrayBuffer, or a TypedArray', name, 'source', source);
  }
}

function defaultResolve(specifier, { parentURL, conditions }) {
  const url = getLoader().resolveDefault(specifier, parentURL, conditions);
  return { __proto__: null, url, format: formatHint(url, specifier) };
}

function defaultLoad(url, { format, importAttributes }) {
  const loaded = getLoader().loadForHooks(url, importAttributes, format ?? undefined);
  // Only hooks that give a text of their own have a say in what CommonJS requires.
  return loaded.format === 'commonjs' ? { ...loaded, source: null } : loaded;
}

function resolveContext(parentURL, attributes) {
  return { conditions: [...importConditions()], importAttributes: { ...attributes }, parentURL };
}

// The old name of importAttributes, which hooks may still use.
let hasWarnedOfAssertions = false;
function warnAssertions() {
  if (hasWarnedOfAssertions) return;
  hasWarnedOfAssertions = true;
  process.emitWarning('Use `importAttributes` instead of `importAssertions`', 'ExperimentalWarning');
}
function withAssertions(context) {
  return Object.defineProperty(context, 'importAssertions', {
    __proto__: null, configurable: true, enumerable: false,
    get() { warnAssertions(); return this.importAttributes; },
    set(value) { warnAssertions(); this.importAttributes = value; },
  });
}
// The same object; what hooks call importAssertions is taken for importAttributes.
function attributesOf(object) {
  if (object === null || typeof object !== 'object' || !Object.hasOwn(object, 'importAssertions')) return object;
  const { get, value } = Object.getOwnPropertyDescriptor(object, 'importAssertions');
  if (get !== undefined) return object;
  warnAssertions();
  delete object.importAssertions;
  object.importAttributes ??= value;
  return object;
}

// --- Modules of this thread ---------------------------------------------------------------------------------------------

// The loader resolves and loads at once, which hooks here cannot: what a graph needs is asked for before it is linked.
const known = { resolved: new Map(), loaded: new Map() };
const prefetched = {
  hasLoad: true,
  resolveForImport(specifier, parentURL, attributes, conditions) {
    const found = known.resolved.get(`${parentURL}\x00${specifier}`);
    if (found !== undefined) return found;
    return { url: getLoader().resolveDefault(specifier, parentURL, conditions), format: undefined };
  },
  loadForImport(url, attributes, format) {
    return known.loaded.get(url) ?? getLoader().loadDefault(url, attributes, format);
  },
};

async function prefetch(specifier, parentURL, attributes) {
  const key = `${parentURL}\x00${specifier}`;
  let resolved = known.resolved.get(key);
  if (resolved === undefined) {
    const { url, format, importAttributes } = await runChain('resolve', specifier, resolveContext(parentURL, attributes));
    resolved = { url, format: format ?? undefined, importAttributes };
    known.resolved.set(key, resolved);
  }
  const { url, format } = resolved;
  attributes = resolved.importAttributes ?? attributes;
  if (known.loaded.has(url) || url.startsWith('node:')) return;
  const loaded = await runChain('load', url, { format, importAttributes: { ...attributes } });
  known.loaded.set(url, { __proto__: null, format: loaded.format, source: loaded.source, path: binding.fileUrlToPath(url) });
  const record = getLoader().recordOf(url, attributes, format, parentURL);
  if (record.format !== 'module') return;
  const requests = record.wrap.requests();
  for (let i = 0; i < requests.length; i += 5) await prefetch(requests[i], url, requests[i + 1]);
}

function customizeImports() {
  if (hasHooks) return;
  hasHooks = true;
  const loader = getLoader();
  loader.hooks = prefetched;
  const importNow = loader.import;
  loader.import = async function(specifier, parentURL, attributes, isMain) {
    await prefetch(specifier, parentURL, attributes);
    return importNow.call(loader, specifier, parentURL, attributes, isMain);
  };
}

// --- Questions ----------------------------------------------------------------------------------------------------------

let hasWarnedOfPreload = false;

const methods = {
  __proto__: null,

  async register(specifier, parentURL, data) {
    const loader = getLoader();
    const namespace = await loader.import(specifier, parentURL, undefined);
    const { url } = loader.resolve(specifier, parentURL, undefined);
    const { globalPreload, initialize, load, resolve } = namespace;
    if (globalPreload !== undefined && initialize === undefined && !hasWarnedOfPreload) {
      hasWarnedOfPreload = true;
      process.emitWarning('`globalPreload` has been removed; use `initialize` instead.', 'UnsupportedWarning');
    }
    if (resolve !== undefined) chains.resolve.push({ url, run: resolve });
    if (load !== undefined) chains.load.push({ url, run: load });
    if (resolve !== undefined || load !== undefined) customizeImports();
    await initialize?.(data);
  },

  async resolve(specifier, context) {
    const { url, format, importAttributes } = await runChain('resolve', specifier, context);
    return { url, format, importAttributes };
  },

  async load(url, context) {
    const { format, source } = await runChain('load', url, context);
    return { format, source };
  },

  connect(client) { serve(client); },
};

const clients = []; // { port, lock, isWaiting }

function answer(client, reply) {
  if (!client.isWaiting) return;
  client.isWaiting = false;
  try {
    client.port.postMessage(reply);
  } catch (error) {
    client.port.postMessage({ status: 'error', error: serializeError(error) });
  }
  Atomics.add(client.lock, 0, 1);
  Atomics.notify(client.lock, 0);
}

function serve({ port, lock }) {
  const client = { port, lock, isWaiting: false };
  clients.push(client);
  port.on('message', async ({ method, args }) => {
    client.isWaiting = true;
    // While hooks run, what they wait for keeps the loop alive: when nothing is left they will never settle.
    for (const each of clients) each.port.unref();
    let reply;
    try {
      reply = { status: 'ok', value: await methods[method](...args) };
    } catch (error) {
      reply = { status: 'error', error: serializeError(error) };
    }
    answer(client, reply);
    if (!clients.some(({ isWaiting }) => isWaiting)) for (const each of clients) each.port.ref();
  });
}

function answerAll(reply) {
  for (const client of clients) answer(client, reply);
}

// The thread that waits for this one cannot pass on what is printed here, so it goes straight to the descriptors.
function ownStreams() {
  const SyncWriteStream = require('internal/fs/sync_write_stream');
  const { Readable } = require('stream');
  const streams = {
    stdin: () => Readable.from([]),
    stdout: () => new SyncWriteStream(1, { autoClose: false }),
    stderr: () => new SyncWriteStream(2, { autoClose: false }),
  };
  for (const name of Object.keys(streams)) {
    let stream;
    Object.defineProperty(process, name, {
      __proto__: null, configurable: true, enumerable: true, get: () => stream ??= streams[name](),
    });
  }
}

// `client`: { port, lock } of the thread that started this one.
function start(client) {
  ownStreams();
  process.on('beforeExit', () => {
    if (!clients.some(({ isWaiting }) => isWaiting)) return;
    answerAll({ status: 'never' });
    for (const each of clients) each.port.ref();
  });
  const { exit } = process;
  process.exit = process.reallyExit = function(code = process.exitCode ?? 0) {
    answerAll({ status: 'exit', code });
    exit.call(process, code);
  };
  require('internal/process/execution').setWorkerErrorHandler((error) => {
    answerAll({ status: 'error', error: serializeError(error) });
  });
  serve(client);
}

module.exports = { start };
