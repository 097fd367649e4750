#include "keyed_files.h"

#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "whatsapp_backup.h"

namespace exhibit::containers {
namespace {

using evidence::Entry;
using evidence::SecretKind;
using evidence::SourcePtr;

constexpr std::uint64_t kLargestKey = 4096;

std::string_view name_of(std::string_view path) { return path.substr(path.rfind('/') + 1); }
/// With its '/', or its root's ':'.
std::string_view device_folder_of(std::string_view path) { return path.substr(0, path.find_last_of("/:") + 1); }

bool may_be_key(const Entry& entry) {
  const std::string_view name = name_of(entry.container_path);
  return entry.type == evidence::EntryType::file && entry.size <= kLargestKey &&
         (name == "key" || name == "encrypted_backup.key");
}

bool may_be_store(const Entry& entry) {
  return entry.type == evidence::EntryType::file &&
         name_of(entry.container_path).find(".crypt") != std::string_view::npos;
}

/// Decrypts a store again each time it is opened: plain content is not kept.
class KeyedFiles final : public evidence::Container {
 public:
  KeyedFiles(const Layers& stores, evidence::Secrets secrets) : stores_(stores), secrets_(std::move(secrets)) {}

  void add(std::size_t store, std::string_view path) { files_.push_back({store, std::string(path)}); }

  std::string_view format() const override { return "keyed"; }
  std::vector<Entry> take_entries() override { return {}; }
  Result<SourcePtr> open(std::size_t index, const Limits& limits) const override {
    const auto store = stores_.open(files_[index].store, limits);
    if (!store) return store;
    const std::lock_guard lock(mutex_);
    return open_whatsapp_backup(*store, files_[index].path, secrets_, limits);
  }

 private:
  struct File {
    std::size_t store;
    std::string path;
  };

  const Layers& stores_;
  mutable std::mutex mutex_;
  mutable evidence::Secrets secrets_;
  std::vector<File> files_;
};

class Opener {
 public:
  Opener(Layers& layers, const Opening& opening) : layers_(layers), opening_(opening) {}

  void run() {
    for (std::size_t i = 0; i < layers_.entries().size(); ++i)
      if (may_be_key(layers_.entries()[i])) take_key(i);
    std::vector<std::size_t> stores;
    for (std::size_t i = 0; i < layers_.entries().size(); ++i)
      if (may_be_store(layers_.entries()[i])) try_store(i, stores);
    if (stores.empty()) return;
    auto files = std::make_unique<KeyedFiles>(layers_, opening_.unlocking.secrets.known(SecretKind::app_key));
    for (const std::size_t store : stores) files->add(store, layers_.entries()[store].container_path);
    layers_.add({std::move(files), std::move(plain_), {}});
  }

 private:
  // A file that only has the name of a key, or cannot be read, is left to whoever wants it.
  void take_key(std::size_t index) {
    const auto file = layers_.open(index, opening_.limits);
    if (!file) return;
    std::vector<std::uint8_t> buffer;
    const auto content = evidence::read_all(**file, buffer);
    if (content && is_whatsapp_key(name_of(layers_.entries()[index].container_path), *content))
      opening_.unlocking.secrets.add(SecretKind::app_key, crypto::Secret(*content));
  }

  void try_store(std::size_t index, std::vector<std::size_t>& stores) {
    const Entry& store = layers_.entries()[index];
    const auto file = layers_.open(index, opening_.limits);
    if (!file) return note(index, file.error());
    const auto head = read_head(**file);
    if (!head) return note(index, head.error());
    if (!is_whatsapp_backup(name_of(store.container_path), *head)) return;
    const auto plain = open_whatsapp_backup(*file, store.container_path, opening_.unlocking.secrets, opening_.limits);
    if (!plain) return note(index, plain.error());
    const std::string name = whatsapp_plain_name(name_of(store.container_path));
    Entry entry = store;
    entry.container_path = layers_.texts().add({store.container_path, "!", name});
    entry.device_path = layers_.texts().add({device_folder_of(store.device_path), name});
    entry.size = (*plain)->size();
    plain_.push_back(entry);
    stores.push_back(index);
  }

  void note(std::size_t index, const Error& error) {
    const bool has_no_key = error.code == ErrorCode::locked && error.found == 0;
    layers_.note({has_no_key ? "key_missing" : std::string(error_code_name(error.code)),
                  static_cast<std::uint32_t>(index + 1), std::string(error.expected.view()),
                  std::to_string(error.found), error.where.offset});
  }

  Layers& layers_;
  const Opening& opening_;
  std::vector<Entry> plain_;
};

}  // namespace

void open_keyed_files(Layers& layers, const Opening& opening) { Opener(layers, opening).run(); }

}  // namespace exhibit::containers
