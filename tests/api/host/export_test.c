#define _XOPEN_SOURCE 700
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "host.h"

struct sink {
  struct host* host;
  exhibit_case* of;
  char* bytes;
  size_t length;
  int calls;
  int cancel_at;
  int asks; /* queries and examines the case that is being exported */
};

static void ask(struct sink* sink) {
  const exhibit_status expected = EXHIBIT_E_BUSY;
  CHECK_NUMBER(kArtefacts, rows_of(exhibit_case_query(sink->of, 0)));
  CHECK_STATUS(expected, examine(sink->host, sink->of, sink->host->paths.zip, "B", 0, NULL, NULL));
}

static int32_t on_write(const void* bytes, size_t length, void* user_data) {
  struct sink* sink = user_data;
  ++sink->calls;
  if (sink->asks) ask(sink);
  char* grown = realloc(sink->bytes, sink->length + length + 1);
  if (grown == NULL) return 1;
  memcpy(grown + sink->length, bytes, length);
  sink->bytes = grown;
  sink->length += length;
  sink->bytes[sink->length] = '\0';
  return sink->calls == sink->cancel_at;
}

static exhibit_status export_to(struct sink* sink, exhibit_query* query, const char* path, int with_secrets,
                                exhibit_error** error) {
  exhibit_export_options options = EXHIBIT_EXPORT_OPTIONS_INIT;
  exhibit_callbacks callbacks = EXHIBIT_CALLBACKS_INIT;
  options.format = "jsonl";
  options.path = path;
  options.with_secrets = with_secrets;
  callbacks.write = on_write;
  callbacks.user_data = sink;
  free(sink->bytes);
  sink->bytes = NULL;
  sink->length = 0;
  sink->calls = 0;
  return exhibit_case_export(sink->of, query, &options, &callbacks, error);
}

/* Each record's line stands in the export as it is. */
static void check_lines(exhibit_case* of, int32_t kind, const char* exported, long long expected) {
  exhibit_query* query = exhibit_case_query(of, kind);
  exhibit_cursor* cursor = NULL;
  const exhibit_record* record = NULL;
  const char* json = NULL;
  size_t length = 0;
  long long found = 0;
  CHECK_STATUS(EXHIBIT_OK, exhibit_query_run(query, &cursor, NULL));
  while (exhibit_cursor_next(cursor, &record, NULL) == EXHIBIT_OK) {
    CHECK_STATUS(EXHIBIT_OK, exhibit_record_json(record, &json, &length));
    CHECK_NUMBER(strlen(json), length);
    const char* at = strstr(exported, json);
    if (CHECK(at != NULL) && CHECK(at[length] == '\n') && CHECK(at == exported || at[-1] == '\n')) ++found;
  }
  CHECK_NUMBER(expected, found);
  exhibit_cursor_free(cursor);
  exhibit_query_free(query);
}

static void test_callback(struct sink* sink) {
  exhibit_error* error = NULL;
  CHECK_STATUS(EXHIBIT_OK, export_to(sink, NULL, NULL, 0, NULL));
  CHECK(sink->calls > 0);
  check_lines(sink->of, 0, sink->bytes, kArtefacts);
  CHECK(strstr(sink->bytes, "74756c6970") == NULL && strstr(sink->bytes, "tulip") == NULL);
  const size_t whole = sink->length;
  CHECK_STATUS(EXHIBIT_OK, export_to(sink, NULL, NULL, 1, NULL));
  CHECK(sink->length > whole);
  sink->cancel_at = 1;
  CHECK_FAILS(EXHIBIT_E_CANCELLED, "cancelled", export_to(sink, NULL, NULL, 0, &error));
  CHECK_NUMBER(1, sink->calls);
  sink->cancel_at = 0;
  sink->asks = 1;
  CHECK_STATUS(EXHIBIT_OK, export_to(sink, NULL, NULL, 0, NULL));
  CHECK_NUMBER(whole, sink->length);
  sink->asks = 0;
}

