'use strict';

// HTTP/2's settings as programs and as frames have them (RFC 9113, section 6.5). https://nodejs.org/api/http2.html#settings-object

const { constants } = require('internal/http2/constants');
const {
  codes: {
    ERR_HTTP2_INVALID_PACKED_SETTINGS_LENGTH, ERR_HTTP2_INVALID_SETTING_VALUE, ERR_HTTP2_TOO_MANY_CUSTOM_SETTINGS, ERR_INVALID_ARG_TYPE,
  },
} = require('internal/errors');
const { isArrayBufferView } = require('internal/util/types');
const { validateObject } = require('internal/validators');

const kLargest = 2 ** 32 - 1;
// By their numbers: frames have them in that order.
const rows = [
  ['headerTableSize', constants.NGHTTP2_SETTINGS_HEADER_TABLE_SIZE, 0, kLargest],
  ['enablePush', constants.NGHTTP2_SETTINGS_ENABLE_PUSH],
  ['maxConcurrentStreams', constants.NGHTTP2_SETTINGS_MAX_CONCURRENT_STREAMS, 0, kLargest],
  ['initialWindowSize', constants.NGHTTP2_SETTINGS_INITIAL_WINDOW_SIZE, 0, constants.MAX_INITIAL_WINDOW_SIZE],
  ['maxFrameSize', constants.NGHTTP2_SETTINGS_MAX_FRAME_SIZE, constants.MIN_MAX_FRAME_SIZE, constants.MAX_MAX_FRAME_SIZE],
  ['maxHeaderListSize', constants.NGHTTP2_SETTINGS_MAX_HEADER_LIST_SIZE, 0, kLargest],
  ['enableConnectProtocol', constants.NGHTTP2_SETTINGS_ENABLE_CONNECT_PROTOCOL],
];

function getDefaultSettings() {
  return {
    headerTableSize: 4096, enablePush: true, initialWindowSize: 65535, maxFrameSize: 16384, maxConcurrentStreams: kLargest,
    maxHeaderSize: 65535, maxHeaderListSize: 65535, enableConnectProtocol: false,
  };
}

function validateSettings(settings) {
  if (settings === undefined) return;
  validateCustomSettings(settings.customSettings);
  // maxHeaderSize is the older name of maxHeaderListSize.
  for (const [name, , least, most] of [...rows, ['maxHeaderSize', undefined, 0, kLargest]]) {
    const value = settings[name];
    if (value === undefined) continue;
    if (most === undefined) {
      if (typeof value !== 'boolean') throw new ERR_HTTP2_INVALID_SETTING_VALUE(name, value);
    } else if (typeof value !== 'number' || !(value >= least && value <= most)) {
      throw new ERR_HTTP2_INVALID_SETTING_VALUE.RangeError(name, value, least, most);
    }
  }
}

const kMaxCustomSettings = 10;
function validateCustomSettings(custom) {
  if (custom === undefined) return;
  const entries = Object.entries(custom);
  if (entries.length > kMaxCustomSettings) throw new ERR_HTTP2_TOO_MANY_CUSTOM_SETTINGS();
  for (const { 0: id, 1: value } of entries) {
    const number = Number(id);
    if (typeof number !== 'number' || !(number >= 0 && number <= 0xffff)) {
      throw new ERR_HTTP2_INVALID_SETTING_VALUE.RangeError('customSettings:id', id, 0, 0xffff);
    }
    if (typeof value !== 'number' || !(value >= 0 && value <= kLargest)) {
      throw new ERR_HTTP2_INVALID_SETTING_VALUE.RangeError('customSettings:value', value, 0, kLargest);
    }
  }
}

function getPackedSettings(settings = {}) {
  validateObject(settings, 'settings');
  validateSettings(settings);
  return packSettings(settings);
}

// The payload of a SETTINGS frame.
function packSettings(settings) {
  const entries = [];
  for (const [name, id] of rows) {
    const value = name === 'maxHeaderListSize' ? settings.maxHeaderListSize ?? settings.maxHeaderSize : settings[name];
    if (value !== undefined) entries.push([id, Number(value)]);
  }
  for (const id of Object.keys(settings.customSettings ?? {})) entries.push([Number(id), settings.customSettings[id]]);
  const out = Buffer.alloc(entries.length * 6);
  entries.forEach(([id, value], index) => {
    out.writeUInt16BE(id, index * 6);
    out.writeUInt32BE(value, index * 6 + 2);
  });
  return out;
}

function getUnpackedSettings(packed, options = {}) {
  if (!isArrayBufferView(packed) || packed.length === undefined) {
    throw new ERR_INVALID_ARG_TYPE('buf', ['Buffer', 'TypedArray'], packed);
  }
  if (packed.length % 6 !== 0) throw new ERR_HTTP2_INVALID_PACKED_SETTINGS_LENGTH();
  const settings = {};
  // Each element is a byte, whatever the array's type.
  for (let offset = 0; offset < packed.length; offset += 6) {
    const id = (packed[offset] << 8) + packed[offset + 1];
    const value = ((packed[offset + 2] << 24) | (packed[offset + 3] << 16) | (packed[offset + 4] << 8) | packed[offset + 5]) >>> 0;
    const row = rows.find((each) => each[1] === id);
    if (row === undefined) {
      settings.customSettings ??= {};
      settings.customSettings[id] = value;
      continue;
    }
    settings[row[0]] = row[3] === undefined ? value !== 0 : value;
    if (row[0] === 'maxHeaderListSize') settings.maxHeaderSize = value;
  }
  if (options?.validate) validateSettings(settings);
  return settings;
}

// As a session's binding lists them: the seven in their order, then ids and values of custom ones.
function settingsFromList(list, isRemote = false) {
  const settings = {
    headerTableSize: list[0],
    enablePush: Boolean(list[1]),
    initialWindowSize: list[3],
    maxFrameSize: list[4],
    maxConcurrentStreams: list[2],
    maxHeaderListSize: list[5],
    maxHeaderSize: list[5],
    enableConnectProtocol: Boolean(list[6]),
  };
  if (isRemote && list.length > rows.length) {
    settings.customSettings = {};
    for (let i = rows.length; i < list.length; i += 2) settings.customSettings[list[i]] = list[i + 1];
  }
  return settings;
}

module.exports = { getDefaultSettings, getPackedSettings, getUnpackedSettings, packSettings, settingsFromList, validateSettings };
