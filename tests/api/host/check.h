/* Checks that count what fails and go on; the words of a failure go where the test began with stderr. */
#ifndef CHECK_H
#define CHECK_H

#include <exhibit/exhibit.h>
#include <stddef.h>

#define CHECK(condition) check_true((condition) != 0, #condition, __FILE__, __LINE__)
/* The call's status is the expected one. */
#define CHECK_STATUS(expected, call) check_status((expected), (call), #call, __FILE__, __LINE__)
/* The call fails with this status, and its error object says so in words that hold `part`. */
#define CHECK_FAILS(expected, part, call) \
  (error = NULL, CHECK_STATUS(expected, call), check_error((expected), (part), &error, #call, __FILE__, __LINE__))
#define CHECK_TEXT(expected, data, length) check_text((expected), (data), (length), __FILE__, __LINE__)
#define CHECK_NUMBER(expected, found) \
  check_number((long long)(expected), (long long)(found), #found, __FILE__, __LINE__)

int check_true(int is_true, const char* what, const char* file, int line);
int check_status(exhibit_status expected, exhibit_status found, const char* what, const char* file, int line);
/* Frees the error. */
void check_error(exhibit_status expected, const char* part, exhibit_error** error, const char* what, const char* file,
                 int line);
/* The bytes are `expected`, and a NUL follows them. */
void check_text(const char* expected, const char* data, size_t length, const char* file, int line);
void check_number(long long expected, long long found, const char* what, const char* file, int line);

/* To be called before stdout and stderr are taken away. */
void begin_checks(void);
int failures(void);
int was_seen(exhibit_status status);

#endif
