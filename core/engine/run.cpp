#include "engine/run.h"

#include <pthread.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <csignal>
#include <system_error>
#include <thread>

#include "matcher.h"
#include "model/wire_reader.h"
#include "ordered_output.h"
#include "parse_task.h"
#include "unread_list.h"

namespace exhibit::engine {

namespace {

using Modules = std::vector<std::shared_ptr<const Module>>;

constexpr auto kProgressEvery = std::chrono::milliseconds(100);
constexpr std::size_t kWindow = 64;                      // tasks ahead of the writer
constexpr std::size_t kWaitingBytes = 32 * 1024 * 1024;  // of batches ahead of the writer
constexpr std::uint64_t kSmallestDatabase = 512;

std::uint64_t quarter_of_memory() {
  const long pages = sysconf(_SC_PHYS_PAGES);
  const long size = sysconf(_SC_PAGESIZE);
  return pages > 0 && size > 0 ? static_cast<std::uint64_t>(pages) / 4 * static_cast<std::uint64_t>(size) : 1u << 30;
}

/// Databases are sought among sizes that a database can have.
bool may_be_database(const evidence::Entry& entry) {
  return entry.type == evidence::EntryType::file && entry.size >= kSmallestDatabase && entry.size % 512 == 0;
}

class Run {
 public:
  Run(const Modules& modules, const std::vector<const evidence::Evidence*>& sources, const RunOptions& options,
      RunSink& sink)
      : modules_(modules),
        options_(options),
        sink_(sink),
        cancel_(options.cancel != nullptr ? *options.cancel : own_cancel_),
        files_(sources, &cancel_),
        sources_(sources),
        environment_{files_, options.label, options.limits, &cancel_, options.local_zone} {}

  Result<RunSummary> run() {
    report_container_problems();
    if (auto matched = match(); !matched) return std::unexpected(matched.error());
    auto parsed = run_tasks(Phase::parse, tasks_.size(), [this](std::size_t task, TaskOutput& output) {
      run_parse_task(tasks_[task], environment_, output);
    });
    if (!parsed) return std::unexpected(parsed.error());
    auto surveyed = run_tasks(Phase::unread, unmatched_.size(), [this](std::size_t task, TaskOutput& output) {
      run_survey_task(unmatched_[task], modules_, environment_, output);
    });
    if (!surveyed) return std::unexpected(surveyed.error());
    if (options_.hash_all) {
      const std::vector<FileRef> rest = files_without_hash();
      auto hashed = run_tasks(Phase::hash, rest.size(), [this, &rest](std::size_t task, TaskOutput& output) {
        run_hash_task(rest[task], environment_, output);
      });
      if (!hashed) return std::unexpected(hashed.error());
    }
    if (auto closed = close(); !closed) return std::unexpected(closed.error());
    return summary_;
  }

 private:
  using RunTask = std::function<void(std::size_t, TaskOutput&)>;

  Result<void> give(Bytes bytes) {
    if (bytes.empty()) return {};
    count(bytes);
    return sink_.take(bytes);
  }

  void count(Bytes bytes) {
    model::WireReader records(bytes);
    model::WireField record;
    while (records.next(record)) {
      if (record.number == task_field::kArtefact) ++summary_.artefacts;
      if (record.number == task_field::kProblem) ++summary_.problems;
      if (record.number == task_field::kLedger &&
          model::find_field(record.bytes, 12).value_or(model::WireField{}).value == 0)
        summary_.ledger_adds_up = false;
    }
  }

  void report_container_problems() {
    for (std::uint32_t s = 0; s < sources_.size(); ++s)
      for (const evidence::Problem& problem : sources_[s]->problems()) {
        ProblemText text{.code = problem.code};
        if (problem.file != 0) text.file = files_.number({s, problem.file});
        text.expected = problem.expected;
        text.found = problem.found;
        text.offset = problem.offset;
        closing_.problem(text);
      }
  }

