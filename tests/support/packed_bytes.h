// Packs bytes with the libraries' own packers: whole streams, to be put behind each other, cut and damaged by tests.
#pragma once

#include <bzlib.h>
#include <lzma.h>
#include <zlib.h>
#include <zstd.h>

#include <cstdint>
#include <stdexcept>
#include <string>

namespace exhibit::tests {

inline void require(bool condition) {
  if (!condition) throw std::runtime_error("a packer failed");
}

/// `window_bits`: 31 is gzip, 15 zlib.
inline std::string pack_deflate(const std::string& content, int window_bits, int level = 6) {
  z_stream stream{};
  require(deflateInit2(&stream, level, Z_DEFLATED, window_bits, 8, Z_DEFAULT_STRATEGY) == Z_OK);
  std::string packed(deflateBound(&stream, static_cast<uLong>(content.size())) + 32, '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(content.data()));
  stream.avail_in = static_cast<uInt>(content.size());
  stream.next_out = reinterpret_cast<Bytef*>(packed.data());
  stream.avail_out = static_cast<uInt>(packed.size());
  require(deflate(&stream, Z_FINISH) == Z_STREAM_END);
  packed.resize(stream.total_out);
  deflateEnd(&stream);
  return packed;
}

inline std::string pack_gzip(const std::string& content, int level = 6) { return pack_deflate(content, 31, level); }
inline std::string pack_zlib(const std::string& content) { return pack_deflate(content, 15); }

inline std::string pack_zstandard(const std::string& content, bool sum = true, int window_log = 0) {
  ZSTD_CCtx* context = ZSTD_createCCtx();
  ZSTD_CCtx_setParameter(context, ZSTD_c_checksumFlag, sum ? 1 : 0);
  ZSTD_CCtx_setParameter(context, ZSTD_c_windowLog, window_log);
  std::string packed(ZSTD_compressBound(content.size()), '\0');
  const std::size_t size = ZSTD_compress2(context, packed.data(), packed.size(), content.data(), content.size());
  ZSTD_freeCCtx(context);
  require(!ZSTD_isError(size));
  packed.resize(size);
  return packed;
}

/// With blocks of `block_size` bytes as threads make them; 0: one block.
inline std::string pack_xz(const std::string& content, std::uint64_t block_size = 0) {
  lzma_stream stream = LZMA_STREAM_INIT;
  lzma_mt options{};
  options.threads = 1;
  options.block_size = block_size;
  options.preset = 1;
  options.check = LZMA_CHECK_CRC64;
  require((block_size != 0 ? lzma_stream_encoder_mt(&stream, &options)
                           : lzma_easy_encoder(&stream, 1, LZMA_CHECK_CRC32)) == LZMA_OK);
  std::string packed(content.size() + content.size() / 8 + 4096, '\0');
  stream.next_in = reinterpret_cast<const std::uint8_t*>(content.data());
  stream.avail_in = content.size();
  stream.next_out = reinterpret_cast<std::uint8_t*>(packed.data());
  stream.avail_out = packed.size();
  lzma_ret result = LZMA_OK;
  while (result == LZMA_OK) result = lzma_code(&stream, LZMA_FINISH);
  require(result == LZMA_STREAM_END);
  packed.resize(stream.total_out);
  lzma_end(&stream);
  return packed;
}

inline std::string pack_bzip2(const std::string& content, int level = 1) {
  std::string packed(content.size() + content.size() / 50 + 1000, '\0');
  auto size = static_cast<unsigned>(packed.size());
  require(BZ2_bzBuffToBuffCompress(packed.data(), &size, const_cast<char*>(content.data()),
                                   static_cast<unsigned>(content.size()), level, 0, 0) == BZ_OK);
  packed.resize(size);
  return packed;
}

}  // namespace exhibit::tests