static void test_query_of_export(struct sink* sink) {
  exhibit_error* error = NULL;
  exhibit_case* other = examined_case(sink->host);
  exhibit_query* query = exhibit_case_query(sink->of, EXHIBIT_CREDENTIAL);
  CHECK_STATUS(EXHIBIT_OK, export_to(sink, query, NULL, 0, NULL));
  check_lines(sink->of, EXHIBIT_CREDENTIAL, sink->bytes, 1);
  CHECK(strstr(sink->bytes, "old pier") == NULL);
  exhibit_query_id_prefix(query, "0");
  CHECK_STATUS(EXHIBIT_E_INVALID, export_to(sink, query, NULL, 0, NULL));
  exhibit_query_free(query);
  query = exhibit_case_query(sink->of, 0); /* the export of one artefact must not become one of all */
  exhibit_query_id_prefix(query, "0");
  CHECK_FAILS(EXHIBIT_E_INVALID, "without an id", export_to(sink, query, NULL, 0, &error));
  exhibit_query_free(query);
  query = exhibit_case_query(sink->of, EXHIBIT_PROBLEM);
  CHECK_STATUS(EXHIBIT_E_INVALID, export_to(sink, query, NULL, 0, NULL));
  exhibit_query_free(query);
  query = exhibit_case_query(other, 0);
  CHECK_FAILS(EXHIBIT_E_INVALID, "another case", export_to(sink, query, NULL, 0, &error));
  exhibit_query_free(query);
  exhibit_case_free(other);
}

static int32_t stop_at_once(const exhibit_progress* progress, void* user_data) {
  (void)user_data;
  CHECK_NUMBER(EXHIBIT_PHASE_EXPORT, progress->phase);
  return 1;
}

static void test_files(struct sink* sink) {
  char path[512];
  size_t length = 0;
  exhibit_error* error = NULL;
  exhibit_export_options options = EXHIBIT_EXPORT_OPTIONS_INIT;
  exhibit_callbacks callbacks = EXHIBIT_CALLBACKS_INIT;
  join(path, sink->host->root, "export.jsonl");
  options.format = "jsonl";
  options.path = path;
  callbacks.progress = stop_at_once;
  CHECK_FAILS(EXHIBIT_E_CANCELLED, "cancelled", exhibit_case_export(sink->of, NULL, &options, &callbacks, &error));
  CHECK(access(path, F_OK) != 0);
  CHECK_STATUS(EXHIBIT_OK, exhibit_case_export(sink->of, NULL, &options, NULL, NULL));
  char* bytes = read_whole(path, &length);
  check_lines(sink->of, 0, bytes, kArtefacts);
  free(bytes);
  CHECK_FAILS(EXHIBIT_E_INVALID, path, exhibit_case_export(sink->of, NULL, &options, NULL, &error));
  join(path, sink->host->paths.missing, "export.jsonl");
  CHECK_STATUS(EXHIBIT_E_NOT_FOUND, exhibit_case_export(sink->of, NULL, &options, NULL, NULL));
  options.format = "csv";
  options.raw = 1;
  join(path, sink->host->root, "export.csv");
  CHECK_STATUS(EXHIBIT_OK, exhibit_case_export(sink->of, NULL, &options, NULL, NULL));
  join(path, sink->host->root, "export.csv/timeline.csv");
  CHECK(access(path, F_OK) == 0);
}

static void test_export_mistakes(struct sink* sink) {
  exhibit_error* error = NULL;
  exhibit_export_options options = EXHIBIT_EXPORT_OPTIONS_INIT;
  CHECK_FAILS(EXHIBIT_E_INVALID, "format", exhibit_case_export(sink->of, NULL, NULL, NULL, &error));
  options.format = "html";
  CHECK_FAILS(EXHIBIT_E_INVALID, "html", exhibit_case_export(sink->of, NULL, &options, NULL, &error));
  options.format = "csv";
  CHECK_FAILS(EXHIBIT_E_INVALID, "path", exhibit_case_export(sink->of, NULL, &options, NULL, &error));
  options.format = "jsonl";
  CHECK_FAILS(EXHIBIT_E_INVALID, "callback", exhibit_case_export(sink->of, NULL, &options, NULL, &error));
  CHECK_STATUS(EXHIBIT_E_INVALID, exhibit_case_export(NULL, NULL, &options, NULL, NULL));
  options.struct_size = 0;
  CHECK_STATUS(EXHIBIT_E_INVALID, exhibit_case_export(sink->of, NULL, &options, NULL, NULL));
}

