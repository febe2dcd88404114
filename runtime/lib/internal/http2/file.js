'use strict';

// respondWithFile() and respondWithFD(): https://nodejs.org/api/http2.html#http2streamrespondwithfdfd-headers-options

const fs = require('fs');
const {
  codes: {
    ERR_HTTP2_HEADERS_SENT, ERR_HTTP2_INVALID_STREAM, ERR_HTTP2_PAYLOAD_FORBIDDEN, ERR_HTTP2_SEND_FILE, ERR_HTTP2_SEND_FILE_NOSEEK,
    ERR_INVALID_ARG_TYPE, ERR_INVALID_ARG_VALUE,
  },
} = require('internal/errors');
const { constants } = require('internal/http2/constants');
const { kHandle, kMaybeDestroy, kState, kUpdateTimer, kWriting } = require('internal/http2/symbols');
const { hasNoPayload, prepareResponse, respondOptions, sendResponse } = require('internal/http2/server_stream');

const kChunk = 64 * 1024;

// Checks that come before anything is opened; the options and the program's headers.
function prepare(stream, headers, options) {
  if (stream.destroyed || stream.closed) throw new ERR_HTTP2_INVALID_STREAM();
  if (stream.headersSent) throw new ERR_HTTP2_HEADERS_SENT();
  const chosen = respondOptions(stream, options);
  if (chosen.offset !== undefined && typeof chosen.offset !== 'number') {
    throw new ERR_INVALID_ARG_VALUE('options.offset', chosen.offset);
  }
  if (chosen.length !== undefined && typeof chosen.length !== 'number') {
    throw new ERR_INVALID_ARG_VALUE('options.length', chosen.length);
  }
  if (chosen.statCheck !== undefined && typeof chosen.statCheck !== 'function') {
    throw new ERR_INVALID_ARG_VALUE('options.statCheck', chosen.statCheck);
  }
  chosen.endStream = false;
  const prepared = prepareResponse(stream, headers);
  if (hasNoPayload(stream, prepared.status) && !stream[kState].isHead) throw new ERR_HTTP2_PAYLOAD_FORBIDDEN(prepared.status);
  return { chosen, prepared };
}

function respondWithFD(stream, fd, headers, options) {
  const { chosen, prepared } = prepare(stream, headers, options);
  const number = typeof fd === 'object' && fd !== null ? fd.fd : fd;
  if (typeof number !== 'number') throw new ERR_INVALID_ARG_TYPE('fd', ['number', 'FileHandle'], fd);
  if (chosen.statCheck !== undefined) {
    fs.fstat(number, (error, stat) => afterStat(stream, number, false, prepared, chosen, error, stat));
    return;
  }
  send(stream, number, false, prepared, chosen, chosen.offset ?? -1, chosen.length ?? -1);
}

function respondWithFile(stream, path, headers, options) {
  const { chosen, prepared } = prepare(stream, headers, options);
  fs.open(path, 'r', (error, fd) => {
    if (error) {
      fail(stream, chosen, error);
      return;
    }
    if (stream.destroyed || stream.closed) {
      fs.close(fd, () => {});
      return;
    }
    fs.fstat(fd, (failure, stat) => afterStat(stream, fd, true, prepared, chosen, failure, stat));
  });
}

function fail(stream, options, error) {
  if (typeof options.onError === 'function') options.onError(error);
  else stream.destroy(error);
}

function afterStat(stream, fd, isOurs, prepared, options, error, stat) {
  const close = () => { if (isOurs) fs.close(fd, () => {}); };
  if (stream.destroyed || stream.closed) {
    if (!stream.destroyed) stream.destroy();
    close();
    return;
  }
  if (error) {
    close();
    fail(stream, options, error);
    return;
  }
  let offset = options.offset ?? -1;
  let length = options.length ?? -1;
  if (!stat.isFile()) {
    const isDirectory = stat.isDirectory();
    if (isDirectory || options.offset !== undefined || options.length !== undefined) {
      close();
      fail(stream, options, isDirectory ? new ERR_HTTP2_SEND_FILE() : new ERR_HTTP2_SEND_FILE_NOSEEK());
      return;
    }
    offset = -1;
    length = -1;
  }
  const where = { offset: options.offset ?? 0, length: options.length ?? -1 };
  if (typeof options.statCheck === 'function') {
    // False: the program has answered by itself.
    if (Reflect.apply(options.statCheck, stream, [stat, prepared.headers, where]) === false || stream.headersSent) {
      close();
      return;
    }
  }
  if (stat.isFile()) {
    const rest = stat.size - Number(where.offset);
    length = where.length < 0 ? rest : Math.min(rest, Number(where.length));
    offset = Number(where.offset);
    prepared.headers['content-length'] = length;
    prepared.extra.push('content-length', length);
  }
  send(stream, fd, isOurs, prepared, options, offset, length);
}

// Sends the head, then `length` bytes (-1: all) from `offset` on (-1: where the descriptor stands). The stream's writable side
// ends at once: what the file holds goes to the binding directly.
function send(stream, fd, isOurs, prepared, options, offset, length) {
  const state = stream[kState];
  const close = () => { if (isOurs) fs.close(fd, () => {}); };
  try {
    if (sendResponse(stream, prepared, { ...options, endStream: state.isHead }) < 0) {
      close();
      return;
    }
  } catch (error) {
    close();
    stream.destroy(error);
    return;
  }
  const handle = stream[kHandle];
  let done = false;
  let reading = false;
  const finish = () => {
    if (done) return;
    done = true;
    state.readFile = undefined;
    // The descriptor must not be another file's while a read is under way.
    if (!reading) close();
  };
  state.readFile = finish;
  stream.end();
  if (state.isHead) {
    finish();
    stream[kMaybeDestroy]();
    return;
  }
  const end = () => {
    finish();
    handle.finish();
    stream[kMaybeDestroy]();
  };
  let left = length;
  let position = offset;
  const step = () => {
    if (done) return;
    const size = left < 0 ? kChunk : Math.min(kChunk, left);
    if (size === 0) {
      end();
      return;
    }
    reading = true;
    fs.read(fd, Buffer.allocUnsafeSlow(size), 0, size, position < 0 ? null : position, (error, count, buffer) => {
      reading = false;
      if (done) {
        close();
        return;
      }
      if (error) {
        finish();
        stream.close(constants.NGHTTP2_INTERNAL_ERROR);
        return;
      }
      if (count === 0) {
        end();
        return;
      }
      if (position >= 0) position += count;
      if (left > 0) left -= count;
      stream[kUpdateTimer]();
      stream[kWriting] = count;
      handle.callback = left === 0 ? end : step;
      handle.write(count === size ? buffer : buffer.subarray(0, count), 0);
      // With the last of it goes the mark that it is.
      if (left === 0) handle.finish();
    });
  };
  step();
}

module.exports = { respondWithFD, respondWithFile };
