#pragma once

// The ids of all bindings, sorted: X(os) stands for `binding_os` in os.cc.
#define PKG_BINDINGS(X) \
  X(async_context)      \
  X(buffer)             \
  X(builtins)           \
  X(cares)              \
  X(clock)              \
  X(compile)            \
  X(constants)          \
  X(contextify)         \
  X(credentials)        \
  X(crypto_cipher)      \
  X(crypto_hash)        \
  X(crypto_random)      \
  X(dns_lookup)         \
  X(env)                \
  X(errors)             \
  X(fs)                 \
  X(fs_dir)             \
  X(fs_files)           \
  X(fs_watch)           \
  X(http_parser)        \
  X(icu)                \
  X(messaging)          \
  X(module_wrap)        \
  X(modules)            \
  X(options)            \
  X(os)                 \
  X(pipe_wrap)          \
  X(process_methods)    \
  X(process_object)     \
  X(process_wrap)       \
  X(signal_wrap)        \
  X(spawn_sync)         \
  X(stream_wrap)        \
  X(task_queue)         \
  X(tcp_wrap)           \
  X(timers)             \
  X(tty_wrap)           \
  X(types)              \
  X(udp_wrap)           \
  X(url)                \
  X(util)               \
  X(uv)                 \
  X(zlib)               \
  /* every line ends in a backslash, so that lines can be added anywhere */
