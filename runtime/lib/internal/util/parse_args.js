'use strict';

// util.parseArgs(): https://nodejs.org/api/util.html#utilparseargsconfig

const {
  codes: { ERR_INVALID_ARG_VALUE, ERR_PARSE_ARGS_INVALID_OPTION_VALUE, ERR_PARSE_ARGS_UNEXPECTED_POSITIONAL, ERR_PARSE_ARGS_UNKNOWN_OPTION },
} = require('internal/errors');
const { validateArray, validateBoolean, validateBooleanArray, validateObject, validateString, validateStringArray, validateUnion } =
  require('internal/validators');

const own = (object, key) => (Object.hasOwn(object, key) ? object[key] : undefined);

function longOf(short, options) {
  for (const name of Object.keys(options)) if (own(options[name], 'short') === short) return name;
  return short;
}
const typeOf = (options, name) => (own(options, name) ? own(options[name], 'type') : undefined);

// The arguments as tokens: {kind, index, ...}.
function tokenize(args, options) {
  const tokens = [];
  const rest = args.map((arg, index) => ({ arg, index }));
  let splitFrom = -1; // index of the argument whose short options are being taken apart
  while (rest.length > 0) {
    const { arg, index } = rest.shift();
    const next = rest[0]?.arg;
    if (arg === '--' && splitFrom !== index) {
      tokens.push({ kind: 'option-terminator', index });
      for (const { arg: value, index: at } of rest) tokens.push({ kind: 'positional', index: at, value });
      break;
    }
    const isValue = (text) => text !== undefined && (text === '-' || !text.startsWith('-'));
    if (/^-[^-]$/.test(arg)) {
      const name = longOf(arg[1], options);
      let value;
      let inlineValue;
      if (typeOf(options, name) === 'string' && isValue(next)) {
        value = rest.shift().arg;
        inlineValue = false;
      } else if (typeOf(options, name) === 'string' && next !== undefined) {
        value = rest.shift().arg;
        inlineValue = false;
      }
      tokens.push({ kind: 'option', name, rawName: arg, index, value, inlineValue });
    } else if (/^-[^-]./.test(arg)) {
      const first = longOf(arg[1], options);
      if (typeOf(options, first) === 'string') {
        // '-fvalue'
        tokens.push({ kind: 'option', name: first, rawName: `-${arg[1]}`, index, value: arg.slice(2), inlineValue: true });
        continue;
      }
      // '-abc' is '-a -b -c', up to one that takes a value.
      const expanded = [];
      for (let i = 1; i < arg.length; i++) {
        if (typeOf(options, longOf(arg[i], options)) !== 'string' || i === arg.length - 1) {
          expanded.push({ arg: `-${arg[i]}`, index });
        } else {
          expanded.push({ arg: `-${arg.slice(i)}`, index });
          break;
        }
      }
      splitFrom = index;
      rest.unshift(...expanded);
    } else if (/^--[^=]+$/.test(arg)) {
      const name = arg.slice(2);
      let value;
      let inlineValue;
      if (typeOf(options, name) === 'string' && next !== undefined) {
        value = rest.shift().arg;
        inlineValue = false;
      }
      tokens.push({ kind: 'option', name, rawName: arg, index, value, inlineValue });
    } else if (/^--[^=]+=/.test(arg)) {
      const at = arg.indexOf('=');
      tokens.push({ kind: 'option', name: arg.slice(2, at), rawName: `--${arg.slice(2, at)}`, index, value: arg.slice(at + 1), inlineValue: true });
    } else {
      tokens.push({ kind: 'positional', index, value: arg });
    }
  }
  return tokens;
}

