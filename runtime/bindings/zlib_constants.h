#pragma once

// The constants of zlib.h, brotli and zstd that node:zlib publishes under their own names.
#define PKG_ZLIB_CONSTANTS(X)                                                                                                                                                \
  X(Z_NO_FLUSH)                                                                                                                                                              \
  X(Z_PARTIAL_FLUSH) X(Z_SYNC_FLUSH) X(Z_FULL_FLUSH) X(Z_FINISH) X(Z_BLOCK) X(Z_OK) X(Z_STREAM_END) X(Z_NEED_DICT) X(                                                        \
      Z_ERRNO) X(Z_STREAM_ERROR) X(Z_DATA_ERROR) X(Z_MEM_ERROR) X(Z_BUF_ERROR) X(Z_VERSION_ERROR) X(Z_NO_COMPRESSION)                                                        \
      X(Z_BEST_SPEED) X(Z_BEST_COMPRESSION) X(Z_DEFAULT_COMPRESSION) X(Z_FILTERED) X(Z_HUFFMAN_ONLY) X(Z_RLE) X(                                                             \
          Z_FIXED) X(Z_DEFAULT_STRATEGY) X(BROTLI_OPERATION_PROCESS) X(BROTLI_OPERATION_FLUSH) X(BROTLI_OPERATION_FINISH)                                                    \
          X(BROTLI_OPERATION_EMIT_METADATA) X(BROTLI_PARAM_MODE) X(BROTLI_MODE_GENERIC) X(BROTLI_MODE_TEXT) X(                                                               \
              BROTLI_MODE_FONT) X(BROTLI_PARAM_QUALITY) X(BROTLI_MIN_QUALITY) X(BROTLI_MAX_QUALITY) X(BROTLI_DEFAULT_QUALITY)                                                \
              X(BROTLI_PARAM_LGWIN) X(BROTLI_MIN_WINDOW_BITS) X(BROTLI_MAX_WINDOW_BITS) X(BROTLI_LARGE_MAX_WINDOW_BITS) X(                                                   \
                  BROTLI_DEFAULT_WINDOW) X(BROTLI_PARAM_LGBLOCK) X(BROTLI_MIN_INPUT_BLOCK_BITS) X(BROTLI_MAX_INPUT_BLOCK_BITS)                                               \
                  X(BROTLI_PARAM_DISABLE_LITERAL_CONTEXT_MODELING) X(BROTLI_PARAM_SIZE_HINT) X(BROTLI_PARAM_LARGE_WINDOW) X(                                                 \
                      BROTLI_PARAM_NPOSTFIX) X(BROTLI_PARAM_NDIRECT) X(BROTLI_DECODER_RESULT_ERROR) X(BROTLI_DECODER_RESULT_SUCCESS)                                         \
                      X(BROTLI_DECODER_RESULT_NEEDS_MORE_INPUT) X(BROTLI_DECODER_RESULT_NEEDS_MORE_OUTPUT) X(                                                                \
                          BROTLI_DECODER_PARAM_DISABLE_RING_BUFFER_REALLOCATION) X(BROTLI_DECODER_PARAM_LARGE_WINDOW) X(BROTLI_DECODER_NO_ERROR)                             \
                          X(BROTLI_DECODER_SUCCESS) X(BROTLI_DECODER_NEEDS_MORE_INPUT) X(BROTLI_DECODER_NEEDS_MORE_OUTPUT) X(                                                \
                              BROTLI_DECODER_ERROR_FORMAT_EXUBERANT_NIBBLE) X(BROTLI_DECODER_ERROR_FORMAT_RESERVED)                                                          \
                              X(BROTLI_DECODER_ERROR_FORMAT_EXUBERANT_META_NIBBLE) X(BROTLI_DECODER_ERROR_FORMAT_SIMPLE_HUFFMAN_ALPHABET) X(                                 \
                                  BROTLI_DECODER_ERROR_FORMAT_SIMPLE_HUFFMAN_SAME) X(BROTLI_DECODER_ERROR_FORMAT_CL_SPACE)                                                   \
                                  X(BROTLI_DECODER_ERROR_FORMAT_HUFFMAN_SPACE) X(BROTLI_DECODER_ERROR_FORMAT_CONTEXT_MAP_REPEAT) X(                                          \
                                      BROTLI_DECODER_ERROR_FORMAT_BLOCK_LENGTH_1) X(BROTLI_DECODER_ERROR_FORMAT_BLOCK_LENGTH_2)                                              \
                                      X(BROTLI_DECODER_ERROR_FORMAT_TRANSFORM) X(BROTLI_DECODER_ERROR_FORMAT_DICTIONARY) X(                                                  \
                                          BROTLI_DECODER_ERROR_FORMAT_WINDOW_BITS) X(BROTLI_DECODER_ERROR_FORMAT_PADDING_1)                                                  \
                                          X(BROTLI_DECODER_ERROR_FORMAT_PADDING_2) X(BROTLI_DECODER_ERROR_FORMAT_DISTANCE) X(                                                \
                                              BROTLI_DECODER_ERROR_DICTIONARY_NOT_SET) X(BROTLI_DECODER_ERROR_INVALID_ARGUMENTS) X(BROTLI_DECODER_ERROR_ALLOC_CONTEXT_MODES) \
                                              X(BROTLI_DECODER_ERROR_ALLOC_TREE_GROUPS) X(BROTLI_DECODER_ERROR_ALLOC_CONTEXT_MAP) X(                                         \
                                                  BROTLI_DECODER_ERROR_ALLOC_RING_BUFFER_1) X(BROTLI_DECODER_ERROR_ALLOC_RING_BUFFER_2)                                      \
                                                  X(BROTLI_DECODER_ERROR_ALLOC_BLOCK_TYPE_TREES) X(BROTLI_DECODER_ERROR_UNREACHABLE) X(                                      \
                                                      ZSTD_e_continue) X(ZSTD_e_flush) X(ZSTD_e_end) X(ZSTD_fast) X(ZSTD_dfast) X(ZSTD_greedy)                               \
                                                      X(ZSTD_lazy) X(ZSTD_lazy2) X(ZSTD_btlazy2) X(ZSTD_btopt) X(ZSTD_btultra) X(                                            \
                                                          ZSTD_btultra2) X(ZSTD_c_compressionLevel) X(ZSTD_c_windowLog)                                                      \
                                                          X(ZSTD_c_hashLog) X(ZSTD_c_chainLog) X(ZSTD_c_searchLog) X(                                                        \
                                                              ZSTD_c_minMatch) X(ZSTD_c_targetLength) X(ZSTD_c_strategy) X(ZSTD_c_enableLongDistanceMatching)                \
                                                              X(ZSTD_c_ldmHashLog) X(ZSTD_c_ldmMinMatch) X(ZSTD_c_ldmBucketSizeLog) X(                                       \
                                                                  ZSTD_c_ldmHashRateLog) X(ZSTD_c_contentSizeFlag) X(ZSTD_c_checksumFlag)                                    \
                                                                  X(ZSTD_c_dictIDFlag) X(ZSTD_c_nbWorkers) X(ZSTD_c_jobSize) X(                                              \
                                                                      ZSTD_c_overlapLog) X(ZSTD_d_windowLogMax) X(ZSTD_CLEVEL_DEFAULT)                                       \
                                                                      X(ZSTD_error_no_error) X(ZSTD_error_GENERIC) X(                                                        \
                                                                          ZSTD_error_prefix_unknown) X(ZSTD_error_version_unsupported)                                       \
                                                                          X(ZSTD_error_frameParameter_unsupported) X(                                                        \
                                                                              ZSTD_error_frameParameter_windowTooLarge) X(ZSTD_error_corruption_detected)                    \
                                                                              X(ZSTD_error_checksum_wrong) X(                                                                \
                                                                                  ZSTD_error_literals_headerWrong) X(ZSTD_error_dictionary_corrupted)                        \
                                                                                  X(ZSTD_error_dictionary_wrong) X(ZSTD_error_dictionaryCreation_failed) X(                  \
                                                                                      ZSTD_error_parameter_unsupported) X(ZSTD_error_parameter_combination_unsupported)      \
                                                                                      X(ZSTD_error_parameter_outOfBound) X(                                                  \
                                                                                          ZSTD_error_tableLog_tooLarge) X(ZSTD_error_maxSymbolValue_tooLarge)                \
                                                                                          X(ZSTD_error_maxSymbolValue_tooSmall) X(                                           \
                                                                                              ZSTD_error_stabilityCondition_notRespected)                                    \
                                                                                              X(ZSTD_error_stage_wrong) X(                                                   \
                                                                                                  ZSTD_error_init_missing)                                                   \
                                                                                                  X(ZSTD_error_memory_allocation)                                            \
                                                                                                      X(ZSTD_error_workSpace_tooSmall) X(                                    \
                                                                                                          ZSTD_error_dstSize_tooSmall)                                       \
                                                                                                          X(ZSTD_error_srcSize_wrong)                                        \
                                                                                                              X(ZSTD_error_dstBuffer_null)                                   \
                                                                                                                  X(ZSTD_error_noForwardProgress_destFull)                   \
                                                                                                                      X(ZSTD_error_noForwardProgress_inputEmpty)
