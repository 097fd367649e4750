// What is wrong with a module, for its author: place, what, and the nearest right word.
#pragma once

#include <cstdint>
#include <string>

namespace exhibit::engine {

struct Finding {
  std::uint32_t line = 0;  ///< of the module's text, from 1; 0 where none can be told
  std::uint32_t column = 0;
  std::string where;    ///< "query 2", "[map.answered]", or empty
  std::string message;  ///< "column \"sender.adress\": no field of Message"
  std::string nearest;  ///< "sender.address", or empty
};

/// "ios.sms.toml:31: query 2: column \"sender.adress\": no field of Message; nearest: sender.address"
std::string finding_text(const std::string& file, const Finding& finding);

}  // namespace exhibit::engine
