#include "archive.h"

#include <algorithm>
#include <utility>

#include "android_backup.h"
#include "packed_stream.h"
#include "tar.h"
#include "zip.h"
#include "zip_end.h"
#include "zip_salvage.h"

namespace exhibit::containers {
namespace {

using evidence::SourcePtr;

constexpr std::size_t kHead = 512;

struct Magic {
  std::size_t offset;
  std::string_view bytes;
  const char* name;
};

constexpr Magic kMagics[] = {
    {0, std::string_view("SQLite format 3\0", 16), "SQLite database"},
    {0, "bplist", "property list"},
    {0, "7z\xbc\xaf\x27\x1c", "7z"},
    {0, "Rar!\x1a\x07", "RAR"},
    {0, "EVF\x09\x0d\x0a\xff", "EnCase image"},
    {0, "AFF", "AFF image"},
    {257, "ustar", "tar with a wrong checksum"},
};

std::string looks_like(std::string_view head) {
  if (head.empty()) return "empty file";
  for (const Magic& magic : kMagics) {
    if (head.size() >= magic.offset && head.substr(magic.offset).starts_with(magic.bytes)) return magic.name;
  }
  return "unknown content";
}

bool is_zip_start(std::string_view head) {
  return head.starts_with("PK\3\4") || head.starts_with("PK\5\6") || head.starts_with("PK\7\x08");
}

std::unexpected<Error> no_container() {
  return fail(ErrorCode::unsupported, "a folder, ZIP, tar, iTunes backup or Android backup");
}

Result<Listing> listed(Result<std::unique_ptr<evidence::Container>> container) {
  if (!container) return std::unexpected(container.error());
  return list(*std::move(container));
}

// The directory was read only up to a record that is none.
bool is_damaged(const Listing& zip) {
  return std::ranges::any_of(zip.problems, [](const evidence::Problem& problem) {
    return problem.file == 0 && (problem.code == error_code_name(ErrorCode::malformed) ||
                                 problem.code == error_code_name(ErrorCode::truncated));
  });
}

Result<Listing> open_as_zip(const SourcePtr& file, const Opening& opening, std::string& detail) {
  auto zip = listed(open_zip(file, opening.limits));
  const bool has_directory = zip || zip.error().code != ErrorCode::malformed;
  if (opening.salvage && (zip ? is_damaged(*zip) : !has_directory))
    return listed(open_zip_by_local_heads(file, opening.limits));
  if (!has_directory) detail = "ZIP without central directory; salvage (--salvage) reads it by its local heads";
  return zip;
}

void note_end(const StreamEnd& end, std::vector<evidence::Problem>& problems) {
  if (end.is_cut) problems.push_back({"truncated", 0, "a compressed stream with its end", "", 0});
  if (end.trailing_bytes != 0)
    problems.push_back(
        {"trailing_bytes", 0, "nothing after the compressed stream", std::to_string(end.trailing_bytes), 0});
  if (end.checksum_failed)
    problems.push_back({"checksum", 0, "a compressed stream that its own sums fit", "another sum", 0});
  if (end.damage) problems.push_back(evidence::problem_of(*end.damage, 0));
}

Result<Listing> open_packed(const SourcePtr& file, Packing packing, std::string_view name, const Opening& opening,
                            std::string& detail) {
  const auto stream = open_packed_stream(file, packing, opening.limits);
  if (!stream) return std::unexpected(stream.error());
  const auto head = read_head(**stream);
  if (!head) return std::unexpected(head.error());
  const std::string suffix(packing_suffix(packing));
  Result<Listing> inside = no_container();
  if (is_tar(*head)) {
    inside = listed(open_tar(*stream, "tar." + suffix, opening.limits));
  } else if (is_android_backup(*head)) {
    inside = listed(open_android_backup(*stream, name, opening.unlocking, opening.limits));
  } else {
    detail = suffix + " with " + looks_like(as_text(*head)) + " in it";
  }
  if (!inside) return inside;
  const auto end = (*stream)->end();
  if (!end) return std::unexpected(end.error());
  note_end(*end, inside->problems);
  return inside;
}

}  // namespace

bool may_be_archive(Bytes head) {
  return is_zip_start(as_text(head)) || is_android_backup(head) || is_tar(head) || packing_of(head);
}

Result<std::vector<std::uint8_t>> read_head(const evidence::ByteSource& file) {
  std::vector<std::uint8_t> head(kHead);
  const auto count = file.read_at(0, head);
  if (!count) return std::unexpected(count.error());
  head.resize(*count);
  return head;
}

Result<Listing> open_archive(const SourcePtr& file, std::string_view name, const Opening& opening,
                             std::string& detail) {
  const auto head = read_head(*file);
  if (!head) return std::unexpected(head.error());
  if (is_zip_start(as_text(*head))) return open_as_zip(file, opening, detail);
  if (is_android_backup(*head)) return listed(open_android_backup(file, name, opening.unlocking, opening.limits));
  if (is_tar(*head)) return listed(open_tar(file, "tar", opening.limits));
  if (const auto packing = packing_of(*head)) return open_packed(file, *packing, name, opening, detail);
  detail = looks_like(as_text(*head));
  // An archive that something was put in front of is known by its end, but only where its start is nothing else.
  if (detail != "unknown content") return no_container();
  if (find_zip_end(*file)) {
    detail.clear();
    return open_as_zip(file, opening, detail);
  }
  if (!opening.salvage) return no_container();
  auto salvaged = listed(open_zip_by_local_heads(file, opening.limits));
  if (!salvaged && salvaged.error().code == ErrorCode::malformed) return no_container();
  return salvaged;
}

}  // namespace exhibit::containers
