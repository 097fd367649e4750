#include <cerrno>
#include <cstring>

#include "boundary.h"

namespace {

exhibit_error out_of_memory{EXHIBIT_E_MEMORY, "out of memory", ""};
exhibit_error internal{EXHIBIT_E_INTERNAL, "a bug of exhibit: please report what was done", ""};

exhibit_status status_of_errno(int number) {
  switch (number) {
    case ENOENT:
    case ENOTDIR:
      return EXHIBIT_E_NOT_FOUND;
    case EACCES:
    case EPERM:
    case EROFS:
      return EXHIBIT_E_PERMISSION;
    case ENOSPC:
    case EDQUOT:
      return EXHIBIT_E_NO_SPACE;
    case EWOULDBLOCK:
      return EXHIBIT_E_BUSY;
    case EEXIST:
      return EXHIBIT_E_INVALID;
    default:
      return EXHIBIT_E_IO;
  }
}

exhibit_status status_of(const exhibit::Error& error) {
  using exhibit::ErrorCode;
  switch (error.code) {
    case ErrorCode::malformed:
    case ErrorCode::truncated:
    case ErrorCode::checksum:
      return EXHIBIT_E_DAMAGED;
    case ErrorCode::unsupported:
      return EXHIBIT_E_UNSUPPORTED;
    case ErrorCode::limit:
    case ErrorCode::budget:
      return EXHIBIT_E_LIMIT;
    case ErrorCode::io:
      return status_of_errno(static_cast<int>(error.found));
    case ErrorCode::not_found:
      return EXHIBIT_E_NOT_FOUND;
    case ErrorCode::locked:
      return EXHIBIT_E_LOCKED;
    case ErrorCode::cancelled:
      return EXHIBIT_E_CANCELLED;
  }
  return EXHIBIT_E_INTERNAL;
}

}  // namespace

namespace exhibit::library {

exhibit_status fail(exhibit_error** error, exhibit_status code, std::string message, std::string where) {
  if (error != nullptr) *error = new exhibit_error{code, std::move(message), std::move(where)};
  return code;
}

exhibit_status fail(exhibit_error** error, const Error& cause, std::string where) {
  const exhibit_status code = status_of(cause);
  std::string message = code == EXHIBIT_E_CANCELLED ? "cancelled" : error_text(cause);
  if (!where.empty()) message = where + ": " + message;
  return fail(error, code, std::move(message), std::move(where));
}

exhibit_status fail_memory(exhibit_error** error) noexcept {
  if (error != nullptr) *error = &out_of_memory;
  return EXHIBIT_E_MEMORY;
}

exhibit_status fail_internal(exhibit_error** error) noexcept {
  if (error != nullptr) *error = &internal;
  return EXHIBIT_E_INTERNAL;
}

}  // namespace exhibit::library

extern "C" {

const char* exhibit_status_name(exhibit_status status) {
  switch (status) {
    case EXHIBIT_OK:
      return "EXHIBIT_OK";
    case EXHIBIT_NONE:
      return "EXHIBIT_NONE";
    case EXHIBIT_E_INVALID:
      return "EXHIBIT_E_INVALID";
    case EXHIBIT_E_TYPE:
      return "EXHIBIT_E_TYPE";
    case EXHIBIT_E_BUSY:
      return "EXHIBIT_E_BUSY";
    case EXHIBIT_E_UNSUPPORTED:
      return "EXHIBIT_E_UNSUPPORTED";
    case EXHIBIT_E_NOT_FOUND:
      return "EXHIBIT_E_NOT_FOUND";
    case EXHIBIT_E_IO:
      return "EXHIBIT_E_IO";
    case EXHIBIT_E_NO_SPACE:
      return "EXHIBIT_E_NO_SPACE";
    case EXHIBIT_E_PERMISSION:
      return "EXHIBIT_E_PERMISSION";
    case EXHIBIT_E_MEMORY:
      return "EXHIBIT_E_MEMORY";
    case EXHIBIT_E_LIMIT:
      return "EXHIBIT_E_LIMIT";
    case EXHIBIT_E_FORMAT:
      return "EXHIBIT_E_FORMAT";
    case EXHIBIT_E_DAMAGED:
      return "EXHIBIT_E_DAMAGED";
    case EXHIBIT_E_LOCKED:
      return "EXHIBIT_E_LOCKED";
    case EXHIBIT_E_TAMPERED:
      return "EXHIBIT_E_TAMPERED";
    case EXHIBIT_E_CANCELLED:
      return "EXHIBIT_E_CANCELLED";
    case EXHIBIT_E_INTERNAL:
      return "EXHIBIT_E_INTERNAL";
    default:
      return "unknown";
  }
}

exhibit_status exhibit_error_code(const exhibit_error* error) { return error == nullptr ? EXHIBIT_OK : error->code; }
const char* exhibit_error_message(const exhibit_error* error) { return error == nullptr ? "" : error->message.c_str(); }
const char* exhibit_error_where(const exhibit_error* error) { return error == nullptr ? "" : error->where.c_str(); }

void exhibit_error_free(exhibit_error* error) {
  if (error != &out_of_memory && error != &internal) delete error;
}

const char* exhibit_version_text(void) { return EXHIBIT_VERSION; }
int32_t exhibit_version_abi(void) { return EXHIBIT_VERSION_MAJOR * 1000 + EXHIBIT_VERSION_MINOR; }

}  // extern "C"
