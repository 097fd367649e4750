// bench: containers
// An encrypted iTunes backup: 20,000 files, 1 GB, the password's 10,000,000 rounds of PBKDF2 as on phones. Goals:
// opened in 1.25 times the derivation and half a second more, 100 MB; all files read and written in 1.5 times of what
// derivation, reading, AES and writing cost alone. OpenSSL's own derivation is one floor; ours is faster, so that the
// rest of the work is also compared without either.
//
//   bench_encrypted_backup [divisor [open|extract]]     a part of the files and rounds; one way alone, for a profiler
#include <fcntl.h>
#include <openssl/evp.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "backup_builder.h"
#include "containers/open.h"
#include "measure.h"
#include "temporary_folder.h"

namespace exhibit::bench {
namespace {

constexpr int kRuns = 3;
constexpr std::size_t kBlock = 1 << 20;
constexpr const char* kPassword = "correct horse";

using Path = std::filesystem::path;

/// Mostly small, half of the bytes in few large ones: 1 GB for 20,000.
std::size_t size_of(int number) {
  const auto n = static_cast<std::size_t>(number);
  if (n % 1000 == 7) return 25'000'000 + n % 4096;
  if (n % 50 == 3) return 700'000 + n * 7 % 150'000;
  return 200 + n * 7919 % 18'000;
}

class Backup {
 public:
  explicit Backup(int divisor)
      : files_(20'000 / divisor), rounds_(static_cast<std::uint32_t>(10'000'000 / divisor)), path_(folder_.path()) {
    (void)cost_of([this] { write(); });
    for (int file = 0; file < files_; ++file) bytes_ += size_of(file);
  }

  Path path() const { return path_ / "backup"; }
  /// For each run its own, and none is removed before the end: ext4 seeks long for numbers of files that were not
  /// deleted a moment ago.
  Path new_folder() const {
    for (int number = 1;; ++number) {
      const Path made = path_ / ("out " + std::to_string(number));
      if (std::filesystem::create_directory(made)) return made;
    }
  }
  int files() const { return files_; }
  std::uint64_t bytes() const { return bytes_; }

  tests::KeybagBuilder keybag() const {
    tests::KeybagBuilder keybag;
    keybag.first_rounds = rounds_;
    keybag.rounds = 10'000;
    return keybag;
  }

 private:
  void write() const {
    tests::BackupBuilder backup;
    backup.keybag = keybag();
    std::string content(26'000'000, '\0');
    for (std::size_t i = 0; i < content.size(); ++i) content[i] = static_cast<char>(i * i >> 7);
    for (int file = 0; file < files_; ++file) {
      const std::string name =
          "Documents/folder " + std::to_string(file % 97) + "/file " + std::to_string(file) + ".jpg";
      const std::string domain =
          file % 3 == 0 ? "CameraRollDomain" : "AppDomain-com.example.app" + std::to_string(file % 60);
      tests::BackedUpFile& made = backup.file(domain, name, std::string_view(content).substr(0, size_of(file))).last();
      const Path blob = path() / tests::BackupBuilder::blob_path(domain, name);
      std::filesystem::create_directories(blob.parent_path());
      std::ofstream(blob, std::ios::binary) << tests::BackupBuilder::sealed(made);
      made.size = made.content.size();
      made.content = {};
      made.has_blob = false;
    }
    tests::write_backup(backup.encrypted(kPassword), path());
  }

  tests::TemporaryFolder folder_;
  int files_;
  std::uint32_t rounds_;
  std::uint64_t bytes_ = 0;
  Path path_;
};

std::unique_ptr<evidence::Evidence> open_backup(const Backup& backup) {
  evidence::Secrets secrets([](const evidence::SecretRequest&) {
    return std::optional(crypto::Secret(as_bytes(std::string_view(kPassword))));
  });
  const evidence::Unlocking unlocking{secrets, nullptr, {}};
  auto opened = containers::open(backup.path().string(), {.limits = {}, .unlocking = &unlocking});
  if (!opened || (*opened)->entries().size() < static_cast<std::size_t>(backup.files())) stop("not opened");
  if (!secrets.used()) stop("not unlocked");
  return std::move(*opened);
}

class NewFile {
 public:
  explicit NewFile(const Path& path) : number_(::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600)) {
    if (number_ < 0) stop("no new file");
  }
  ~NewFile() { close(number_); }
  NewFile(const NewFile&) = delete;
  NewFile& operator=(const NewFile&) = delete;

  void write(Bytes bytes) const {
    if (::write(number_, bytes.data(), bytes.size()) != static_cast<ssize_t>(bytes.size())) stop("not written");
  }

