'use strict';

// IP addresses as text, and as the values net.SocketAddress and net.BlockList stand for.

const { RegExpPrototypeExec } = primordials;
const { codes: { ERR_INVALID_ADDRESS, ERR_INVALID_ARG_VALUE } } = require('internal/errors');
const {
  validateInt32, validateObject, validateOneOf, validatePort, validateString, validateUint32,
} = require('internal/validators');
const { customInspectSymbol: kInspect } = require('internal/util');

const byte = '(?:25[0-5]|2[0-4]\\d|1\\d\\d|[1-9]?\\d)';
const v4 = `(?:${byte}\\.){3}${byte}`;
const word = '[0-9a-fA-F]{1,4}';
// RFC 4291, section 2.2; a zone (RFC 4007, section 11) may follow.
const v6 = '(?:' + [
  `(?:${word}:){7}(?:${word}|:)`,
  `(?:${word}:){6}(?:${v4}|:${word}|:)`,
  `(?:${word}:){5}(?::${v4}|(?::${word}){1,2}|:)`,
  `(?:${word}:){4}(?:(?::${word}){0,1}:${v4}|(?::${word}){1,3}|:)`,
  `(?:${word}:){3}(?:(?::${word}){0,2}:${v4}|(?::${word}){1,4}|:)`,
  `(?:${word}:){2}(?:(?::${word}){0,3}:${v4}|(?::${word}){1,5}|:)`,
  `(?:${word}:){1}(?:(?::${word}){0,4}:${v4}|(?::${word}){1,6}|:)`,
  `(?::(?:(?::${word}){0,5}:${v4}|(?::${word}){1,7}|:))`,
].join('|') + ')(?:%[0-9a-zA-Z\\-.:]+)?';
const v4Whole = new RegExp(`^${v4}$`);
const v6Whole = new RegExp(`^${v6}$`);

function isIPv4(text) {
  return RegExpPrototypeExec(v4Whole, `${text}`) !== null;
}
function isIPv6(text) {
  return RegExpPrototypeExec(v6Whole, `${text}`) !== null;
}
function isIP(text) {
  if (isIPv4(text)) return 4;
  return isIPv6(text) ? 6 : 0;
}

function v4Number(text) {
  let value = 0n;
  for (const part of text.split('.')) value = value * 256n + BigInt(part);
  return value;
}

// The 128 bits of an IPv6 address.
function v6Number(text) {
  text = text.split('%')[0];
  const dotted = /:([\d.]*\.[\d.]*)$/.exec(text);
  if (dotted) {
    const bits = v4Number(dotted[1]);
    text = `${text.slice(0, -dotted[1].length)}${(bits >> 16n).toString(16)}:${(bits & 0xffffn).toString(16)}`;
  }
  const [head, tail] = text.split('::');
  const left = head ? head.split(':') : [];
  const right = tail ? tail.split(':') : [];
  const zeros = tail === undefined ? 0 : 8 - left.length - right.length;
  let value = 0n;
  for (const part of [...left, ...new Array(zeros).fill('0'), ...right]) value = (value << 16n) | BigInt(`0x${part}`);
  return value;
}

const kMapped = 0xffffn << 32n; // ::ffff:0:0/96, IPv4 in IPv6

const { kClone, markTransferMode } = require('internal/worker/transfer');

class SocketAddress {
  #address;
  #port;
  #family;
  #flowlabel;

