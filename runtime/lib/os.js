'use strict';

// https://nodejs.org/api/os.html

const binding = internalBinding('os');
const constants = internalBinding('constants').os;
const { codes: { ERR_SYSTEM_ERROR }, uvErrmapGet } = require('internal/errors');
const { validateInt32 } = require('internal/validators');

// A binding's result, or the negative error it gave, thrown.
function checked(result, syscall) {
  if (typeof result === 'number') throw systemError(result, syscall);
  return result;
}
function systemError(errno, syscall) {
  const [code, message] = uvErrmapGet(errno) ?? ['UNKNOWN', 'unknown error'];
  return new ERR_SYSTEM_ERROR({ code, message, errno, syscall });
}

// Functions that are used as text give their value.
function withPrimitive(fn) {
  fn[Symbol.toPrimitive] = () => fn();
  return fn;
}

const uname = (index) => withPrimitive({ value: () => checked(binding.uname(), 'uv_os_uname')[index] }.value);

function hostname() { return checked(binding.hostname(), 'uv_os_gethostname'); }
function homedir() { return checked(binding.homedir(), 'uv_os_homedir'); }
function uptime() { return checked(binding.uptime(), 'uv_uptime')[0]; }

function tmpdir() {
  const { TMPDIR, TMP, TEMP } = process.env;
  const path = TMPDIR || TMP || TEMP || '/tmp';
  return path.length > 1 && path.endsWith('/') ? path.slice(0, -1) : path;
}

function loadavg() {
  const values = new Float64Array(3);
  binding.loadavg(values);
  return [...values];
}

function cpus() {
  const flat = checked(binding.cpus(), 'uv_cpu_info');
  const result = [];
  for (let i = 0; i < flat.length; i += 7) {
    result.push({
      model: flat[i], speed: flat[i + 1],
      times: { user: flat[i + 2], nice: flat[i + 3], sys: flat[i + 4], idle: flat[i + 5], irq: flat[i + 6] },
    });
  }
  return result;
}

// The number of leading one bits of a netmask; null when it is none.
function prefixLength(netmask, family) {
  const [base, bits, separator] = family === 'IPv6' ? [16, 16, ':'] : [10, 8, '.'];
  let ones = 0;
  let ended = false;
  for (const part of netmask.split(separator)) {
    if (part === '') continue;
    const binary = Number.parseInt(part, base).toString(2).padStart(bits, '0');
    const leading = binary.indexOf('0') === -1 ? bits : binary.indexOf('0');
    if ((ended && leading > 0) || binary.includes('1', leading)) return null;
    ones += leading;
    if (leading < bits) ended = true;
  }
  return ones;
}

function networkInterfaces() {
  const flat = checked(binding.interfaceAddresses(), 'uv_interface_addresses');
  const result = {};
  for (let i = 0; i < flat.length; i += 7) {
    const [name, address, netmask, family, mac, internal, scopeid] = flat.slice(i, i + 7);
    const entry = { address, netmask, family, mac, internal, cidr: null };
    const prefix = prefixLength(netmask, family);
    if (prefix !== null) entry.cidr = `${address}/${prefix}`;
    if (scopeid !== -1) entry.scopeid = scopeid;
    (result[name] ??= []).push(entry);
  }
  return result;
}

function userInfo(options) {
  if (typeof options !== 'object') options = null;
  const info = checked(binding.userInfo(), 'uv_os_get_passwd');
  if (options?.encoding === 'buffer') {
    for (const key of ['username', 'homedir', 'shell']) {
      if (info[key] !== null) info[key] = Buffer.from(info[key]);
    }
  }
  return info;
}

function setPriority(pid, priority) {
  if (priority === undefined) {
    priority = pid;
    pid = 0;
  }
  validateInt32(pid, 'pid');
  validateInt32(priority, 'priority', -20, 19);
  const error = binding.setPriority(pid, priority);
  if (error) throw systemError(error, 'uv_os_setpriority');
}
function getPriority(pid) {
  if (pid === undefined) pid = 0;
  else validateInt32(pid, 'pid');
  return checked(binding.getPriority(pid), 'uv_os_getpriority')[0];
}

const endian = new Uint8Array(new Uint16Array([1]).buffer)[0] === 1 ? 'LE' : 'BE';

module.exports = {
  arch: withPrimitive(() => process.arch),
  availableParallelism: withPrimitive(() => binding.availableParallelism()),
  cpus,
  endianness: withPrimitive(() => endian),
  freemem: withPrimitive(() => binding.freemem()),
  getPriority,
  homedir: withPrimitive(homedir),
  hostname: withPrimitive(hostname),
  loadavg,
  networkInterfaces,
  platform: withPrimitive(() => process.platform),
  release: uname(2),
  setPriority,
  tmpdir: withPrimitive(tmpdir),
  totalmem: withPrimitive(() => binding.totalmem()),
  type: uname(0),
  userInfo,
  uptime: withPrimitive(uptime),
  version: uname(1),
  machine: uname(3),
};
Object.defineProperties(module.exports, {
  constants: { __proto__: null, configurable: false, enumerable: true, value: constants },
  EOL: { __proto__: null, configurable: true, enumerable: true, writable: false, value: '\n' },
  devNull: { __proto__: null, configurable: true, enumerable: true, writable: false, value: '/dev/null' },
});