void test_export(struct host* host) {
  struct sink sink;
  memset(&sink, 0, sizeof sink);
  sink.host = host;
  sink.of = examined_case(host);
  test_callback(&sink);
  test_query_of_export(&sink);
  test_files(&sink);
  test_export_mistakes(&sink);
  free(sink.bytes);
  exhibit_case_free(sink.of);
}

enum { kHandles = 8 };

/* Everything that hangs together, freed in the order that `seed` gives. */
static void free_all(struct host* host, const char* case_path, unsigned seed) {
  exhibit_library* library = NULL;
  exhibit_evidence* evidence = NULL;
  exhibit_reader* reader = NULL;
  exhibit_case* opened_case = NULL;
  exhibit_cursor* cursor = NULL;
  exhibit_cursor* files = NULL;
  const exhibit_record* record = NULL;
  unsigned order[kHandles];
  CHECK_STATUS(EXHIBIT_OK, exhibit_library_new(NULL, &library, NULL));
  CHECK_STATUS(EXHIBIT_OK, exhibit_evidence_open(library, host->paths.zip, NULL, NULL, &evidence, NULL));
  CHECK_STATUS(EXHIBIT_OK, exhibit_evidence_read(evidence, NOTE_PATH, &reader, NULL));
  CHECK_STATUS(EXHIBIT_OK, exhibit_evidence_list(evidence, NULL, &files, NULL));
  CHECK_STATUS(EXHIBIT_OK, exhibit_case_open(library, case_path, NULL, &opened_case, NULL));
  exhibit_query* query = exhibit_case_query(opened_case, 0);
  CHECK_STATUS(EXHIBIT_OK, exhibit_query_run(query, &cursor, NULL));
  CHECK_STATUS(EXHIBIT_OK, exhibit_cursor_next(cursor, &record, NULL));
  exhibit_record* copy = exhibit_record_copy(record);
  for (unsigned i = 0; i < kHandles; ++i) order[i] = i;
  for (unsigned i = kHandles - 1; i > 0; --i) {
    const unsigned other = seed % (i + 1);
    const unsigned swapped = order[i];
    seed /= i + 1;
    order[i] = order[other];
    order[other] = swapped;
  }
  for (unsigned i = 0; i < kHandles; ++i) switch (order[i]) {
      case 0:
        exhibit_library_free(library);
        break;
      case 1:
        exhibit_evidence_free(evidence);
        break;
      case 2:
        exhibit_reader_free(reader);
        break;
      case 3:
        exhibit_case_free(opened_case);
        break;
      case 4:
        exhibit_query_free(query);
        break;
      case 5:
        exhibit_cursor_free(cursor);
        break;
      case 6:
        exhibit_cursor_free(files);
        break;
      default: {
        const char* text = NULL;
        size_t length = 0;
        CHECK_STATUS(EXHIBIT_OK, exhibit_record_json(copy, &text, &length));
        exhibit_record_free(copy);
      }
    }
}

void test_frees_in_any_order(struct host* host) {
  char path[512];
  exhibit_case* made = NULL;
  join(path, host->root, "order.exhibit");
  CHECK_STATUS(EXHIBIT_OK, exhibit_case_create(host->library, path, NULL, &made, NULL));
  CHECK_STATUS(EXHIBIT_OK, examine(host, made, host->paths.folder, "A", 0, NULL, NULL));
  exhibit_case_free(made);
  /* 8! = 40320 orders: some of them, among them the first and the last. */
  for (unsigned seed = 0; seed < 40320; seed += 2687) free_all(host, path, seed);
  free_all(host, path, 40319);
}
