#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <exhibit/exhibit.hpp>
#include <vector>

#include "commands.h"
#include "evidence_opener.h"
#include "extract.h"
#include "interrupt.h"
#include "log_file.h"
#include "progress_view.h"
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
    if (interrupted()) die_interrupted("Interrupted.");
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

/// What the thing is: format, size, and what of it is not as it should be.
void print_head(Evidence& evidence) {
  const Record container = evidence.describe();
  std::string line =
      clean(container.text(EXHIBIT_CONTAINER_PATH)) + ": " + clean(container.text(EXHIBIT_CONTAINER_FORMAT)) + ", " +
      grouped(static_cast<std::uint64_t>(container.integer(EXHIBIT_CONTAINER_FILES).value_or(0))) + " files";
  if (container.integer(EXHIBIT_CONTAINER_IS_UNLOCKED).value_or(0) != 0) line += ", unlocked";
  std::fprintf(stderr, "%s\n", line.c_str());
  for (std::size_t i = 0; i < container.count(EXHIBIT_CONTAINER_PROBLEMS); ++i) {
    const RecordView problem = container.child(EXHIBIT_CONTAINER_PROBLEMS, i);
    const auto part = [&](exhibit_field field) {
      const std::string text = clean(problem.text(EXHIBIT_IN(EXHIBIT_CONTAINER_PROBLEMS, field)));
      return text.empty() ? text : "  " + text;
    };
    std::fprintf(stderr, "  %s  %s%s%s\n", clean(problem.text(EXHIBIT_IN(EXHIBIT_CONTAINER_PROBLEMS, 1))).c_str(),
                 clean(container.text_at(EXHIBIT_CONTAINER_PROBLEM_FILES, i)).c_str(), part(5).c_str(),
                 part(6).c_str());
  }
}

int list(Evidence& evidence, const std::string& pattern, bool as_json) {
  Cursor files = evidence.list(pattern);
  std::uint64_t count = 0;
  while (const auto file = files.next()) {
    if (interrupted()) die_interrupted("Interrupted.");
    ++count;
    if (as_json) {
      std::printf("%s\n", file->json().c_str());
    } else {
      print_line(*file);
    }
  }
  if (count == 0 && !pattern.empty()) throw Error(EXHIBIT_E_NOT_FOUND, "no file matches \"" + pattern + "\"");
  return kDone;
}

Evidence open(const Library& library, const FilesArguments& arguments, const Common& common) {
  const bool is_watched = !common.quiet && isatty(STDERR_FILENO) != 0;
  ProgressView view(is_watched ? ProgressView::Form::terminal : ProgressView::Form::none, arguments.evidence);
  Callbacks callbacks;
  attach(common.log_file, callbacks);
  callbacks.progress = [&](const exhibit_progress& at) {
    view.show(at);
    return !interrupted();
  };
  try {
    return EvidenceOpener(arguments.access).open(library, arguments.evidence, callbacks, [&] { view.clear(); });
  } catch (const Error&) {
    view.clear();
    if (interrupted()) die_interrupted("Interrupted.");
    throw;
  }
}

}  // namespace

int files(const FilesArguments& arguments, const Common& common) {
  watch_interrupts();
  Library library;
  Evidence evidence = open(library, arguments, common);
  if (!common.quiet && !common.json) print_head(evidence);
  if (arguments.cat) return cat(evidence, arguments.pattern);
  if (!arguments.extract_to.empty()) return extract(evidence, arguments, common);
  return list(evidence, arguments.pattern, common.json);
}

}  // namespace exhibit::cli
