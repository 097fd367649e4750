// An invented phone as a list of entries, artefacts from lines of JSON, and cases in a folder of the test's own.
#pragma once

#include <sqlite3.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <memory>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include "casefile/case.h"
#include "casefile/export.h"
#include "casefile/query.h"
#include "casefile/writer.h"
#include "evidence/evidence.h"
#include "model/json.h"
#include "model/wire_writer.h"

namespace exhibit::casefile::tests {

struct InventedFile {
  std::string path;
  std::uint64_t size = 100;
};

class InventedContainer : public evidence::Container {
 public:
  explicit InventedContainer(std::vector<InventedFile> files) : files_(std::move(files)) {}
  std::string_view format() const override { return "folder"; }
  std::vector<evidence::Entry> take_entries() override {
    std::vector<evidence::Entry> entries;
    for (const InventedFile& file : files_) {
      evidence::Entry& entry = entries.emplace_back();
      entry.container_path = file.path;
      entry.size = file.size;
      entry.times.modified_us = 1'682'944'496'000'000;
    }
    return entries;
  }
  Result<evidence::SourcePtr> open(std::size_t, const Limits&) const override {
    return fail(ErrorCode::not_found, "content");
  }

 private:
  std::vector<InventedFile> files_;
};

inline const std::vector<InventedFile>& phone_files() {
  static const std::vector<InventedFile> files = {
      {"private/var/mobile/Library/SMS/sms.db", 40960},
      {"private/var/mobile/Library/SMS/Attachments/ab/pier.jpg", 2120},
      {"private/var/mobile/Library/AddressBook/AddressBook.sqlitedb", 8192},
      {"private/var/mobile/Media/DCIM/100APPLE/IMG_0001.JPG", 5000},
      {"private/var/mobile/Media/Recordings/one/memo.m4a", 700},
      {"private/var/mobile/Media/Recordings/two/memo.m4a", 700},
  };
  return files;
}

inline std::unique_ptr<evidence::Evidence> phone(std::vector<InventedFile> files = phone_files(),
                                                 std::string path = "phone") {
  return std::make_unique<evidence::Evidence>(std::move(path), std::make_unique<InventedContainer>(std::move(files)),
                                              Limits{});
}

/// Relative file numbers by device path, for reading artefacts from JSON.
class PhoneNames : public model::FileNames {
 public:
  explicit PhoneNames(const evidence::Evidence& evidence, std::uint64_t base = 0) : evidence_(evidence), base_(base) {}
  std::string name(std::uint64_t file) const override {
    return std::string(evidence_.entry(static_cast<std::uint32_t>(file - base_)).device_path);
  }
  std::uint64_t number(std::string_view name) const override {
    const auto found = evidence_.find_device_path(name);
    return found.empty() ? 0 : base_ + found.front();
  }

 private:
  const evidence::Evidence& evidence_;
  std::uint64_t base_;
};

/// A TaskOutput of one artefact from its line of JSON.
inline std::string task(const std::string& line, const evidence::Evidence& evidence, std::uint64_t base = 0) {
  const auto wire = model::artefact_from_json(line, PhoneNames(evidence, base));
  if (!wire) throw std::runtime_error(wire.error().path + ": " + wire.error().message + " in " + line);
  std::string output;
  model::WireWriter(output).message(1, *wire);
  return output;
}

inline std::string service(std::uint32_t number, const std::string& message, const std::string& json,
                           const evidence::Evidence& evidence) {
  const auto wire = model::message_from_json(model::Model::get().message(message), json, PhoneNames(evidence));
  if (!wire) throw std::runtime_error(wire.error().path + ": " + wire.error().message);
  std::string output;
  model::WireWriter(output).message(number, *wire);
  return output;
}

class CaseTest : public ::testing::Test {
 protected:
  CaseTest() {
    folder_ =
        std::filesystem::temp_directory_path() / ("exhibit-case-" + std::to_string(::getpid()) + "-" +
                                                  ::testing::UnitTest::GetInstance()->current_test_info()->name());
    std::filesystem::create_directory(folder_);
  }
  ~CaseTest() override { std::filesystem::remove_all(folder_); }

