#define _XOPEN_SOURCE 700
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "host.h"

/* Cancels at the n-th call of progress that tells `phase` (0: any). */
struct watch {
  pthread_t thread;
  int32_t phase;
  int calls;
  int cancel_at;
};

static int32_t on_progress(const exhibit_progress* progress, void* user_data) {
  struct watch* watch = user_data;
  CHECK(pthread_equal(watch->thread, pthread_self()));
  CHECK(progress->struct_size >= sizeof *progress);
  CHECK(progress->item != NULL);
  CHECK(progress->total == 0 || progress->done <= progress->total);
  if (watch->phase != 0 && progress->phase != watch->phase) return 0;
  ++watch->calls;
  return watch->calls == watch->cancel_at ? -7 : 0;
}

static void cancel_in_each_phase(struct host* host, exhibit_case* into, long long before) {
  static const int32_t kPhases[] = {EXHIBIT_PHASE_OPEN, EXHIBIT_PHASE_PARSE, EXHIBIT_PHASE_UNREAD,
                                    EXHIBIT_PHASE_RESOLVE, EXHIBIT_PHASE_INDEX};
  exhibit_callbacks callbacks = EXHIBIT_CALLBACKS_INIT;
  exhibit_error* error = NULL;
  for (size_t i = 0; i < sizeof kPhases / sizeof *kPhases; ++i) {
    struct watch watch = {pthread_self(), kPhases[i], 0, 1};
    callbacks.progress = on_progress;
    callbacks.user_data = &watch;
    CHECK_FAILS(EXHIBIT_E_CANCELLED, "cancelled", examine(host, into, host->paths.zip, "Z", 0, &callbacks, &error));
    CHECK_NUMBER(1, watch.calls);
    CHECK_NUMBER(before, rows_of(exhibit_case_query(into, 0)));
    CHECK_NUMBER(before == 0 ? 0 : 1, rows_of(exhibit_case_query(into, EXHIBIT_EXHIBIT)));
  }
}

static void test_cancel_on_disk(struct host* host) {
  char path[512];
  char partial[520];
  size_t length = 0;
  size_t length_after = 0;
  exhibit_case* made = NULL;
  join(path, host->root, "cancelled.exhibit");
  join(partial, host->root, "cancelled.exhibit.partial");
  CHECK_STATUS(EXHIBIT_OK, exhibit_case_create(host->library, path, NULL, &made, NULL));
  cancel_in_each_phase(host, made, 0); /* it has no file yet, and goes on without */
  CHECK(access(path, F_OK) != 0);
  CHECK_STATUS(EXHIBIT_OK, examine(host, made, host->paths.folder, "A", 0, NULL, NULL));
  char* bytes = read_whole(path, &length);
  cancel_in_each_phase(host, made, kArtefacts);
  char* bytes_after = read_whole(path, &length_after);
  CHECK(bytes != NULL && bytes_after != NULL && length == length_after && memcmp(bytes, bytes_after, length) == 0);
  CHECK(access(partial, F_OK) != 0);
  free(bytes);
  free(bytes_after);
  CHECK_STATUS(EXHIBIT_OK, examine(host, made, host->paths.zip, "Z", 0, NULL, NULL));
  CHECK_NUMBER(2 * kArtefacts, rows_of(exhibit_case_query(made, 0)));
  exhibit_case_free(made);
}

struct heard {
  pthread_t thread;
  int lines;
  int debug_lines;
  int tells_label;
};

static void on_log(int32_t level, const char* text, size_t length, void* user_data) {
  struct heard* heard = user_data;
  CHECK(pthread_equal(heard->thread, pthread_self()));
  CHECK(level >= EXHIBIT_LOG_ERROR && level <= EXHIBIT_LOG_DEBUG);
  CHECK(text[length] == '\0' && strlen(text) == length);
  ++heard->lines;
  if (level == EXHIBIT_LOG_DEBUG) ++heard->debug_lines;
  if (strstr(text, "L: examines ") == text) heard->tells_label = 1;
}

/* Nothing but log is set: it does not hang on progress. */
static void test_log(struct host* host) {
  exhibit_case* made = NULL;
  exhibit_callbacks callbacks = EXHIBIT_CALLBACKS_INIT;
  struct heard by_default = {pthread_self(), 0, 0, 0};
  struct heard all = {pthread_self(), 0, 0, 0};
  callbacks.log = on_log;
  callbacks.user_data = &by_default;
  CHECK_STATUS(EXHIBIT_OK, exhibit_case_create(host->library, NULL, NULL, &made, NULL));
  CHECK_STATUS(EXHIBIT_OK, examine(host, made, host->paths.folder, "L", 0, &callbacks, NULL));
  CHECK(by_default.tells_label);
  CHECK_NUMBER(0, by_default.debug_lines);
  callbacks.log_level = EXHIBIT_LOG_DEBUG;
  callbacks.user_data = &all;
  CHECK_STATUS(EXHIBIT_OK, examine(host, made, host->paths.zip, "L", 1, &callbacks, NULL));
  CHECK(all.debug_lines > 0 && all.lines > by_default.lines);
  exhibit_case_free(made);
}

