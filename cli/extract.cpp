#include "extract.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <cstdio>
#include <cstring>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "extract_name.h"
#include "extract_tree.h"
#include "hashed_file.h"
#include "interrupt.h"
#include "terminal_text.h"

namespace exhibit::cli {

namespace {

constexpr std::size_t kBlock = 1 << 20;
/// The list has its name from the moment on at which it is whole.
constexpr const char* kList = "files.jsonl";
constexpr const char* kListInWork = "files.jsonl.partial";

struct Interrupted {};

/// The folder takes no more: unlike a file that cannot be read, nothing can go on.
struct WriteFailure {
  std::string what;
};

std::string field(const char* name, const std::string& text) {
  return std::string(",\"") + name + "\":" + json_text(text);
}

class Extraction {
 public:
  Extraction(Evidence& evidence, const FilesArguments& arguments, const Common& common)
      : evidence_(evidence),
        folder_(arguments.extract_to),
        tree_(folder_, arguments.evidence, {kList, kListInWork}),
        list_(open_list()),
        buffer_(kBlock),
        common_(common),
        shows_progress_(!common.quiet && isatty(STDERR_FILENO) != 0) {}

  int run(std::optional<RecordView> file, Cursor& files) {
    try {
      for (; file; file = files.next()) add(*file);
      finish_list();
    } catch (const Interrupted&) {
      std::fflush(list_.get());
      die_interrupted(("Interrupted. " + what_is_left()).c_str());
    } catch (const WriteFailure& failure) {
      std::fflush(list_.get());
      throw Error(EXHIBIT_E_IO, failure.what + ". " + what_is_left());
    }
    print_result();
    return unread_ == 0 ? kDone : kWithProblems;
  }

 private:
  struct CloseFile {
    void operator()(std::FILE* file) const { std::fclose(file); }
  };
  using File = std::unique_ptr<std::FILE, CloseFile>;

  File open_list() const {
    Descriptor list(openat(tree_.root(), kListInWork, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600));
    File opened(list.get() < 0 ? nullptr : fdopen(list.get(), "w"));
    if (opened == nullptr) throw Error(EXHIBIT_E_IO, folder_ + "/" + kListInWork + ": " + std::strerror(errno));
    list.release();
    return opened;
  }

  void add(const RecordView& file) {
    if (interrupted()) throw Interrupted();
    const std::string type = file.text(EXHIBIT_EVIDENCE_FILE_TYPE);
    if (type == "folder") return;
    show_progress(file);
    std::string line = file.json();
    line.pop_back();  // the brace: what became of the file follows what it is
    if (type == "file") line += write(file);
    if (type == "symlink") line += link_target(file);
    line += "}\n";
    if (std::fwrite(line.data(), 1, line.size(), list_.get()) != line.size()) throw_failure(kListInWork);
  }

  Reader open(const RecordView& file) {
    return evidence_.read_entry(static_cast<std::uint64_t>(file.integer(EXHIBIT_EVIDENCE_FILE_NUMBER).value_or(0)));
  }

  std::string write(const RecordView& file) {
    std::optional<Reader> reader;
    try {
      reader.emplace(open(file));
    } catch (const Error& error) {
      return unread(file, error.what());
    }
    ExtractTree::NewFile made = create(file);
    HashedFile out(std::move(made.descriptor));
    try {
      if (const std::string problem = copy(*reader, out, made.path); !problem.empty()) {
        tree_.remove_last();
        return unread(file, problem);
      }
      const auto modified = file.value(EXHIBIT_EVIDENCE_FILE_MODIFIED_AT);
      if (modified && modified->zone == EXHIBIT_ZONE_UTC) out.set_modified(modified->integer);
      if (!out.close()) throw_failure(made.path);
    } catch (...) {
      tree_.remove_last();
      removed_ = made.path;
      throw;
    }
    ++written_;
    bytes_ += reader->size();
    return field("written", made.path) + ",\"sha256\":\"" + out.sha256() + "\"";
  }

  ExtractTree::NewFile create(const RecordView& file) {
    const auto user = file.integer(EXHIBIT_EVIDENCE_FILE_DEVICE_USER).value_or(0);
    const auto device_path = file.text_value(EXHIBIT_EVIDENCE_FILE_DEVICE_PATH).value_or("");
    const auto container_path = file.text_value(EXHIBIT_EVIDENCE_FILE_CONTAINER_PATH).value_or("");
    try {
      return tree_.create(extracted_place(device_path, container_path, static_cast<std::uint64_t>(user)));
    } catch (const Error& error) {
      throw WriteFailure{error.what()};
    }
  }

