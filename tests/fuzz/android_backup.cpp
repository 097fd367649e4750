// fuzz: containers
#include "android_backup.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace exhibit;
  evidence::Secrets secrets;
  secrets.add(evidence::SecretKind::android_backup_password, crypto::Secret(as_bytes("p")));
  Cancel slow;
  const evidence::Unlocking unlocking{secrets, &slow, [&](std::uint64_t, std::uint64_t) { slow.request(); }};
  auto backup = containers::open_android_backup(evidence::make_source({data, data + size}), "a.ab", unlocking, {});
  if (!backup) return 0;
  const evidence::Evidence evidence("a.ab", *std::move(backup), {});
  for (std::uint32_t number = 1; number <= evidence.entries().size() && number <= 20; ++number)
    (void)evidence.open(number);
  return 0;
}