  Result<void> match() {
    for (std::uint32_t s = 0; s < sources_.size(); ++s) {
      const auto matches = match_paths(modules_, *sources_[s]);
      if (!matches) return std::unexpected(matches.error());
      std::vector<bool> is_matched(sources_[s]->entries().size() + 1);
      for (const PathMatch& match : *matches) {
        tasks_.push_back({modules_[match.module].get(), {s, match.entry}, false});
        is_matched[match.entry] = true;
      }
      for (std::uint32_t n = 1; n <= sources_[s]->entries().size(); ++n)
        if (!is_matched[n] && may_be_database(sources_[s]->entry(n))) unmatched_.push_back({s, n});
    }
    std::ranges::stable_sort(tasks_, {}, [](const ParseTask& task) { return std::string_view(task.module->name); });
    return {};
  }

  std::vector<FileRef> files_without_hash() const {
    std::vector<FileRef> rest;
    for (std::uint32_t s = 0; s < sources_.size(); ++s)
      for (std::uint32_t n = 1; n <= sources_[s]->entries().size(); ++n) {
        const FileAccess::State& state = files_.states()[files_.number({s, n}) - 1];
        if (sources_[s]->entry(n).type == evidence::EntryType::file && !state.sha256 && !state.is_unreadable)
          rest.push_back({s, n});
      }
    return rest;
  }

  std::uint64_t bytes_of(Phase phase, std::size_t task) const {
    if (phase == Phase::parse) return files_.entry(tasks_[task].file).size;
    return phase == Phase::unread ? files_.entry(unmatched_[task]).size : 0;
  }

  void note(Phase phase, std::size_t task, std::string_view what) const {
    if (options_.log == nullptr || phase == Phase::hash || !options_.log->wants(LogLevel::debug)) return;
    const FileRef file = phase == Phase::parse ? tasks_[task].file : unmatched_[task];
    std::string text = phase == Phase::parse ? tasks_[task].module->name : "survey";
    text += ' ';
    text += files_.entry(file).container_path;
    options_.log->put(LogLevel::debug, text.append(": ").append(what));
  }

  /// What is thrown ends its own task: memory that a file asks for and nobody has, or a mistake of ours.
  void run_guarded(Phase phase, std::size_t task, const RunTask& run_task, TaskOutput& output) {
    std::string what;
    ProblemText text{.code = "parser_crashed", .expected = "a task that ends by itself"};
    if (phase == Phase::parse) {
      text.file = files_.number(tasks_[task].file);
      text.parser = tasks_[task].module->name;
    } else if (phase == Phase::unread) {
      text.file = files_.number(unmatched_[task]);
    }
    note(phase, task, "begins");
    try {
      run_task(task, output);
      note(phase, task, "ends");
      return;
    } catch (const std::bad_alloc&) {
      text.code = "memory";
      text.expected = "memory for what the file asks for";
    } catch (const std::exception& thrown) {
      what = thrown.what();
      text.found = what;
    }
    output.drop_unfinished();
    output.problem(text);
  }

  /// Workers take tasks in order; this thread takes their output in order, writes it, and tells the progress.
  Result<void> run_tasks(Phase phase, std::size_t count, const RunTask& run_task) {
    OrderedOutput ordered(count, kWindow, kWaitingBytes);
    Admission admission(options_.memory_limit != 0 ? options_.memory_limit : quarter_of_memory());
    const auto work = [&] {
      while (const auto task = ordered.next_task()) {
        const std::uint64_t bytes = bytes_of(phase, *task);
        admission.enter(*task, bytes);
        TaskOutput output([&](std::string batch) { return ordered.put(*task, std::move(batch)); });
        run_guarded(phase, *task, run_task, output);
        (void)output.flush();
        ordered.finish(*task, output.take_closing());
        admission.leave(*task, bytes);
      }
    };
    std::vector<std::jthread> workers;
    const std::size_t jobs = options_.jobs != 0 ? options_.jobs : std::max(1u, std::thread::hardware_concurrency());
    if (!start(workers, std::min(jobs, count), work)) return fail(ErrorCode::limit, "a thread to work on", jobs);
    auto written = write_in_order(phase, count, ordered);
    if (!written) {
      cancel_.request();
      ordered.stop();
    }
    return written;
  }

  /// As many workers as the system gives; false if it gives none. They block all signals: those are the host's.
  static bool start(std::vector<std::jthread>& workers, std::size_t wanted, const std::function<void()>& work) {
    sigset_t all;
    sigset_t before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    try {
      while (workers.size() < wanted) workers.emplace_back(work);
    } catch (const std::system_error&) {
      // The system's limit: those that run do the work.
    }
    pthread_sigmask(SIG_SETMASK, &before, nullptr);
    return !workers.empty() || wanted == 0;
  }

