// The folder that files are extracted to: new names only, nothing is followed, nothing that exists is touched.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace exhibit::cli {

class Descriptor {
 public:
  explicit Descriptor(int number = -1) : number_(number) {}
  ~Descriptor() { reset(); }
  Descriptor(Descriptor&& other) noexcept : number_(other.release()) {}
  Descriptor& operator=(Descriptor&& other) noexcept {
    if (this != &other) reset(other.release());
    return *this;
  }

  int get() const { return number_; }
  int release() {
    const int number = number_;
    number_ = -1;
    return number;
  }
  void reset(int number = -1);

 private:
  int number_;
};

class ExtractTree {
 public:
  struct NewFile {
    Descriptor descriptor;
    std::string path;  ///< below the folder, as it is written
  };

  /// Makes the folder, or takes it if it is empty. It may not lie in the evidence. `reserved` are names that no file
  /// gets. Throws Error.
  ExtractTree(const std::string& path, const std::string& evidence, const std::vector<std::string>& reserved);

  /// Makes what is missing of the folders, and a new file. A name that is taken already, also in another case, gets a
  /// suffix: "a~2". Throws Error.
  NewFile create(const std::vector<std::string>& place);
  /// Removes the file that create() gave last.
  void remove_last();
  /// For the list, which lies directly in the folder.
  int root() const { return root_.get(); }

 private:
  struct Folder {
    std::string path;  ///< as it is written, with a '/' behind it
    std::unordered_map<std::string, std::size_t> folders;
    std::unordered_map<std::string, unsigned> taken;  ///< folded names, and the last suffix that one was given
  };

  std::size_t enter(std::size_t folder, const std::string& component);
  /// The first free name like this one for which `make` succeeds: it gives false if the name exists.
  template <class Make>
  std::string take_name(Folder& folder, const std::string& component, Make make);
  [[noreturn]] void fail(const std::string& path) const;

  std::string path_;
  Descriptor root_;
  std::vector<Folder> folders_{1};
  std::vector<std::string> open_place_;  ///< the folder that current_ stands for
  std::size_t current_number_ = 0;
  Descriptor current_;
  std::string last_name_;
};

}  // namespace exhibit::cli
