#define _POSIX_C_SOURCE 200809L
#include "check.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum { kMostCodes = 128 };

static FILE* report;
static int failure_count;
static unsigned char seen[kMostCodes];

void begin_checks(void) {
  report = fdopen(dup(STDERR_FILENO), "w");
  setvbuf(report, NULL, _IOLBF, 0);
}

int failures(void) { return failure_count; }

int was_seen(exhibit_status status) { return seen[status < 0 ? -status : kMostCodes - 1 - status]; }

int check_true(int is_true, const char* what, const char* file, int line) {
  if (is_true) return 1;
  ++failure_count;
  fprintf(report, "%s:%d: does not hold: %s\n", file, line, what);
  return 0;
}

int check_status(exhibit_status expected, exhibit_status found, const char* what, const char* file, int line) {
  if (found > -kMostCodes && found < 2) seen[found < 0 ? -found : kMostCodes - 1 - found] = 1;
  if (expected == found) return 1;
  ++failure_count;
  fprintf(report, "%s:%d: %s, not %s: %s\n", file, line, exhibit_status_name(found), exhibit_status_name(expected),
          what);
  return 0;
}

void check_error(exhibit_status expected, const char* part, exhibit_error** error, const char* what, const char* file,
                 int line) {
  if (!check_true(*error != NULL, what, file, line)) return;
  check_status(expected, exhibit_error_code(*error), what, file, line);
  const char* message = exhibit_error_message(*error);
  if (strstr(message, part) == NULL || strchr(message, '\n') != NULL) {
    ++failure_count;
    fprintf(report, "%s:%d: \"%s\" does not tell of \"%s\" in one line\n", file, line, message, part);
  }
  check_true(exhibit_error_where(*error) != NULL, what, file, line);
  exhibit_error_free(*error);
  *error = NULL;
}

void check_text(const char* expected, const char* data, size_t length, const char* file, int line) {
  if (!check_true(data != NULL, "a pointer", file, line)) return;
  check_true(data[length] == '\0', "a NUL after the text", file, line);
  if (length == strlen(expected) && memcmp(expected, data, length) == 0) return;
  ++failure_count;
  fprintf(report, "%s:%d: \"%.*s\", not \"%s\"\n", file, line, (int)length, data, expected);
}

void check_number(long long expected, long long found, const char* what, const char* file, int line) {
  if (expected == found) return;
  ++failure_count;
  fprintf(report, "%s:%d: %lld, not %lld: %s\n", file, line, found, expected, what);
}
