#pragma once

#include <chrono>
#include <cstdio>

namespace pkg::bench {

// Whatever the compiler knows, `value` may be read: keeps a result alive.
template <typename T>
void keep(const T& value) {
  asm volatile("" : : "g"(&value) : "memory");
}

// Runs `body` until half a second is full, three times, and prints one line:
// the name and the best round's microseconds for one of `units` in a body.
template <typename Body>
void measure(const char* name, double units, Body body) {
  using Clock = std::chrono::steady_clock;
  double best = 0;
  for (int round = 0; round < 3; ++round) {
    long runs = 0;
    auto start = Clock::now();
    double seconds = 0;
    do {
      body();
      ++runs;
      seconds = std::chrono::duration<double>(Clock::now() - start).count();
    } while (seconds < 0.5);
    double each = seconds * 1e6 / (static_cast<double>(runs) * units);
    if (round == 0 || each < best) best = each;
  }
  std::printf("%s\tus\t%.3f\n", name, best);
  std::fflush(stdout);
}

}  // namespace pkg::bench
