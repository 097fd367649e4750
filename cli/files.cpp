#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <exhibit/exhibit.hpp>
#include <vector>

#include "commands.h"
#include "terminal_text.h"

namespace exhibit::cli {

namespace {

void print_line(const RecordView& file) {
  std::string parsers;
  for (std::size_t i = 0; i < file.count(EXHIBIT_EVIDENCE_FILE_PARSERS); ++i)
    parsers += (i == 0 ? "  " : ",") + clean(file.text_at(EXHIBIT_EVIDENCE_FILE_PARSERS, i));
  const std::string device_path = clean(file.text(EXHIBIT_EVIDENCE_FILE_DEVICE_PATH));
  const std::string container_path = clean(file.text(EXHIBIT_EVIDENCE_FILE_CONTAINER_PATH));
  const std::string type = file.text(EXHIBIT_EVIDENCE_FILE_TYPE);
  std::printf("%12s  %-20s  %s%s  (%s)%s\n",
              type == "file" ? file.text(EXHIBIT_EVIDENCE_FILE_SIZE).c_str() : type.c_str(),
              file.text(EXHIBIT_EVIDENCE_FILE_MODIFIED_AT).c_str(), device_path.c_str(), type == "folder" ? "/" : "",
              container_path.c_str(), parsers.c_str());
}

bool is_text(const char* bytes, std::size_t size) {
  return std::none_of(bytes, bytes + size,
                      [](char c) { return c == '\0' || (c > 0 && c < ' ' && c != '\n' && c != '\t' && c != '\r'); });
}

void write_content(Evidence& evidence, const std::string& path) {
  Reader reader = evidence.read(path);
  std::vector<char> buffer(1 << 20);
  for (std::uint64_t offset = 0; offset < reader.size();) {
    const std::size_t got = reader.read(offset, buffer.data(), buffer.size());
    if (got == 0) throw Error(EXHIBIT_E_DAMAGED, path + ": ends before its size");
    if (offset == 0 && isatty(STDOUT_FILENO) != 0 && !is_text(buffer.data(), got))
      throw Error(EXHIBIT_E_INVALID, path + ": not text; send it to a file or another program");
    if (std::fwrite(buffer.data(), 1, got, stdout) != got) throw Error(EXHIBIT_E_IO, "writing failed");
    offset += got;
  }
}

/// True if the pattern is the path of one file, device path or container path.
bool is_path(Evidence& evidence, const std::string& pattern) {
  try {
    evidence.read(pattern);
    return true;
  } catch (const Error& error) {
    if (error.status() != EXHIBIT_E_NOT_FOUND && error.status() != EXHIBIT_E_INVALID) throw;
    return false;
  }
}

int cat(Evidence& evidence, const std::string& pattern) {
  if (is_path(evidence, pattern)) {
    write_content(evidence, pattern);
    return kDone;
  }
  std::vector<std::string> paths;
  Cursor files = evidence.list(pattern);
  while (const auto file = files.next())
    if (file->text(EXHIBIT_EVIDENCE_FILE_TYPE) != "folder")
      paths.push_back(file->text(EXHIBIT_EVIDENCE_FILE_CONTAINER_PATH));
  if (paths.size() != 1)
    throw Error(EXHIBIT_E_INVALID,
                "\"" + pattern + "\" names " + std::to_string(paths.size()) + " files; --cat writes one");
  write_content(evidence, paths.front());
  return kDone;
}

}  // namespace

int files(const FilesArguments& arguments, const Common& common) {
  Library library;
  Evidence evidence(library, arguments.evidence);
  if (arguments.cat) return cat(evidence, arguments.pattern);
  Cursor files = evidence.list(arguments.pattern);
  std::uint64_t count = 0;
  while (const auto file = files.next()) {
    ++count;
    if (common.json) {
      std::printf("%s\n", file->json().c_str());
    } else {
      print_line(*file);
    }
  }
  if (count == 0 && !arguments.pattern.empty())
    throw Error(EXHIBIT_E_NOT_FOUND, "no file matches \"" + arguments.pattern + "\"");
  return kDone;
}

}  // namespace exhibit::cli