  Result<void> write_in_order(Phase phase, std::size_t count, OrderedOutput& ordered) {
    Progress progress{.phase = phase, .total = count};
    auto told_at = std::chrono::steady_clock::now() - kProgressEvery;
    while (true) {
      OrderedOutput::Item item;
      const auto got = ordered.take(item, kProgressEvery);
      if (got == OrderedOutput::Got::item) {
        if (item.is_closing) {
          unread_.add(as_bytes(item.bytes));
          ++progress.done;
        } else if (auto given = give(as_bytes(item.bytes)); !given) {
          return given;
        }
        if (phase == Phase::parse) progress.item = tasks_[item.task].module->name;
      }
      const auto now = std::chrono::steady_clock::now();
      const bool is_over = got == OrderedOutput::Got::end;
      if (is_over || now - told_at >= kProgressEvery) {
        told_at = now;
        if (auto told = tell(progress); !told) return told;
      }
      if (is_over) return {};
    }
  }

  Result<void> tell(Progress& progress) {
    progress.artefacts = summary_.artefacts;
    progress.problems = summary_.problems;
    if (options_.progress && !options_.progress(progress)) cancel_.request();
    if (cancel_.requested()) return fail(ErrorCode::cancelled, "a run to its end");
    return {};
  }

  /// What is known only when all tasks are over.
  Result<void> close() {
    unread_.write(closing_);
    for (std::uint32_t i = 0; i < files_.states().size(); ++i) {
      const FileAccess::State& state = files_.states()[i];
      if (!state.sha256 && !state.is_wanted && !state.is_unreadable && !state.is_database) continue;
      closing_.file_read(i + 1, state.sha256 ? Bytes(*state.sha256) : Bytes(), state.is_unreadable, state.is_database,
                         state.is_wanted);
      summary_.files_wanted += state.is_wanted ? 1u : 0u;
      summary_.files_read += state.sha256 && !state.is_unreadable ? 1u : 0u;
    }
    for (std::size_t i = 0; i < tasks_.size(); ++i)
      summary_.parsers_used += i == 0 || tasks_[i].module != tasks_[i - 1].module ? 1u : 0u;
    (void)closing_.flush();
    return give(as_bytes(closing_batch_));
  }

  const Modules& modules_;
  const RunOptions& options_;
  RunSink& sink_;
  Cancel own_cancel_;
  Cancel& cancel_;
  FileAccess files_;
  const std::vector<const evidence::Evidence*>& sources_;
  TaskEnvironment environment_;
  std::vector<ParseTask> tasks_;
  std::vector<FileRef> unmatched_;
  UnreadList unread_;
  std::string closing_batch_;
  TaskOutput closing_{[this](const std::string& batch) {
    closing_batch_ += batch;
    return true;
  }};
  RunSummary summary_;
};

}  // namespace

Result<std::vector<PathMatch>> match_paths(const Modules& modules, const evidence::Evidence& evidence) {
  std::vector<std::string_view> patterns;
  std::vector<std::uint32_t> module_of;
  for (std::uint32_t m = 0; m < modules.size(); ++m)
    for (const std::string& pattern : modules[m]->files) {
      patterns.push_back(pattern);
      module_of.push_back(m);
    }
  const auto matcher = Matcher::build(patterns);
  if (!matcher) return std::unexpected(matcher.error());
  std::vector<PathMatch> matches;
  std::vector<std::uint32_t> numbers;
  for (std::uint32_t n = 1; n <= evidence.entries().size(); ++n) {
    const evidence::Entry& entry = evidence.entry(n);
    if (entry.type != evidence::EntryType::file || entry.device_path.empty()) continue;
    if (auto matched = matcher->match(entry.device_path, numbers); !matched) return std::unexpected(matched.error());
    for (const std::uint32_t number : numbers)
      // A module's patterns stand together: one that matches twice is one match.
      if (matches.empty() || matches.back().entry != n || matches.back().module != module_of[number])
        matches.push_back({module_of[number], n});
  }
  return matches;
}

Result<RunSummary> run(const Modules& modules, const std::vector<const evidence::Evidence*>& sources,
                       const RunOptions& options, RunSink& sink) {
  return Run(modules, sources, options, sink).run();
}

}  // namespace exhibit::engine
