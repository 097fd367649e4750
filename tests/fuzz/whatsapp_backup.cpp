// fuzz: containers
#include "whatsapp_backup.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace exhibit;
  (void)containers::is_whatsapp_key("key", {data, size});
  evidence::Secrets secrets;
  secrets.add(evidence::SecretKind::app_key, crypto::Secret(Bytes(data, size)));
  secrets.add(evidence::SecretKind::app_key, crypto::Secret(32));
  for (const char* name : {"a.db.crypt12", "a.db.crypt14", "a.db.crypt15"})
    (void)containers::open_whatsapp_backup(evidence::make_source({data, data + size}), name, secrets, {});
  return 0;
}
