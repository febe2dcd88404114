'use strict';

// Blobs of a file: https://nodejs.org/api/fs.html#fsopenasblobpath-options. Read when somebody reads them; a file that changed
// since can no longer be read.

const { blobOfParts } = require('internal/blob');
const { lazyDOMException } = require('internal/util');

class FilePart {
  constructor(path, stat, start, end) {
    this.path = path;
    this.stat = stat;
    this.start = start;
    this.byteLength = end - start;
  }
  subarray(from, to) { return new FilePart(this.path, this.stat, this.start + from, this.start + to); }
  async read(from = 0, to = this.byteLength) {
    const { open } = require('fs/promises');
    const refuse = () => lazyDOMException('The blob could not be read', 'NotReadableError');
    let file;
    try {
      file = await open(this.path);
      const now = await file.stat({ bigint: true });
      if (now.size !== this.stat.size || now.mtimeNs !== this.stat.mtimeNs) throw refuse();
      const bytes = new Uint8Array(to - from);
      for (let done = 0; done < bytes.byteLength;) {
        const { bytesRead } = await file.read(bytes, done, bytes.byteLength - done, this.start + from + done);
        if (bytesRead === 0) throw refuse();
        done += bytesRead;
      }
      return bytes;
    } catch {
      throw refuse();
    } finally {
      await file?.close();
    }
  }
}

async function openAsBlob(path, { type }) {
  const stat = await require('fs/promises').stat(path, { bigint: true });
  const size = Number(stat.size);
  return blobOfParts(size === 0 ? [] : [new FilePart(path, stat, 0, size)], size, type);
}

module.exports = { openAsBlob };
