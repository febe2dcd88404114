'use strict';

// Changes of files, told by the folders that they are in: an editor may put a new file in an old one's place.

const { watch } = require('fs');
const { join } = require('path');

// What is below is seldom the program's own, and may be a lot.
const kIgnored = ['**/node_modules/**', '**/.git/**'];

// Calls onChange(path, isRename) for files in the folders that it was given.
class FolderWatcher {
  #watchers = new Map();
  #onChange;

  constructor(onChange) { this.#onChange = onChange; }

  add(folder, recursive = false) {
    if (this.#watchers.has(folder)) return;
    let watcher;
    try {
      watcher = watch(folder, { __proto__: null, recursive, ignore: kIgnored });
    } catch (error) {
      if (error.code !== 'ENOENT') throw error;
      return; // what is not there cannot change
    }
    watcher.on('change', (type, name) => { if (name !== null) this.#onChange(join(folder, name), type === 'rename'); });
    watcher.on('error', () => this.#watchers.delete(folder)); // the folder is gone
    this.#watchers.set(folder, watcher);
  }

  close() {
    for (const watcher of this.#watchers.values()) watcher.close();
    this.#watchers.clear();
  }
}

module.exports = { FolderWatcher };
