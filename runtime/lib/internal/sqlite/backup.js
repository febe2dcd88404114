'use strict';

const { Promise, PromiseReject } = primordials;
const { Backup } = internalBinding('sqlite');
const { expectFunction, expectObject, expectString, invalidType, outOfRange, toFilename } = require('internal/sqlite/arguments');
const { isDatabase, opened } = require('internal/sqlite/database');

// Some pages after others on the thread pool; between them, `progress` is told.
function copy(job, rate, progress) {
  return new Promise((resolve, reject) => {
    const step = () => job.step(rate, {
      oncomplete(error, done, remainingPages, totalPages) {
        try {
          if (error !== undefined) throw error;
          if (done) {
            job.finish();
            resolve(totalPages);
            return;
          }
          if (remainingPages !== 0) progress?.({ totalPages, remainingPages });
          step();
        } catch (thrown) {
          job.finish();
          reject(thrown);
        }
      },
    });
    step();
  });
}

function backup(sourceDb, path, options = undefined) {
  expectObject(sourceDb, 'sourceDb');
  if (!isDatabase(sourceDb)) {
    toFilename(path);
    throw invalidType('The "sourceDb" argument must be a DatabaseSync.');
  }
  const { handle } = opened(sourceDb);
  const filename = toFilename(path);
  let source = 'main';
  let target = 'main';
  let rate = 100;
  let progress;
  if (options !== undefined) {
    expectObject(options, 'options');
    if (options.rate !== undefined) {
      ({ rate } = options);
      if (typeof rate !== 'number' || rate !== (rate | 0)) {
        throw invalidType('The "options.rate" argument must be an integer.');
      }
      if (rate <= 0) throw outOfRange('The "options.rate" argument must be a positive integer.');
    }
    if (options.source !== undefined) {
      ({ source } = options);
      expectString(source, 'options.source');
    }
    if (options.target !== undefined) {
      ({ target } = options);
      expectString(target, 'options.target');
    }
    if (options.progress !== undefined) {
      ({ progress } = options);
      expectFunction(progress, 'options.progress');
    }
  }
  try {
    return copy(new Backup(handle, filename, source, target), rate, progress);
  } catch (error) {
    return PromiseReject(error);
  }
}

module.exports = { backup };
