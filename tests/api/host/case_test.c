#define _XOPEN_SOURCE 700
#include <string.h>
#include <unistd.h>

#include "host.h"

exhibit_status examine(struct host* host, exhibit_case* into, const char* path, const char* label, int replace,
                       const exhibit_callbacks* callbacks, exhibit_error** error) {
  static const char* const kParsers[] = {"example.letters", NULL};
  exhibit_examine_options options = EXHIBIT_EXAMINE_OPTIONS_INIT;
  exhibit_record* summary = NULL;
  exhibit_evidence* evidence = opened(host, path);
  options.exhibit = label;
  options.parsers = kParsers;
  options.replace = replace;
  options.who = "clerk@desk";
  const exhibit_status status = exhibit_case_examine(into, &evidence, 1, &options, callbacks, &summary, error);
  CHECK((status == EXHIBIT_OK) == (summary != NULL));
  exhibit_record_free(summary);
  exhibit_evidence_free(evidence);
  return status;
}

exhibit_case* examined_case(struct host* host) {
  exhibit_case* made = NULL;
  CHECK_STATUS(EXHIBIT_OK, exhibit_case_create(host->library, NULL, NULL, &made, NULL));
  CHECK_STATUS(EXHIBIT_OK, examine(host, made, host->paths.folder, "A", 0, NULL, NULL));
  return made;
}

long long rows_of(exhibit_query* query) {
  exhibit_cursor* cursor = NULL;
  const exhibit_record* record = NULL;
  uint64_t counted = 99;
  long long rows = 0;
  CHECK_STATUS(EXHIBIT_OK, exhibit_query_count(query, &counted, NULL));
  CHECK_STATUS(EXHIBIT_OK, exhibit_query_run(query, &cursor, NULL));
  while (exhibit_cursor_next(cursor, &record, NULL) == EXHIBIT_OK) ++rows;
  CHECK_NUMBER(rows, counted);
  exhibit_cursor_free(cursor);
  exhibit_query_free(query);
  return rows;
}

static void check_case_facts(exhibit_case* opened_case) {
  exhibit_query* query = exhibit_case_query(opened_case, EXHIBIT_CASE);
  exhibit_cursor* cursor = NULL;
  const exhibit_record* record = NULL;
  exhibit_value value;
  CHECK_STATUS(EXHIBIT_OK, exhibit_query_run(query, &cursor, NULL));
  CHECK_STATUS(EXHIBIT_OK, exhibit_cursor_next(cursor, &record, NULL));
  CHECK_STATUS(EXHIBIT_OK, exhibit_record_get(record, EXHIBIT_CASE_NUMBER, &value));
  CHECK_TEXT("2023/7", value.data, value.length);
  CHECK_STATUS(EXHIBIT_OK, exhibit_record_get(record, EXHIBIT_CASE_EXAMINER, &value));
  CHECK_TEXT("A. Clerk", value.data, value.length);
  CHECK_STATUS(EXHIBIT_NONE, exhibit_record_get(record, EXHIBIT_CASE_AGENCY, &value));
  CHECK_NUMBER(EXHIBIT_TYPE_NONE, value.type);
  CHECK_TEXT("", value.data, value.length);
  exhibit_cursor_free(cursor);
  exhibit_query_free(query);
}

static void test_case_file(struct host* host) {
  char path[512];
  exhibit_case* made = NULL;
  exhibit_case* again = NULL;
  exhibit_error* error = NULL;
  exhibit_case_options options = EXHIBIT_CASE_OPTIONS_INIT;
  options.number = "2023/7";
  options.examiner = "A. Clerk";
  join(path, host->root, "file.exhibit");
  CHECK_STATUS(EXHIBIT_OK, exhibit_case_create(host->library, path, &options, &made, NULL));
  CHECK(access(path, F_OK) != 0);
  check_case_facts(made);
  CHECK_NUMBER(0, rows_of(exhibit_case_query(made, 0)));
  CHECK_STATUS(EXHIBIT_OK, examine(host, made, host->paths.folder, "A", 0, NULL, NULL));
  CHECK(access(path, F_OK) == 0);
  CHECK_NUMBER(kArtefacts, rows_of(exhibit_case_query(made, 0)));
  check_case_facts(made);
  CHECK_FAILS(EXHIBIT_E_INVALID, path, exhibit_case_create(host->library, path, NULL, &again, &error));

  memset(&options, 0, sizeof options);
  options.struct_size = sizeof options;
  options.read_only = 1;
  CHECK_STATUS(EXHIBIT_OK, exhibit_case_open(host->library, path, &options, &again, NULL));
  CHECK_NUMBER(kArtefacts, rows_of(exhibit_case_query(again, 0)));
  CHECK_FAILS(EXHIBIT_E_INVALID, "reading only", examine(host, again, host->paths.zip, "B", 0, NULL, &error));
  CHECK_STATUS(EXHIBIT_OK, examine(host, made, host->paths.zip, "B", 0, NULL, NULL));
  CHECK_NUMBER(2 * kArtefacts, rows_of(exhibit_case_query(made, 0)));
  exhibit_case_free(again);
  exhibit_case_free(made);
  CHECK_STATUS(EXHIBIT_OK, exhibit_case_open(host->library, path, NULL, &again, NULL));
  CHECK_NUMBER(2 * kArtefacts, rows_of(exhibit_case_query(again, 0)));
  exhibit_case_free(again);
}