function checkValue(token, options, strict, allowPositionals) {
  if (!strict) return;
  const { name, rawName, value, inlineValue } = token;
  const type = typeOf(options, name);
  if (type === undefined) throw new ERR_PARSE_ARGS_UNKNOWN_OPTION(rawName, allowPositionals);
  const short = own(options[name], 'short');
  const label = short ? `-${short}, --${name}` : `--${name}`;
  if (type === 'string' && typeof value !== 'string') {
    throw new ERR_PARSE_ARGS_INVALID_OPTION_VALUE(`Option '${label} <value>' argument missing`);
  }
  if (type === 'boolean' && value != null) {
    throw new ERR_PARSE_ARGS_INVALID_OPTION_VALUE(`Option '${label}' does not take an argument`);
  }
  if (type === 'string' && inlineValue === false && value.length > 1 && value.startsWith('-')) {
    const example = rawName.startsWith('--') ? `'${rawName}=-XYZ'` : `'--${name}=-XYZ' or '${rawName}-XYZ'`;
    throw new ERR_PARSE_ARGS_INVALID_OPTION_VALUE(
      `Option '${rawName}' argument is ambiguous.\nDid you forget to specify the option argument for '${rawName}'?\n` +
      `To specify an option argument starting with a dash use ${example}.`);
  }
}

function store(values, options, name, value) {
  if (name === '__proto__') return;
  if (own(options, name) && own(options[name], 'multiple')) {
    values[name] ??= [];
    values[name].push(value);
  } else {
    values[name] = value;
  }
}

function parseArgs(config = {}) {
  validateObject(config, 'config');
  const args = own(config, 'args') ?? process.argv.slice(process._eval != null ? 1 : 2);
  const strict = own(config, 'strict') ?? true;
  const allowPositionals = own(config, 'allowPositionals') ?? !strict;
  const allowNegative = own(config, 'allowNegative') ?? false;
  const wantTokens = own(config, 'tokens') ?? false;
  const options = own(config, 'options') ?? { __proto__: null };
  validateArray(args, 'args');
  validateBoolean(strict, 'strict');
  validateBoolean(allowPositionals, 'allowPositionals');
  validateBoolean(wantTokens, 'tokens');
  validateObject(options, 'options');
  for (const name of Object.keys(options)) {
    const option = options[name];
    validateObject(option, `options.${name}`);
    const type = own(option, 'type');
    validateUnion(type, `options.${name}.type`, ['string', 'boolean']);
    if (Object.hasOwn(option, 'short')) {
      validateString(option.short, `options.${name}.short`);
      if (option.short.length !== 1) throw new ERR_INVALID_ARG_VALUE(`options.${name}.short`, option.short, 'must be a single character');
    }
    const multiple = own(option, 'multiple');
    if (Object.hasOwn(option, 'multiple')) validateBoolean(multiple, `options.${name}.multiple`);
    const value = own(option, 'default');
    if (value !== undefined) {
      const validate = type === 'string' ? (multiple ? validateStringArray : validateString) : (multiple ? validateBooleanArray : validateBoolean);
      validate(value, `options.${name}.default`);
    }
  }
  const tokens = tokenize(args, options);
  const result = { values: { __proto__: null }, positionals: [] };
  if (wantTokens) result.tokens = tokens;
  for (const token of tokens) {
    if (token.kind === 'option') {
      let { name, value } = token;
      if (allowNegative && value === undefined && name.startsWith('no-') && typeOf(options, name) === undefined) {
        const positive = name.slice(3);
        if (strict && typeOf(options, positive) === undefined) throw new ERR_PARSE_ARGS_UNKNOWN_OPTION(token.rawName, allowPositionals);
        if (typeOf(options, positive) !== 'string') {
          name = positive;
          token.name = positive;
          store(result.values, options, name, false);
          continue;
        }
      }
      checkValue(token, options, strict, allowPositionals);
      store(result.values, options, name, value ?? true);
    } else if (token.kind === 'positional') {
      if (!allowPositionals) throw new ERR_PARSE_ARGS_UNEXPECTED_POSITIONAL(token.value);
      result.positionals.push(token.value);
    }
  }
  for (const name of Object.keys(options)) {
    const value = own(options[name], 'default');
    if (value !== undefined && result.values[name] === undefined && name !== '__proto__') result.values[name] = value;
  }
  return result;
}

module.exports = { parseArgs };
