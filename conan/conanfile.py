import os

from conan import ConanFile
from conan.tools.cmake import CMake, CMakeDeps, CMakeToolchain, cmake_layout
from conan.tools.files import copy
from conan.tools.gnu import PkgConfigDeps


class Exhibit(ConanFile):
    name = "exhibit"
    version = "0.1.0"  # as in CMakeLists.txt
    license = "Apache-2.0"
    description = "Reads what a phone holds and says where every fact came from."
    settings = "os", "arch", "compiler", "build_type"
    package_type = "shared-library"

    # The lens asks SQLite where a column comes from, the case searches with FTS5; a self-test at start-up tells if not.
    default_options = {"sqlite3/*:enable_column_metadata": True, "sqlite3/*:enable_fts5": True}

    def export_sources(self):
        project = os.path.join(self.recipe_folder, "..")
        copy(self, "CMakeLists.txt", project, self.export_sources_folder)
        copy(self, "LICENSE", project, self.export_sources_folder)
        for folder in ("cmake", "include", "core", "parsers", "library", "cli", "tests/fixtures"):
            copy(self, "*", os.path.join(project, folder), os.path.join(self.export_sources_folder, folder))

    # The packages of scripts/packages.sh, of those that the build needs. All stay inside: no header of theirs is seen.
    def requirements(self):
        for reference in ("sqlite3/3.40.1", "openssl/[>=3 <4]", "zlib/[>=1.2.11 <2]", "libdeflate/1.14", "re2/20220601",
                          "tomlplusplus/3.3.0", "pugixml/1.13", "utf8proc/2.8.0", "cli11/2.3.2", "zstd/[>=1.5 <2]",
                          "xz_utils/[>=5.4 <6]", "bzip2/1.0.8"):
            self.requires(reference, transitive_headers=False)

    def build_requirements(self):
        self.tool_requires("protobuf/3.21.12")  # protoc alone: no code of protobuf is linked
        self.tool_requires("cmake/[>=3.25 <4]")
        self.tool_requires("ninja/[>=1.11 <2]")
        self.tool_requires("pkgconf/[>=2 <3]")

    def layout(self):
        cmake_layout(self, generator="Ninja")

    def generate(self):
        CMakeDeps(self).generate()
        PkgConfigDeps(self).generate()
        toolchain = CMakeToolchain(self, generator="Ninja")
        toolchain.cache_variables["BUILD_TESTING"] = False
        toolchain.generate()

    def build(self):
        cmake = CMake(self)
        cmake.configure()
        cmake.build(target="exhibit_command")

    def package(self):
        copy(self, "LICENSE", self.source_folder, os.path.join(self.package_folder, "licenses"))
        CMake(self).install()

    def package_info(self):
        self.cpp_info.libs = ["exhibit"]
