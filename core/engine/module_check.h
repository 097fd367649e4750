// Checks one query of a module by the tokens of its SQL, and makes its plan: nothing here needs a file.
#pragma once

#include <memory>
#include <vector>

#include "column_plan.h"
#include "engine/finding.h"
#include "engine/module.h"
#include "module_text.h"

namespace exhibit::engine {

/// The plan, or null if the SQL has no columns to plan. `query.kind`, `.child_field`, `.sql` and `.sql_line` are set.
std::shared_ptr<ColumnPlan> check_query(const ModuleText& module, const QueryDefinition& query,
                                        std::vector<Finding>& findings);

}  // namespace exhibit::engine