  static isSocketAddress(value) { return typeof value === 'object' && value !== null && #address in value; }

  // 'address:port' or '[address]:port' -> SocketAddress, or undefined.
  static parse(input) {
    validateString(input, 'input');
    const parsed = URL.parse(`http://${input}`);
    if (parsed === null) return undefined;
    const { hostname } = parsed;
    const port = parsed.port | 0;
    if (hostname.startsWith('[') && hostname.endsWith(']')) {
      return new SocketAddress({ address: hostname.slice(1, -1), port, family: 'ipv6' });
    }
    if (!isIPv4(hostname)) return undefined;
    return new SocketAddress({ address: hostname, port });
  }

  constructor(options = {}) {
    validateObject(options, 'options');
    let { family = 'ipv4' } = options;
    const { address = family === 'ipv6' ? '::' : '127.0.0.1', port = 0, flowlabel = 0 } = options;
    if (typeof family?.toLowerCase === 'function') family = family.toLowerCase();
    validateOneOf(family, 'options.family', ['ipv4', 'ipv6']);
    validateString(address, 'options.address');
    validatePort(port, 'options.port');
    validateUint32(flowlabel, 'options.flowlabel');
    if (!(family === 'ipv4' ? isIPv4(address) : isIPv6(address))) throw new ERR_INVALID_ADDRESS(address);
    markTransferMode(this, true, false);
    this.#address = internalBinding('dns_lookup').canonicalizeIP(address) ?? address;
    this.#port = port | 0;
    this.#family = family;
    this.#flowlabel = family === 'ipv6' ? flowlabel : 0;
  }

  [kClone]() { return { data: this.toJSON(), deserializeInfo: 'internal/net/address:reviveAddress' }; }

  get address() { return this.#address; }
  get port() { return this.#port; }
  get family() { return this.#family; }
  get flowlabel() { return this.#flowlabel; }

  toJSON() {
    return { address: this.address, port: this.port, family: this.family, flowlabel: this.flowlabel };
  }

  [kInspect](depth, options) {
    if (depth < 0) return this;
    const { inspect } = require('internal/util/inspect');
    return `SocketAddress ${inspect(this.toJSON(), { ...options, depth: options.depth == null ? null : options.depth - 1 })}`;
  }
}

function toAddress(address, family, name) {
  if (SocketAddress.isSocketAddress(address)) return address;
  validateString(address, name);
  validateString(family, 'family');
  return new SocketAddress({ address, family: family.toLowerCase() });
}

function numberOf(address) {
  return address.family === 'ipv4' ? kMapped | v4Number(address.address) : v6Number(address.address);
}

// Sets of addresses. IPv4 addresses are compared as those mapped into IPv6, so that either spelling is found.
class BlockList {
  #rules = [];

  constructor() { markTransferMode(this, true, false); }

  [kClone]() { return { data: this.#rules, deserializeInfo: 'internal/net/address:reviveBlockList' }; }
  static of(rules) {
    const list = new BlockList();
    list.#rules = rules;
    return list;
  }

  static isBlockList(value) { return typeof value === 'object' && value !== null && #rules in value; }

  addAddress(address, family = 'ipv4') {
    address = toAddress(address, family, 'address');
    const number = numberOf(address);
    this.#add(`Address: ${label(address.family)} ${address.address}`, number, number);
  }

  addRange(start, end, family = 'ipv4') {
    start = toAddress(start, family, 'start');
    end = toAddress(end, family, 'end');
    const low = numberOf(start);
    const high = numberOf(end);
    if (low > high) throw new ERR_INVALID_ARG_VALUE('start', start, `must come before ${end}`);
    this.#add(`Range: ${label(start.family)} ${start.address}-${end.address}`, low, high);
  }

  addSubnet(network, prefix, family = 'ipv4') {
    network = toAddress(network, family, 'network');
    const bits = network.family === 'ipv4' ? 32 : 128;
    validateInt32(prefix, 'prefix', 0, bits);
    const size = 1n << BigInt(bits - prefix);
    const low = numberOf(network) & ~(size - 1n);
    this.#add(`Subnet: ${label(network.family)} ${network.address}/${prefix}`, low, low + size - 1n);
  }

  #add(text, low, high) {
    this.#rules.unshift({ text, low, high });
  }

  check(address, family = 'ipv4') {
    try {
      address = toAddress(address, family, 'address');
    } catch (error) {
      if (error.code === 'ERR_INVALID_ADDRESS') return false;
      throw error;
    }
    const number = numberOf(address);
    return this.#rules.some(({ low, high }) => number >= low && number <= high);
  }

  get rules() { return this.#rules.map(({ text }) => text); }

  toJSON() { return this.rules; }

  fromJSON(value) {
    const rules = typeof value === 'string' ? JSON.parse(value) : value;
    if (!Array.isArray(rules) || !rules.every((rule) => typeof rule === 'string')) {
      const { codes: { ERR_INVALID_ARG_TYPE } } = require('internal/errors');
      throw new ERR_INVALID_ARG_TYPE('value', ['string', 'string[]'], value);
    }
    for (const rule of rules.toReversed()) {
      let parts;
      if ((parts = /^Address: (IPv[46]) (\S+)$/.exec(rule))) this.addAddress(parts[2], parts[1]);
      else if ((parts = /^Range: (IPv[46]) (\S+?)-(\S+)$/.exec(rule))) this.addRange(parts[2], parts[3], parts[1]);
      else if ((parts = /^Subnet: (IPv[46]) (\S+)\/(\d+)$/.exec(rule))) this.addSubnet(parts[2], +parts[3], parts[1]);
    }
  }

  [kInspect](depth, options) {
    if (depth < 0) return this;
    const { inspect } = require('internal/util/inspect');
    return `BlockList ${inspect({ rules: this.rules }, { ...options, depth: options.depth == null ? null : options.depth - 1 })}`;
  }
}

function label(family) {
  return family === 'ipv4' ? 'IPv4' : 'IPv6';
}

const { of: reviveBlockList } = BlockList;
delete BlockList.of;
function reviveAddress(parts) { return new SocketAddress(parts); }

module.exports = { BlockList, reviveAddress, reviveBlockList, SocketAddress, isIP, isIPv4, isIPv6 };