void test_cancel(struct host* host) {
  test_log(host);
  exhibit_case* in_memory = examined_case(host);
  cancel_in_each_phase(host, in_memory, kArtefacts);
  CHECK_STATUS(EXHIBIT_OK, examine(host, in_memory, host->paths.zip, "Z", 0, NULL, NULL));
  CHECK_NUMBER(2 * kArtefacts, rows_of(exhibit_case_query(in_memory, 0)));
  exhibit_case_free(in_memory);
  test_cancel_on_disk(host);
}

/* What a callback of a run asks of the case at work. */
struct visit {
  struct host* host;
  exhibit_case* at_work;
  exhibit_record* kept;    /* of the case, with a file to be named */
  exhibit_status expected; /* of a reading */
  int calls;
};

static int32_t on_visit(const exhibit_progress* progress, void* user_data) {
  struct visit* visit = user_data;
  exhibit_cursor* cursor = NULL;
  const exhibit_record* record = NULL;
  const char* text = NULL;
  size_t length = 0;
  uint64_t count = 0;
  exhibit_error* error = NULL;
  (void)progress;
  ++visit->calls;
  CHECK_FAILS(EXHIBIT_E_BUSY, "being written",
              examine(visit->host, visit->at_work, visit->host->paths.zip, "C", 0, NULL, &error));
  exhibit_query* query = exhibit_case_query(visit->at_work, 0);
  CHECK_STATUS(visit->expected, exhibit_query_count(query, &count, NULL));
  CHECK_STATUS(visit->expected, exhibit_query_run(query, &cursor, NULL));
  if (visit->expected == EXHIBIT_OK) {
    CHECK_NUMBER(kArtefacts, count);
    CHECK_STATUS(EXHIBIT_OK, exhibit_cursor_next(cursor, &record, NULL));
  }
  exhibit_cursor_free(cursor);
  exhibit_query_free(query);
  if (visit->kept == NULL) return 0;
  CHECK_STATUS(EXHIBIT_OK, exhibit_record_text(visit->kept, exhibit_field_find("provenance.file"), &text, &length));
  CHECK_TEXT(LETTERS_DEVICE, text, length);
  return 0;
}

static exhibit_record* first_record(exhibit_case* of) {
  exhibit_query* query = exhibit_case_query(of, EXHIBIT_MESSAGE);
  exhibit_cursor* cursor = NULL;
  const exhibit_record* record = NULL;
  CHECK_STATUS(EXHIBIT_OK, exhibit_query_run(query, &cursor, NULL));
  CHECK_STATUS(EXHIBIT_OK, exhibit_cursor_next(cursor, &record, NULL));
  exhibit_record* copy = exhibit_record_copy(record);
  exhibit_cursor_free(cursor);
  exhibit_query_free(query);
  return copy;
}

static void visit_during_run(struct host* host, exhibit_case* at_work, exhibit_record* kept, exhibit_status expected) {
  struct visit visit = {host, at_work, kept, expected, 0};
  exhibit_callbacks callbacks = EXHIBIT_CALLBACKS_INIT;
  callbacks.progress = on_visit;
  callbacks.user_data = &visit;
  CHECK_STATUS(EXHIBIT_OK, examine(host, at_work, host->paths.zip, "B", 0, &callbacks, NULL));
  CHECK(visit.calls > 2);
  CHECK_NUMBER(2 * kArtefacts, rows_of(exhibit_case_query(at_work, 0)));
}

static int32_t free_case(const exhibit_progress* progress, void* user_data) {
  exhibit_case** handle = user_data;
  (void)progress;
  exhibit_case_free(*handle);
  *handle = NULL;
  return 0;
}

void test_busy(struct host* host) {
  char path[512];
  exhibit_case* made = examined_case(host);
  exhibit_record* kept = first_record(made);
  visit_during_run(host, made, kept, EXHIBIT_E_BUSY);
  exhibit_record_free(kept);
  exhibit_case_free(made);

  join(path, host->root, "busy.exhibit");
  CHECK_STATUS(EXHIBIT_OK, exhibit_case_create(host->library, path, NULL, &made, NULL));
  CHECK_STATUS(EXHIBIT_OK, examine(host, made, host->paths.folder, "A", 0, NULL, NULL));
  kept = first_record(made);
  visit_during_run(host, made, kept, EXHIBIT_OK);
  exhibit_record_free(kept);

  /* A handle freed by a callback lives as long as the call. */
  exhibit_callbacks callbacks = EXHIBIT_CALLBACKS_INIT;
  callbacks.progress = free_case;
  callbacks.user_data = &made;
  CHECK_STATUS(EXHIBIT_OK, examine(host, made, host->paths.zip, "B", 1, &callbacks, NULL));
  CHECK(made == NULL);
}