 private:
  int number_;
};

/// To the last byte, as `exhibit files --extract` does, but for its sums and its list.
void extract(const Backup& backup) {
  const auto phone = open_backup(backup);
  const Path folder = backup.new_folder();
  std::vector<std::uint8_t> block(kBlock);
  std::uint64_t written = 0;
  for (std::uint32_t number = 1; number <= phone->entries().size(); ++number) {
    if (phone->entry(number).type != evidence::EntryType::file) continue;
    const auto source = phone->open(number);
    if (!source) stop("a file that cannot be read");
    const NewFile out(folder / std::to_string(number));
    for (std::uint64_t offset = 0; offset < (*source)->size();) {
      const auto count = (*source)->read_at(offset, block);
      if (!count || *count == 0) stop("a file that cannot be read");
      out.write(std::span(block).first(*count));
      offset += *count;
    }
    written += (*source)->size();
  }
  if (written < backup.bytes()) stop("bytes are missing");
}

void derive(const Backup& backup) {
  if (backup.keybag().password_key(kPassword).size() != 32) stop("no key");
}

/// Our own derivation of the same key.
void derive_here(const Backup& backup) {
  const tests::KeybagBuilder keybag = backup.keybag();
  const auto key = crypto::derive_key(crypto::HashKind::sha256, as_bytes(std::string_view(kPassword)),
                                      as_bytes(keybag.first_salt), keybag.first_rounds, 32);
  if (!key) stop("no key");
}

void read_blobs(const Backup& backup) {
  std::vector<char> block(kBlock);
  for (const auto& blob : std::filesystem::recursive_directory_iterator(backup.path())) {
    if (!blob.is_regular_file()) continue;
    const int file = ::open(blob.path().c_str(), O_RDONLY | O_CLOEXEC);
    while (read(file, block.data(), block.size()) > 0) continue;
    close(file);
  }
}

void decrypt_bytes(const Backup& backup) {
  std::vector<std::uint8_t> block(64 << 10);
  const std::array<std::uint8_t, 32> key{};
  EVP_CIPHER_CTX* context = EVP_CIPHER_CTX_new();
  EVP_DecryptInit_ex(context, EVP_aes_256_cbc(), nullptr, key.data(), key.data());
  EVP_CIPHER_CTX_set_padding(context, 0);
  int made = 0;
  for (std::uint64_t done = 0; done < backup.bytes(); done += block.size())
    EVP_DecryptUpdate(context, block.data(), &made, block.data(), static_cast<int>(block.size()));
  EVP_CIPHER_CTX_free(context);
  if (made == 0) stop("nothing decrypted");
}

void write_bytes(const Backup& backup) {
  const Path folder = backup.new_folder();
  const std::vector<std::uint8_t> block(kBlock, 1);
  for (int file = 0; file < backup.files(); ++file) {
    const NewFile out(folder / std::to_string(file));
    for (std::size_t left = size_of(file); left > 0;) {
      const std::size_t count = std::min(left, block.size());
      out.write(std::span(block).first(count));
      left -= count;
    }
  }
}

Cost print_least(const Backup& backup, const char* name, const std::function<void(const Backup&)>& work) {
  const Cost least = least_cost(kRuns, [&] { work(backup); });
  print_cost(name, least, "");
  return least;
}

int run(const Backup& backup) {
  std::printf("%d files, %.0f MB, the least of %d runs\n", backup.files(), static_cast<double>(backup.bytes()) / 1e6,
              kRuns);
  const Cost derived = print_least(backup, "floor: OpenSSL derives the key", derive);
  const Cost here = print_least(backup, "the library derives the key", derive_here);
  const Cost read = print_least(backup, "floor: blobs read", read_blobs);
  const Cost decrypted = print_least(backup, "floor: AES-256-CBC of as many bytes", decrypt_bytes);
  const Cost written = print_least(backup, "floor: as many files written", write_bytes);
  const Cost opened = print_least(backup, "opened", open_backup);
  const Cost extracted = print_least(backup, "opened, all read and written", extract);
  const double moved = read.cpu_s + decrypted.cpu_s + written.cpu_s;
  std::printf("opened: %.2f times the derivation   goal 1.25 and half a second\n", opened.cpu_s / derived.cpu_s);
  std::printf("opened: %.3f s above our derivation   goal 0.5\n", opened.cpu_s - here.cpu_s);
  std::printf("opened: %.1f MB   goal 100\n", opened.peak_mb);
  std::printf("extracted: %.2f times the floor   goal 1.5\n", extracted.cpu_s / (derived.cpu_s + moved));
  std::printf("extracted, both derivations left out: %.2f times the floor\n", (extracted.cpu_s - here.cpu_s) / moved);
  return 0;
}

}  // namespace
}  // namespace exhibit::bench

int main(int count, char** arguments) {
  const int divisor = count > 1 ? std::atoi(arguments[1]) : 1;
  if (divisor < 1 || divisor > 1000) return 2;
  const exhibit::bench::Backup backup(divisor);
  const std::string_view way = count > 2 ? arguments[2] : "";
  if (way.empty()) return exhibit::bench::run(backup);
  if (way == "open") (void)exhibit::bench::open_backup(backup);
  if (way == "extract") exhibit::bench::extract(backup);
  return 0;
}