/* A handle stays good where the host goes to another folder. */
static void test_relative_path(struct host* host) {
  char before[512];
  exhibit_case* again = NULL;
  CHECK(getcwd(before, sizeof before) != NULL);
  CHECK(chdir(host->root) == 0);
  CHECK_STATUS(EXHIBIT_OK, exhibit_case_open(host->library, "file.exhibit", NULL, &again, NULL));
  CHECK(chdir(before) == 0);
  CHECK_NUMBER(2 * kArtefacts, rows_of(exhibit_case_query(again, 0)));
  exhibit_case_free(again);
}

void test_case(struct host* host) {
  char path[512];
  exhibit_case* made = NULL;
  exhibit_error* error = NULL;
  exhibit_case_options options = EXHIBIT_CASE_OPTIONS_INIT;
  test_case_file(host);
  test_relative_path(host);
  CHECK_FAILS(EXHIBIT_E_NOT_FOUND, host->paths.missing,
              exhibit_case_open(host->library, host->paths.missing, NULL, &made, &error));
  CHECK(made == NULL);
  CHECK_FAILS(EXHIBIT_E_FORMAT, "not a case",
              exhibit_case_open(host->library, host->paths.database, NULL, &made, &error));
  CHECK_STATUS(EXHIBIT_E_FORMAT, exhibit_case_open(host->library, host->paths.text, NULL, &made, NULL));
  CHECK_STATUS(EXHIBIT_E_IO, exhibit_case_open(host->library, host->paths.folder, NULL, &made, NULL));
  join(path, host->paths.missing, "deep.exhibit");
  CHECK_STATUS(EXHIBIT_E_NOT_FOUND, exhibit_case_create(host->library, path, NULL, &made, NULL));
  options.note = "\xff";
  CHECK_FAILS(EXHIBIT_E_INVALID, "UTF-8", exhibit_case_create(host->library, NULL, &options, &made, &error));
  CHECK_STATUS(EXHIBIT_E_INVALID, exhibit_case_create(host->library, "", NULL, &made, NULL));
  CHECK_STATUS(EXHIBIT_E_INVALID, exhibit_case_create(NULL, NULL, NULL, &made, NULL));
  CHECK_STATUS(EXHIBIT_E_INVALID, exhibit_case_create(host->library, NULL, NULL, NULL, NULL));
  CHECK_STATUS(EXHIBIT_E_INVALID, exhibit_case_open(host->library, NULL, NULL, &made, NULL));
  CHECK_STATUS(EXHIBIT_E_INVALID, exhibit_case_open(NULL, path, NULL, &made, NULL));
  CHECK_STATUS(EXHIBIT_E_INVALID, exhibit_case_open(host->library, path, NULL, NULL, NULL));
  exhibit_case_free(NULL);
}

static void test_wrong_calls(struct host* host, exhibit_case* into) {
  static const char* const kUnknown[] = {"no.such.parser", NULL};
  exhibit_examine_options options = EXHIBIT_EXAMINE_OPTIONS_INIT;
  exhibit_record* summary = NULL;
  exhibit_error* error = NULL;
  exhibit_evidence* twice[2];
  twice[0] = opened(host, host->paths.zip);
  twice[1] = opened(host, host->paths.zip);
  CHECK_FAILS(EXHIBIT_E_INVALID, "label", exhibit_case_examine(into, twice, 1, NULL, NULL, &summary, &error));
  options.exhibit = "two\nlines";
  CHECK_FAILS(EXHIBIT_E_INVALID, "label", exhibit_case_examine(into, twice, 1, &options, NULL, &summary, &error));
  options.exhibit = "\xc3(";
  CHECK_STATUS(EXHIBIT_E_INVALID, exhibit_case_examine(into, twice, 1, &options, NULL, &summary, NULL));
  options.exhibit = "B";
  CHECK_FAILS(EXHIBIT_E_INVALID, "same evidence",
              exhibit_case_examine(into, twice, 2, &options, NULL, &summary, &error));
  CHECK_STATUS(EXHIBIT_E_INVALID, exhibit_case_examine(into, twice, 0, &options, NULL, &summary, NULL));
  CHECK_STATUS(EXHIBIT_E_INVALID, exhibit_case_examine(into, NULL, 1, &options, NULL, &summary, NULL));
  CHECK_STATUS(EXHIBIT_E_INVALID, exhibit_case_examine(into, twice, 1, &options, NULL, NULL, NULL));
  CHECK_STATUS(EXHIBIT_E_INVALID, exhibit_case_examine(NULL, twice, 1, &options, NULL, &summary, NULL));
  options.parsers = kUnknown;
  CHECK_FAILS(EXHIBIT_E_INVALID, "no.such.parser",
              exhibit_case_examine(into, twice, 1, &options, NULL, &summary, &error));
  exhibit_evidence_free(twice[1]);
  twice[1] = NULL;
  options.parsers = NULL;
  CHECK_STATUS(EXHIBIT_E_INVALID, exhibit_case_examine(into, twice, 2, &options, NULL, &summary, NULL));
  CHECK(summary == NULL);
  exhibit_evidence_free(twice[0]);
}

