// The border to C: no exception crosses it, and every failure becomes a status and an error object.
#pragma once

#include <exhibit/exhibit.h>

#include <new>
#include <string>

#include "base/result.h"

struct exhibit_error {
  exhibit_status code = EXHIBIT_E_INTERNAL;
  std::string message;
  std::string where;
};

namespace exhibit::library {

/// Sets the error if the caller wants one, and gives the code back.
exhibit_status fail(exhibit_error** error, exhibit_status code, std::string message, std::string where = {});
/// An error of a box, told about `where`.
exhibit_status fail(exhibit_error** error, const Error& cause, std::string where = {});
/// Out of memory: an error object that owns nothing.
exhibit_status fail_memory(exhibit_error** error) noexcept;
exhibit_status fail_internal(exhibit_error** error) noexcept;

/// Runs a function of the API: clears the error first, catches what is thrown.
template <class Body>
exhibit_status guarded(exhibit_error** error, Body body) noexcept {
  if (error != nullptr) *error = nullptr;
  try {
    return body();
  } catch (const std::bad_alloc&) {
    return fail_memory(error);
  } catch (...) {
    return fail_internal(error);
  }
}

/// A struct as this version knows it: what an older host's lacks is at its default, and a newer host may only leave at
/// zero what this version does not know. `what` names it in the message.
template <class Options>
exhibit_status take_options(const Options* given, Options& options, const char* what, exhibit_error** error) {
  options = Options{};
  if (given == nullptr) return EXHIBIT_OK;
  const std::size_t size = given->struct_size;
  if (size < sizeof(std::uint32_t))
    return fail(error, EXHIBIT_E_INVALID, std::string(what) + " whose struct_size is not set");
  const auto* bytes = reinterpret_cast<const unsigned char*>(given);
  for (std::size_t i = sizeof(Options); i < size; ++i)
    if (bytes[i] != 0) return fail(error, EXHIBIT_E_UNSUPPORTED, std::string(what) + " of a newer version");
  auto* to = reinterpret_cast<unsigned char*>(&options);
  for (std::size_t i = 0; i < size && i < sizeof(Options); ++i) to[i] = bytes[i];
  return EXHIBIT_OK;
}

}  // namespace exhibit::library
