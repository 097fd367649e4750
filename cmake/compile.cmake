# How everything here is compiled. Sanitizers and the fuzzer are chosen by the presets.
set(CMAKE_CXX_STANDARD 23)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_C_STANDARD 99)
set(CMAKE_C_STANDARD_REQUIRED ON)
set(CMAKE_C_EXTENSIONS OFF)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)
set(CMAKE_CXX_VISIBILITY_PRESET hidden)
set(CMAKE_C_VISIBILITY_PRESET hidden)
set(CMAKE_VISIBILITY_INLINES_HIDDEN ON)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
# A box finds the libraries that it wraps; what links the box elsewhere must see them, too.
set(CMAKE_FIND_PACKAGE_TARGETS_GLOBAL ON)
set(CMAKE_ARCHIVE_OUTPUT_DIRECTORY "${CMAKE_BINARY_DIR}/lib")
set(CMAKE_LIBRARY_OUTPUT_DIRECTORY "${CMAKE_BINARY_DIR}/lib")
set(CMAKE_RUNTIME_OUTPUT_DIRECTORY "${CMAKE_BINARY_DIR}/bin")

# -O2: at -O3 GCC 12 gives false -Wrestrict errors.
set(CMAKE_CXX_FLAGS_RELEASE "-O2 -DNDEBUG")
set(CMAKE_C_FLAGS_RELEASE "-O2 -DNDEBUG")

set(EXHIBIT_SANITIZE "" CACHE STRING "address, thread, or empty")
option(EXHIBIT_FUZZ "link the fuzz targets with libFuzzer (clang only); otherwise with a main that replays files" OFF)

find_program(EXHIBIT_CCACHE ccache)
if(EXHIBIT_CCACHE)
  set(CMAKE_C_COMPILER_LAUNCHER "${EXHIBIT_CCACHE}")
  set(CMAKE_CXX_COMPILER_LAUNCHER "${EXHIBIT_CCACHE}")
endif()

if(EXHIBIT_SANITIZE STREQUAL "address")
  add_compile_options(-fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer)
  add_link_options(-fsanitize=address,undefined)
elseif(EXHIBIT_SANITIZE STREQUAL "thread")
  add_compile_options(-fsanitize=thread -fno-omit-frame-pointer)
  add_link_options(-fsanitize=thread)
elseif(NOT EXHIBIT_SANITIZE STREQUAL "")
  message(FATAL_ERROR "EXHIBIT_SANITIZE is \"${EXHIBIT_SANITIZE}\"; it is address, thread or empty")
endif()
if(EXHIBIT_FUZZ)
  add_compile_options(-fsanitize=fuzzer-no-link)
endif()

# Designated initializers name what differs from the defaults: the members not named are no mistake.
add_library(exhibit_warnings INTERFACE)
target_compile_options(exhibit_warnings INTERFACE -Wall -Wextra -Werror -Wshadow -Wconversion
  # Instrumented code makes GCC see uses of what is not yet set (its manual says so), and clang finds GCC 12's own headers
  # deprecated: there warnings are told, and errors in the plain builds alone.
  $<$<NOT:$<STREQUAL:${EXHIBIT_SANITIZE},>>:-Wno-error>
  $<$<COMPILE_LANGUAGE:CXX>:-Wsign-conversion -Wnon-virtual-dtor -Woverloaded-virtual -Wno-missing-field-initializers>)