static void test_summary(struct host* host) {
  exhibit_case* into = NULL;
  exhibit_record* summary = NULL;
  exhibit_value value;
  exhibit_examine_options options = EXHIBIT_EXAMINE_OPTIONS_INIT;
  exhibit_evidence* evidence = opened(host, host->paths.folder);
  options.exhibit = "Phone";
  options.hash_all = 1;
  options.no_text_index = 1;
  CHECK_STATUS(EXHIBIT_OK, exhibit_case_create(host->library, NULL, NULL, &into, NULL));
  CHECK_STATUS(EXHIBIT_OK, exhibit_case_examine(into, &evidence, 1, &options, NULL, &summary, NULL));
  CHECK_NUMBER(EXHIBIT_RUN, exhibit_record_kind(summary));
  CHECK_STATUS(EXHIBIT_OK, exhibit_record_get(summary, EXHIBIT_RUN_EXHIBIT, &value));
  CHECK_TEXT("Phone", value.data, value.length);
  CHECK_STATUS(EXHIBIT_OK, exhibit_record_get(summary, EXHIBIT_RUN_ARTEFACTS, &value));
  CHECK_NUMBER(kArtefacts, value.integer);
  CHECK_STATUS(EXHIBIT_OK, exhibit_record_get(summary, EXHIBIT_RUN_ADDS_UP, &value));
  CHECK(value.type == EXHIBIT_TYPE_BOOL && value.integer == 1);
  CHECK_STATUS(EXHIBIT_OK, exhibit_record_get(summary, EXHIBIT_RUN_PARSERS_USED, &value));
  CHECK_NUMBER(1, value.integer);
  exhibit_record_free(summary);
  exhibit_evidence_free(evidence);
  exhibit_case_free(into);
}

void test_examine(struct host* host) {
  exhibit_case* into = examined_case(host);
  exhibit_error* error = NULL;
  exhibit_query* query = exhibit_case_query(into, 0);
  exhibit_cursor* before = NULL;
  const exhibit_record* record = NULL;
  test_summary(host);
  test_wrong_calls(host, into);
  CHECK_FAILS(EXHIBIT_E_INVALID, "\"A\"", examine(host, into, host->paths.zip, "A", 0, NULL, &error));
  CHECK_FAILS(EXHIBIT_E_INVALID, "already", examine(host, into, host->paths.folder, "B", 0, NULL, &error));
  CHECK_NUMBER(kArtefacts, rows_of(exhibit_case_query(into, 0)));
  CHECK_STATUS(EXHIBIT_OK, examine(host, into, host->paths.zip, "B", 0, NULL, NULL));
  CHECK_NUMBER(2 * kArtefacts, rows_of(exhibit_case_query(into, 0)));
  CHECK_NUMBER(2, rows_of(exhibit_case_query(into, EXHIBIT_EXHIBIT)));

  /* A cursor from before: what was replaced is gone, and the cursor says so. */
  CHECK_STATUS(EXHIBIT_OK, exhibit_query_run(query, &before, NULL));
  CHECK_STATUS(EXHIBIT_OK, exhibit_cursor_next(before, &record, NULL));
  CHECK_STATUS(EXHIBIT_OK, examine(host, into, host->paths.folder, "A", 1, NULL, NULL));
  CHECK_NUMBER(2 * kArtefacts, rows_of(exhibit_case_query(into, 0)));
  exhibit_status status = EXHIBIT_OK;
  for (int i = 0; i < 2 * kArtefacts && status == EXHIBIT_OK; ++i) status = exhibit_cursor_next(before, &record, NULL);
  CHECK_STATUS(EXHIBIT_E_NOT_FOUND, status);
  exhibit_cursor_free(before);
  exhibit_query_free(query);
  exhibit_case_free(into);
}
