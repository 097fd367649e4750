// A query as the host describes it: sticky, so the final call tells the first mistake.
#pragma once

#include <exhibit/exhibit.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "casefile/query.h"
#include "handles.h"

struct exhibit_query {
  exhibit_query(std::shared_ptr<exhibit::library::CaseState> of, std::int32_t query_kind);

  void show_in_zone(std::string_view name);
  void where(exhibit_field field, std::int32_t comparison, const exhibit_value& value);
  /// The first mistake of the steps, or one that only all of them make.
  exhibit_status check(exhibit_error** error) const;
  /// The filter with the numbers of its apps; nothing if none of them is in the case.
  exhibit::Result<std::optional<exhibit::casefile::Filter>> resolved(exhibit::casefile::Artefacts& artefacts) const;
  /// Artefact numbers in order.
  exhibit::Result<std::vector<std::int64_t>> select(exhibit::casefile::Artefacts& artefacts) const;

  std::shared_ptr<exhibit::library::CaseState> state;
  std::int32_t kind;
  exhibit::casefile::Filter filter;
  std::vector<std::string> apps;
  std::string id_prefix;
  std::shared_ptr<const exhibit::model::ShownZone> zone;
  std::string mistake;
  bool is_out_of_memory = false;  ///< a step that could not be kept

 private:
  bool takes(exhibit_field field, std::int32_t comparison, const exhibit_value& value);
  bool has_conditions() const;
};
