// Builders of the service records (core/model/service.proto): one function a record.
#pragma once

#include <string>
#include <vector>

#include "casefile/summary.h"
#include "engine/finding.h"
#include "engine/module.h"
#include "engine/run.h"
#include "evidence/evidence.h"
#include "record.h"

namespace exhibit::library {

using RecordPtr = std::unique_ptr<exhibit_record>;

RecordPtr parser_record(const engine::Module& module);
RecordPtr kind_record(const model::MessageInfo& kind);
/// `place` is the path of the field's message.
RecordPtr field_record(const model::FieldInfo& field, exhibit_field place, const std::string& path);
RecordPtr format_record(std::string_view name, std::string_view title);
RecordPtr container_record(const evidence::Evidence& evidence, bool is_unlocked);
RecordPtr evidence_file_record(const evidence::Entry& entry, std::uint32_t number,
                               const std::vector<std::string_view>& parsers);
RecordPtr finding_record(const engine::Finding& finding);
RecordPtr run_record(std::string_view label, const engine::RunSummary& summary);
RecordPtr exhibit_summary_record(const casefile::ExhibitSummary& summary);
RecordPtr case_record(const casefile::CaseSummary& summary, const std::vector<std::string>& facts);

/// Records that stand ready.
class ListCursor : public exhibit_cursor {
 public:
  explicit ListCursor(std::vector<RecordPtr> records) : records_(std::move(records)) {}
  exhibit_status next(const exhibit_record*& record, exhibit_error**) override {
    if (at_ == records_.size()) return EXHIBIT_NONE;
    record = records_[at_++].get();
    return EXHIBIT_OK;
  }

 private:
  std::vector<RecordPtr> records_;
  std::size_t at_ = 0;
};

}  // namespace exhibit::library
