// fuzz: containers
#include "manifest_mbdb.h"

#include "backup_domain.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace exhibit;
  evidence::TextArena texts;
  std::vector<evidence::Problem> problems;
  const auto sink = [&](const containers::BackupRow& row) {
    (void)containers::backup_device_path(row.domain, row.path, texts);
  };
  (void)containers::read_manifest_mbdb({data, size}, 1, {}, sink, problems);
  return 0;
}
