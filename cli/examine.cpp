#include <sys/stat.h>

#include <chrono>
#include <cstdio>
#include <exhibit/exhibit.hpp>

#include "commands.h"
#include "evidence_opener.h"
#include "interrupt.h"
#include "log_file.h"
#include "module_file.h"
#include "progress_view.h"
#include "summary_view.h"
#include "terminal_text.h"
#include "who.h"

namespace exhibit::cli {

namespace {

bool exists(const std::string& path) {
  struct stat status{};
  return stat(path.c_str(), &status) == 0;
}

std::string file_name(const std::string& path) {
  std::string trimmed = path;
  while (trimmed.size() > 1 && trimmed.back() == '/') trimmed.pop_back();
  return trimmed.substr(trimmed.rfind('/') + 1);
}

std::string case_path_of(const std::string& given) {
  return file_name(given).find('.') == std::string::npos ? given + ".exhibit" : given;
}

/// An exhibit without a label is named like its evidence, without suffix.
std::string label_of(const std::string& evidence) {
  const std::string name = file_name(evidence);
  const std::size_t dot = name.rfind('.');
  return dot == std::string::npos || dot == 0 ? name : name.substr(0, dot);
}

Case open_case(const Library& library, const ExamineArguments& arguments, const std::string& path) {
  if (exists(path)) return Case::open(library, path);
  exhibit_case_options options = EXHIBIT_CASE_OPTIONS_INIT;
  options.number = arguments.number.c_str();
  options.examiner = arguments.examiner.c_str();
  options.agency = arguments.agency.c_str();
  options.note = arguments.note.c_str();
  return Case::create(library, path, &options);
}

/// The work was stopped: everything that it held is given back before the command dies.
struct Interrupted {
  std::string case_path;
};

class Examine {
 public:
  Examine(const ExamineArguments& arguments, const Common& common)
      : arguments_(arguments), common_(common), path_(case_path_of(arguments.case_path)), opener_(arguments.access) {}

  int run() {
    watch_interrupts();
    Library library = open_library();
    Case opened = open_case(library, arguments_, path_);
    std::vector<std::string> labels;
    if (!arguments_.label.empty()) {
      labels.push_back(arguments_.label);
      examine_exhibit(library, opened, arguments_.label, arguments_.evidence);
    } else {
      for (const std::string& evidence : arguments_.evidence) {
        labels.push_back(label_of(evidence));
        examine_exhibit(library, opened, labels.back(), {evidence});
      }
    }
    const double elapsed_s = std::chrono::duration<double>(std::chrono::steady_clock::now() - started_).count();
    const bool is_clean =
        common_.json ? print_summary_json(opened, elapsed_s) : print_summary(opened, labels, elapsed_s);
    return is_clean ? kDone : kWithProblems;
  }

 private:
  Library open_library() {
    exhibit_library_options options = EXHIBIT_LIBRARY_OPTIONS_INIT;
    options.threads = arguments_.jobs;
    Library library(&options);
    for (const std::string& parser : arguments_.parsers) {
      if (parser.find('/') == std::string::npos && !parser.ends_with(".toml")) {
        patterns_.push_back(parser);
      } else {
        patterns_.push_back(load_module_file(library, parser));
      }
    }
    for (const std::string& pattern : patterns_) pattern_pointers_.push_back(pattern.c_str());
    pattern_pointers_.push_back(nullptr);
    return library;
  }

  void examine_exhibit(const Library& library, Case& opened, const std::string& label,
                       const std::vector<std::string>& paths) {
    ProgressView view(ProgressView::form_of(arguments_.progress, common_.quiet), label);
    Callbacks callbacks;
    attach(common_.log_file, callbacks);
    callbacks.progress = [&](const exhibit_progress& at) {
      view.show(at);
      return !interrupted();
    };
    try {
      std::vector<Evidence> sources;
      for (const std::string& path : paths)
        sources.push_back(opener_.open(library, path, callbacks, [&] { view.clear(); }));
      std::vector<const Evidence*> pointers;
      for (const Evidence& source : sources) pointers.push_back(&source);
      const std::string asked_by = who();
      exhibit_examine_options options = EXHIBIT_EXAMINE_OPTIONS_INIT;
      options.exhibit = label.c_str();
      options.parsers = patterns_.empty() ? nullptr : pattern_pointers_.data();
      options.hash_all = arguments_.hash_all ? 1 : 0;
      options.replace = arguments_.replace ? 1 : 0;
      options.command = "examine";
      options.who = asked_by.c_str();
      options.time_zone = arguments_.zone.empty() ? nullptr : arguments_.zone.c_str();
      opened.examine(pointers, options, callbacks);
    } catch (const Error& error) {
      const bool was_given_up = error.status() == EXHIBIT_E_CANCELLED || error.status() == EXHIBIT_E_LOCKED;
      if (!was_given_up || !interrupted()) throw;
      throw Interrupted{path_};
    }
  }

  const ExamineArguments& arguments_;
  const Common& common_;
  std::string path_;
  EvidenceOpener opener_;
  std::vector<std::string> patterns_;
  std::vector<const char*> pattern_pointers_;
  std::chrono::steady_clock::time_point started_ = std::chrono::steady_clock::now();
};

}  // namespace

int examine(const ExamineArguments& arguments, const Common& common) {
  try {
    return Examine(arguments, common).run();
  } catch (const Interrupted& stopped) {
    die_interrupted(("Interrupted. " + clean(stopped.case_path) + " was not changed.").c_str());
  }
}

}  // namespace exhibit::cli