  std::string path(const std::string& name = "alice.exhibit") const { return (folder_ / name).string(); }

  static Case memory_case() { return std::move(*Case::create("", {.created_by = "test"})); }

  /// One exhibit into a case, as batches.
  static std::string add(Case& subject, const evidence::Evidence& evidence, const std::vector<std::string>& batches,
                         const std::string& label = "KA/1") {
    return add_sources(subject, {{.evidence = &evidence}}, batches, label);
  }

  static std::string add_sources(Case& subject, std::vector<SourceFacts> sources,
                                 const std::vector<std::string>& batches, const std::string& label = "KA/1") {
    EXPECT_TRUE(subject.begin_run({.command = "examine", .who = "nell@lab"}));
    auto writer =
        ExhibitWriter::begin(subject, {.label = label,
                                       .sources = std::move(sources),
                                       .parsers = {{.name = "ios.sms", .title = "Messages", .version = "1"}}});
    EXPECT_TRUE(writer) << error_text(writer.error());
    if (!writer) return {};
    for (const std::string& batch : batches) {
      const auto taken = (*writer)->take(as_bytes(batch));
      EXPECT_TRUE(taken) << error_text(taken.error());
    }
    EXPECT_TRUE((*writer)->finish());
    const auto content = (*writer)->content_sha256();
    writer->reset();
    EXPECT_TRUE(subject.end_run(0, true));
    return std::string(as_text(content));
  }

  static std::string jsonl(const Case& subject, const JsonLinesOptions& options = {}) {
    std::string text;
    const auto written = write_jsonl(subject, {.with_history = true}, options, [&](std::string_view bytes) {
      text += bytes;
      return Result<void>{};
    });
    EXPECT_TRUE(written) << error_text(written.error());
    return text;
  }

  static std::vector<std::string> artefact_lines(const Case& subject) {
    std::istringstream in(jsonl(subject, {.only_artefacts = true}));
    std::vector<std::string> lines;
    for (std::string line; std::getline(in, line);) lines.push_back(line);
    return lines;
  }

  std::filesystem::path folder_;
};

/// The case as any host's SQLite sees it: rows of a query, cells joined by '|', NULL as "-".
inline std::vector<std::string> stock_rows(const std::string& path, const std::string& sql) {
  sqlite3* connection = nullptr;
  sqlite3_open_v2(path.c_str(), &connection, SQLITE_OPEN_READONLY, nullptr);
  sqlite3_stmt* statement = nullptr;
  std::vector<std::string> rows;
  if (sqlite3_prepare_v2(connection, sql.c_str(), -1, &statement, nullptr) != SQLITE_OK)
    rows.push_back(std::string("error: ") + sqlite3_errmsg(connection));
  while (statement != nullptr && sqlite3_step(statement) == SQLITE_ROW) {
    std::string& row = rows.emplace_back();
    for (int i = 0; i < sqlite3_column_count(statement); ++i) {
      const auto* text = reinterpret_cast<const char*>(sqlite3_column_text(statement, i));
      row += (i > 0 ? "|" : "") + std::string(text == nullptr ? "-" : text);
    }
  }
  sqlite3_finalize(statement);
  sqlite3_close(connection);
  return rows;
}

inline std::string message(const std::string& id, const std::string& fields, int row, const std::string& state = "") {
  return R"({"kind":"Message","id":")" + id + R"(","app":"com.example.chat",)" + fields +
         (state.empty() ? "" : R"(,"state":)" + state) +
         R"(,"provenance":{"exhibit":"KA/1","file":"home:Library/SMS/sms.db","table":"message","rowid":)" +
         std::to_string(row) + R"(,"parser":"ios.sms","query":"Message:message"}})";
}

inline std::string id_of(int n) {
  const std::string digits = std::to_string(n);
  return "0000000a-0000-5000-8000-" + std::string(12 - digits.size(), '0') + digits;
}

}  // namespace exhibit::casefile::tests
