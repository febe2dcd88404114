'use strict';

// globalThis.navigator: https://nodejs.org/api/globals.html#navigator

const { codes: { ERR_ILLEGAL_CONSTRUCTOR } } = require('internal/errors');

const kMake = Symbol('make');
// As browsers name it: "Linux x86_64".
function platformName() {
  const { arch, platform } = process;
  if (platform === 'darwin') return 'MacIntel';
  if (platform === 'win32') return 'Win32';
  return `${platform[0].toUpperCase()}${platform.slice(1)} ${arch === 'x64' ? 'x86_64' : arch}`;
}

class Navigator {
  #hardwareConcurrency;
  #languages;
  constructor(key = undefined) {
    if (key !== kMake) throw new ERR_ILLEGAL_CONSTRUCTOR();
  }
  get hardwareConcurrency() { return this.#hardwareConcurrency ??= require('os').availableParallelism(); }
  get language() { return Intl.DateTimeFormat().resolvedOptions().locale || 'en-US'; }
  get languages() { return this.#languages ??= Object.freeze([this.language]); }
  get userAgent() { return `Node.js/${process.version.slice(1).split('.', 1)[0]}`; }
  get platform() { return platformName(); }
}
for (const name of ['hardwareConcurrency', 'language', 'languages', 'userAgent', 'platform']) {
  Object.defineProperty(Navigator.prototype, name, { __proto__: null, enumerable: true });
}

module.exports = { Navigator, navigator: new Navigator(kMake) };
