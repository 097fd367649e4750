#include "zip_member_extent.h"

#include <libdeflate.h>
#include <zlib.h>

#include <algorithm>
#include <new>
#include <vector>

#include "base/limits.h"
#include "forward_window.h"
#include "zip_descriptor.h"

namespace exhibit::containers {
namespace {

// Most members are small.
constexpr std::size_t kFirstPiece = 4 << 10;
constexpr std::size_t kPiece = 64 << 10;

std::unexpected<Error> out_of_work(std::uint64_t position) {
  return fail(ErrorCode::limit, "a damaged ZIP that can be searched in proportion to its size", 0, {0, position});
}

class Inflation {
 public:
  Inflation(const evidence::ByteSource& archive, std::uint64_t start, std::uint64_t& work)
      : archive_(archive), start_(start), work_(work), packed_(kFirstPiece), unpacked_(kPiece) {
    // Negative: no zlib header, a window of 32 KiB.
    if (inflateInit2(&stream_, -15) != Z_OK) throw std::bad_alloc();
  }
  ~Inflation() { inflateEnd(&stream_); }
  Inflation(const Inflation&) = delete;
  Inflation& operator=(const Inflation&) = delete;

  Result<MemberExtent> run() {
    MemberExtent extent;
    for (int result = Z_OK; result != Z_STREAM_END;) {
      stream_.next_out = unpacked_.data();
      stream_.avail_out = static_cast<uInt>(unpacked_.size());
      result = inflate(&stream_, Z_NO_FLUSH);
      if (result == Z_MEM_ERROR) throw std::bad_alloc();
      if (result == Z_BUF_ERROR) {  // it has neither input nor output left
        if (const auto refilled = refill(); !refilled) return std::unexpected(refilled.error());
      } else if (result != Z_OK && result != Z_STREAM_END) {
        return fail(ErrorCode::malformed, "a deflate stream", static_cast<std::uint64_t>(-result), {0, position()});
      }
      const std::size_t count = unpacked_.size() - stream_.avail_out;
      extent.crc = libdeflate_crc32(extent.crc, unpacked_.data(), count);
      extent.unpacked += count;
    }
    extent.packed = position() - start_;
    work_ += stream_.avail_in;
    return extent;
  }

 private:
  std::uint64_t position() const { return start_ + read_ - stream_.avail_in; }

  Result<void> refill() {
    if (read_ != 0) packed_.resize(kPiece);
    const auto count = archive_.read_at(start_ + read_, packed_);
    if (!count) return std::unexpected(count.error());
    if (*count == 0) return fail(ErrorCode::truncated, "the end of a deflate stream", read_, {0, start_ + read_});
    if (!Budget::spend(work_, *count)) return out_of_work(start_ + read_);
    read_ += *count;
    stream_.next_in = packed_.data();
    stream_.avail_in = static_cast<uInt>(*count);
    return {};
  }

  const evidence::ByteSource& archive_;
  std::uint64_t start_;
  std::uint64_t& work_;
  std::vector<std::uint8_t> packed_, unpacked_;
  std::uint64_t read_ = 0;
  z_stream stream_{};
};

class RunningSum {
 public:
  RunningSum(const evidence::ByteSource& archive, std::uint64_t start, std::uint64_t& work)
      : archive_(archive), position_(start), work_(work) {}

  std::uint64_t position() const { return position_; }

  /// The sum from the start to `end`, which is not before the last one's.
  Result<std::uint32_t> up_to(std::uint64_t end) {
    while (position_ < end) {
      buffer_.resize(std::min<std::uint64_t>(kPiece, end - position_));
      const std::span piece(buffer_);
      const auto count = archive_.read_at(position_, piece);
      if (!count) return std::unexpected(count.error());
      if (*count == 0) return fail(ErrorCode::truncated, "a member inside the archive", position_, {0, position_});
      if (!Budget::spend(work_, *count)) return out_of_work(position_);
      sum_ = libdeflate_crc32(sum_, buffer_.data(), *count);
      position_ += *count;
    }
    return sum_;
  }

