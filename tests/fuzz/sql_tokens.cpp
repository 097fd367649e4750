// fuzz: sqlite
#include "sqlite/sql_tokens.h"

using namespace exhibit::sqlite;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto tokens = tokenize({reinterpret_cast<const char*>(data), size});
  for (const Token& token : tokens) (void)token.name();
  for (const ResultColumn& column : result_columns(tokens))
    if (column.end_token > tokens.size() || column.first_token > column.end_token) __builtin_trap();
  return 0;
}
