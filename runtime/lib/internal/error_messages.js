'use strict';

// Wording that several error messages share.

const kTypes = new Set(['string', 'function', 'number', 'object', 'boolean', 'bigint', 'symbol']);
// Names that users write with a capital and that mean a primitive type.
const kTypeAliases = new Set(['Function', 'Object']);

function inspect(value, options) {
  return require('internal/util/inspect').inspect(value, options);
}

function shorten(text, limit) {
  return text.length > limit ? `${text.slice(0, limit)}...` : text;
}

function isProperty(name) {
  return `${name}`.includes('.');
}

// "a", "a or b", "a, b, or c"
function formatList(items, conjunction = 'and') {
  switch (items.length) {
    case 0: return '';
    case 1: return `${items[0]}`;
    case 2: return `${items[0]} ${conjunction} ${items[1]}`;
    default: return `${items.slice(0, -1).join(', ')}, ${conjunction} ${items[items.length - 1]}`;
  }
}

// What a value is, in few words: "type number (1)", "an instance of Foo", "function f", "undefined".
function determineSpecificType(value) {
  if (value === null) return 'null';
  if (value === undefined) return 'undefined';
  const type = typeof value;
  switch (type) {
    case 'bigint': return `type bigint (${value}n)`;
    case 'number': return `type number (${value === 0 && 1 / value < 0 ? '-0' : value})`;
    case 'boolean': return `type boolean (${value})`;
    case 'symbol': return `type symbol (${String(value)})`;
    case 'function': return `function ${value.name}`;
    case 'string': {
      const text = value.length > 28 ? `${value.slice(0, 25)}...` : value;
      return text.includes("'") ? `type string (${JSON.stringify(text)})` : `type string ('${text}')`;
    }
    default:
      if (value.constructor?.name) return `an instance of ${value.constructor.name}`;
      return inspect(value, { depth: -1 });
  }
}

function invalidArgType(name, expected, actual) {
  const wanted = Array.isArray(expected) ? expected : [expected];
  let message = 'The ';
  if (`${name}`.endsWith(' argument')) message += `${name} `;
  else message += `"${name}" ${isProperty(name) ? 'property' : 'argument'} `;
  message += 'must be ';
  const types = [];
  const instances = [];
  const other = [];
  for (const one of wanted) {
    if (kTypes.has(one)) types.push(one);
    else if (kTypeAliases.has(one) && one === 'Function') types.push('function');
    else if (/^[A-Z][a-zA-Z0-9]*$/.test(one)) instances.push(one);
    else other.push(one);
  }
  // Beside a primitive type `Object` reads better as a class.
  const object = instances.indexOf('Object');
  if (object !== -1 && types.length === 0) {
    types.push('object');
    instances.splice(object, 1);
  }
  if (types.length > 0) {
    message += `${types.length > 1 ? 'one of type' : 'of type'} ${formatList(types, 'or')}`;
    if (instances.length > 0 || other.length > 0) message += ' or ';
  }
  if (instances.length > 0) {
    message += `an instance of ${formatList(instances, 'or')}`;
    if (other.length > 0) message += ' or ';
  }
  if (other.length > 1) {
    message += `one of ${formatList(other, 'or')}`;
  } else if (other.length === 1) {
    if (other[0].toLowerCase() !== other[0]) message += 'an ';
    message += other[0];
  }
  return `${message}. Received ${determineSpecificType(actual)}`;
}

function missingArgs(names) {
  const quoted = names.map((name) =>
    (Array.isArray(name) ? name.map((one) => `"${one}"`).join(' or ') : `"${name}"`));
  return `The ${formatList(quoted)} argument${names.length > 1 ? 's' : ''} must be specified`;
}

// 1234567 -> "1_234_567"; below four digits as is.
function separateThousands(digits) {
  const start = digits[0] === '-' ? 1 : 0;
  let out = '';
  let i = digits.length;
  for (; i >= start + 4; i -= 3) out = `_${digits.slice(i - 3, i)}${out}`;
  return `${digits.slice(0, i)}${out}`;
}

function outOfRange(name, range, value, nameIsMessage) {
  let received;
  if (Number.isInteger(value) && Math.abs(value) > 2 ** 32) {
    received = separateThousands(String(value));
  } else if (typeof value === 'bigint') {
    received = String(value);
    if (value > 2n ** 32n || value < -(2n ** 32n)) received = separateThousands(received);
    received += 'n';
  } else {
    received = inspect(value);
  }
  return `${nameIsMessage ? name : `The value of "${name}" is out of range.`} It must be ${range}. Received ${received}`;
}

function invalidPackageTarget(folder, key, target, isImport, base) {
  const lacksDot = typeof target === 'string' && !isImport && target.length > 0 && !target.startsWith('./');
  const where = `in the package config ${folder}package.json${base ? ` imported from ${base}` : ''}` +
    (lacksDot ? '; targets must start with "./"' : '');
  if (key === '.') return `Invalid "exports" main target ${JSON.stringify(target)} defined ${where}`;
  return `Invalid "${isImport ? 'imports' : 'exports'}" target ${JSON.stringify(target)} defined for '${key}' ${where}`;
}

function requireEsm(filename, hasEsmSyntax, parent, packagePath) {
  const nameOf = (path) => path.slice(path.lastIndexOf('/') + 1);
  const basename = parent && nameOf(parent) === nameOf(filename) ? filename : nameOf(filename);
  let message = `require() of ES Module ${filename}${parent ? ` from ${parent}` : ''} not supported.`;
  if (!packagePath) {
    return `${message}\nInstead change the require of ${filename} to a dynamic import() which is available in all ` +
      'CommonJS modules.';
  }
  if (hasEsmSyntax) {
    return `${message}\nInstead change the require of ${basename} in ${parent} to a dynamic import() which is ` +
      'available in all CommonJS modules.';
  }
  message += `\n${basename} is treated as an ES module file as it is a .js file whose nearest parent package.json ` +
    'contains "type": "module" which declares all .js files in that package scope as ES modules.\nInstead either ' +
    `rename ${basename} to end in .cjs, change the requiring code to use dynamic import() which is available in all ` +
    `CommonJS modules, or change "type": "module" to "type": "commonjs" in ${packagePath} to treat all .js files as ` +
    'CommonJS (using .mjs for all ES modules instead).\n';
  return message;
}

module.exports = {
  determineSpecificType, formatList, inspect, invalidArgType, invalidPackageTarget, isProperty, missingArgs, outOfRange,
  requireEsm, separateThousands, shorten,
};
