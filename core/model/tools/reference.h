// The texts that are made from the model and committed, so that they can be read and reviewed without a build.
#pragma once

#include <expected>
#include <string>

#include "model/model.h"

namespace exhibit::model {

/// include/exhibit/fields.h. Fails with the name if two constants would be called the same.
std::expected<std::string, std::string> fields_header(const Model& model);

/// docs/reference/kinds.md.
std::string kinds_page(const Model& model);

}  // namespace exhibit::model