  /// Why it could not be read to its end; empty if it could.
  std::string copy(Reader& reader, HashedFile& out, const std::string& path) {
    for (std::uint64_t offset = 0; offset < reader.size();) {
      if (interrupted()) throw Interrupted();
      std::size_t got = 0;
      try {
        got = reader.read(offset, buffer_.data(), buffer_.size());
      } catch (const Error& error) {
        return error.what();
      }
      if (got == 0) return "ends at " + std::to_string(offset) + " of " + std::to_string(reader.size()) + " bytes";
      if (!out.write(buffer_.data(), got)) throw_failure(path);
      offset += got;
    }
    return {};
  }

  /// A link is told and never made: it could lead out of the folder.
  std::string link_target(const RecordView& file) {
    try {
      Reader reader = open(file);
      const std::size_t got = reader.read(0, buffer_.data(), buffer_.size());
      return field("target", {buffer_.data(), got});
    } catch (const Error& error) {
      return unread(file, error.what());
    }
  }

  std::string unread(const RecordView& file, const std::string& reason) {
    ++unread_;
    clear_progress();
    const std::string path = file.text(EXHIBIT_EVIDENCE_FILE_CONTAINER_PATH);
    std::fprintf(stderr, "exhibit: not read: %s\n",
                 clean(reason.starts_with(path) ? reason : path + ": " + reason).c_str());
    return field("problem", reason);
  }

  [[noreturn]] void throw_failure(const std::string& path) const {
    throw WriteFailure{folder_ + "/" + path + ": " + std::strerror(errno)};
  }

  void finish_list() {
    if (std::fclose(list_.release()) != 0) throw_failure(kListInWork);
    if (renameat(tree_.root(), kListInWork, tree_.root(), kList) != 0) throw_failure(kList);
  }

  std::string what_is_left() {
    clear_progress();
    std::string text = clean(folder_) + " holds " + std::to_string(written_) + " files";
    if (!removed_.empty()) text += ", " + removed_ + " was removed half written";
    return text + "; " + kListInWork + " tells which";
  }

  void show_progress(const RecordView& file) {
    constexpr auto kRedrawEvery = std::chrono::milliseconds(200);
    constexpr std::size_t kWidth = 60;
    const auto now = std::chrono::steady_clock::now();
    if (!shows_progress_ || now - drawn_at_ < kRedrawEvery) return;
    drawn_at_ = now;
    is_drawn_ = true;
    std::fprintf(stderr, "\r\033[K%s files  %s  %s", grouped(written_).c_str(), bytes_text(bytes_).c_str(),
                 fit(clean(file.text(EXHIBIT_EVIDENCE_FILE_CONTAINER_PATH)), kWidth).c_str());
  }

  void clear_progress() {
    if (is_drawn_) std::fputs("\r\033[K", stderr);
    is_drawn_ = false;
  }

  void print_result() {
    clear_progress();
    const auto number = [](std::uint64_t value) { return static_cast<unsigned long long>(value); };
    if (common_.json) {
      std::printf("{\"folder\":%s,\"files\":%llu,\"bytes\":%llu,\"not_read\":%llu}\n", json_text(folder_).c_str(),
                  number(written_), number(bytes_), number(unread_));
      return;
    }
    std::printf("%s files, %s, written to %s; %s not read: %s\n", grouped(written_).c_str(), bytes_text(bytes_).c_str(),
                clean(folder_).c_str(), grouped(unread_).c_str(), kList);
  }

  Evidence& evidence_;
  std::string folder_;
  ExtractTree tree_;
  File list_;
  std::vector<char> buffer_;
  const Common& common_;
  bool shows_progress_;
  bool is_drawn_ = false;
  std::chrono::steady_clock::time_point drawn_at_ = std::chrono::steady_clock::now();
  std::uint64_t written_ = 0;
  std::uint64_t bytes_ = 0;
  std::uint64_t unread_ = 0;
  std::string removed_;
};

}  // namespace

int extract(Evidence& evidence, const FilesArguments& arguments, const Common& common) {
  Cursor files = evidence.list(arguments.pattern);
  const auto first = files.next();
  if (!first) throw Error(EXHIBIT_E_NOT_FOUND, "no file matches \"" + arguments.pattern + "\"");
  return Extraction(evidence, arguments, common).run(first, files);
}

}  // namespace exhibit::cli
