// What the descriptor set says, as plain tables.
#pragma once

#include <deque>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "model/model.h"

namespace exhibit::model {

struct Model::Tables {
  std::vector<MessageInfo> messages;  ///< in the order of the files: artefact.proto, service.proto
  std::unordered_map<std::string_view, const MessageInfo*> by_name;
  std::vector<const MessageInfo*> kinds;
  std::vector<const MessageInfo*> services;
  const MessageInfo* envelope = nullptr;

  // What the views above point to. Names are views of the descriptor set itself.
  std::deque<std::vector<FieldInfo>> fields;
  std::deque<std::vector<EnumValue>> values;
  std::deque<EnumInfo> enums;
  std::deque<std::string> texts;
};

}  // namespace exhibit::model