 private:
  const evidence::ByteSource& archive_;
  std::uint64_t position_;
  std::uint64_t& work_;
  std::vector<std::uint8_t> buffer_;
  std::uint32_t sum_ = 0;
};

class DescriptorSearch {
 public:
  DescriptorSearch(const evidence::ByteSource& archive, std::uint64_t start, bool is_plain, std::uint64_t& work)
      : archive_(archive), start_(start), is_plain_(is_plain), work_(work), sum_(archive, start, work) {}

  using Found = Result<std::optional<DescribedExtent>>;

  // Pieces overlap by more than a descriptor and the signature before or behind it.
  Found run() {
    ForwardWindow window(archive_);
    std::size_t piece = kFirstPiece;
    for (std::uint64_t base = start_, next = start_;; piece = kPiece) {
      const auto bytes = window.at(base, piece);
      if (!bytes) return std::unexpected(bytes.error());
      const bool is_last = bytes->size() < piece;
      const std::uint64_t stop = base + bytes->size() - (is_last ? 0 : kLongestDescriptor);
      const std::uint64_t begun = next;
      Found found = std::nullopt;
      for (; next < stop && found && !*found; ++next) {
        if ((*bytes)[next - base] == 'P') found = try_at(*bytes, base, next);
      }
      if (!found || *found) return found;
      if (!Budget::spend(work_, next - begun)) return out_of_work(base);
      if (is_last) return try_unsigned(*bytes, base, base + bytes->size());
      base = next - std::min(kLongestDescriptor, next - start_);
    }
  }

 private:
  Found try_at(Bytes bytes, std::uint64_t base, std::uint64_t position) {
    const std::string_view there = as_text(bytes.subspan(position - base));
    if (there.starts_with("PK\7\x08")) {
      auto found = try_shape(bytes.subspan(position - base), position, {true, true});
      if (!found || *found) return found;
      return try_shape(bytes.subspan(position - base), position, {true, false});
    }
    if (there.starts_with("PK\3\4") || there.starts_with("PK\1\2") || there.starts_with("PK\5\6"))
      return try_unsigned(bytes, base, position);
    return std::nullopt;
  }

  /// Without signature it is known by what follows it.
  Found try_unsigned(Bytes bytes, std::uint64_t base, std::uint64_t end) {
    for (const DescriptorShape shape : {DescriptorShape{false, true}, DescriptorShape{false, false}}) {
      if (end - start_ < shape.size()) continue;
      const std::uint64_t position = end - shape.size();
      auto found = try_shape(bytes.subspan(position - base), position, shape);
      if (!found || *found) return found;
    }
    return std::nullopt;
  }

  Found try_shape(Bytes bytes, std::uint64_t position, DescriptorShape shape) {
    const std::uint64_t distance = position - start_;
    auto told = read_descriptor(bytes, shape);
    if (!told || !is_told_size(told->packed, distance, shape)) return std::nullopt;
    if (is_plain_) {
      if (told->unpacked != told->packed || sum_.position() > position) return std::nullopt;
      const auto sum = sum_.up_to(position);
      if (!sum) return std::unexpected(sum.error());
      if (*sum != told->crc) return std::nullopt;
      told->unpacked = distance;
    }
    told->packed = distance;
    return DescribedExtent{*told, position + shape.size()};
  }

  const evidence::ByteSource& archive_;
  std::uint64_t start_;
  bool is_plain_;
  std::uint64_t& work_;
  RunningSum sum_;
};

}  // namespace

Result<MemberExtent> inflate_extent(const evidence::ByteSource& archive, std::uint64_t start, std::uint64_t& work) {
  if (work == 0) return out_of_work(start);
  return Inflation(archive, start, work).run();
}

Result<std::uint32_t> crc_of_range(const evidence::ByteSource& archive, std::uint64_t start, std::uint64_t size,
                                   std::uint64_t& work) {
  return RunningSum(archive, start, work).up_to(start + size);
}

Result<std::optional<DescribedExtent>> find_descriptor(const evidence::ByteSource& archive, std::uint64_t start,
                                                       bool is_plain, std::uint64_t& work) {
  if (work == 0) return out_of_work(start);
  return DescriptorSearch(archive, start, is_plain, work).run();
}

}  // namespace exhibit::containers
