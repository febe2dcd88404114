// internalBinding('crypto_keccak'): the sponge under SHAKE, for the functions on it that OpenSSL does not have: cSHAKE
// and KMAC with customization (NIST SP 800-185), TurboSHAKE and KangarooTwelve (RFC 9861).

#include <array>
#include <bit>
#include <cstring>

#include "resolver/base/result.h"
#include "runtime/bindings/crypto/openssl_util.h"

namespace pkg::runtime {

namespace crypto {

namespace {

using State = std::array<std::uint64_t, 25>;  // lane (x, y) at x + 5 * y

// FIPS 202, 3.2.5: the constants of the 24 rounds, from the shift register that defines them.
std::array<std::uint64_t, 24> round_constants() {
  std::array<std::uint64_t, 24> out{};
  unsigned lfsr = 1;
  for (auto& constant : out) {
    for (int j = 0; j <= 6; ++j) {
      if (lfsr & 1) constant |= std::uint64_t{1} << ((1 << j) - 1);
      lfsr = (lfsr << 1) ^ ((lfsr & 0x80) ? 0x171 : 0);
    }
  }
  return out;
}

// Keccak-p[1600, rounds]: FIPS 202, 3.3. Fewer rounds are the last ones of all.
void permute(State& a, int rounds) {
  static const std::array<std::uint64_t, 24> constants = round_constants();
  static_assert(std::endian::native == std::endian::little);
  for (int round = 24 - rounds; round < 24; ++round) {
    std::uint64_t parity[5];
    for (int x = 0; x < 5; ++x) parity[x] = a[x] ^ a[x + 5] ^ a[x + 10] ^ a[x + 15] ^ a[x + 20];
    for (int x = 0; x < 5; ++x) {
      std::uint64_t d = parity[(x + 4) % 5] ^ std::rotl(parity[(x + 1) % 5], 1);
      for (int y = 0; y < 25; y += 5) a[x + y] ^= d;
    }
    // rho and pi in one walk over the lanes.
    int x = 1, y = 0;
    std::uint64_t moving = a[1];
    for (int t = 0; t < 24; ++t) {
      int next = (2 * x + 3 * y) % 5;
      x = y;
      y = next;
      std::swap(moving, a[x + 5 * y]);
      a[x + 5 * y] = std::rotl(a[x + 5 * y], (t + 1) * (t + 2) / 2 % 64);
    }
    for (int row = 0; row < 25; row += 5) {
      std::uint64_t b[5];
      std::memcpy(b, &a[row], sizeof b);
      for (int i = 0; i < 5; ++i) a[row + i] = b[i] ^ (~b[(i + 1) % 5] & b[(i + 2) % 5]);
    }
    a[0] ^= constants[static_cast<std::size_t>(round)];
  }
}

// sponge(rate in bytes, rounds, domain separation byte, data, output length in bytes) -> Buffer
void sponge(const v8::FunctionCallbackInfo<v8::Value>& args) {
  Realm& realm = Realm::from(args);
  auto number = [&](int i) { return args[i]->Uint32Value(realm.context()).FromMaybe(0); };
  std::size_t rate = number(0);
  int rounds = static_cast<int>(number(1));
  PKG_CHECK(rate > 0 && rate < 200 && rate % 8 == 0 && rounds <= 24);
  Bytes data(args[3]);
  ByteVector out(number(4));
  State state{};
  auto* bytes = reinterpret_cast<std::uint8_t*>(state.data());
  std::size_t at = 0;
  for (std::uint8_t byte : data.span()) {
    bytes[at++] ^= byte;
    if (at == rate) {
      permute(state, rounds);
      at = 0;
    }
  }
  bytes[at] ^= static_cast<std::uint8_t>(number(2));
  bytes[rate - 1] ^= 0x80;
  for (std::size_t done = 0; done < out.size(); done += rate) {
    permute(state, rounds);
    std::memcpy(out.data() + done, bytes, std::min(rate, out.size() - done));
  }
  args.GetReturnValue().Set(make_buffer(realm, out));
}

constexpr Method kMethods[] = {{"sponge", sponge}};

}  // namespace
}  // namespace crypto

extern const Binding binding_crypto_keccak;
const Binding binding_crypto_keccak{"crypto_keccak", crypto::kMethods};

}  // namespace pkg::runtime
