#include <string.h>

#include "host.h"

static exhibit_value text_value(const char* text) {
  exhibit_value value = {EXHIBIT_TYPE_TEXT, 0, 0, 0, NULL, 0};
  value.data = text;
  value.length = strlen(text);
  return value;
}

static exhibit_value number_value(int32_t type, int64_t number) {
  exhibit_value value = {0, 0, 0, 0, "", 0};
  value.type = type;
  value.integer = number;
  return value;
}

static long long rows_where(exhibit_case* of, int32_t kind, const char* field, int32_t comparison,
                            exhibit_value value) {
  exhibit_query* query = exhibit_case_query(of, kind);
  exhibit_query_where(query, field == NULL ? 0 : exhibit_field_find(field), comparison, value);
  return rows_of(query);
}

static void test_kinds_and_apps(exhibit_case* of) {
  CHECK_NUMBER(kArtefacts, rows_of(exhibit_case_query(of, 0)));
  CHECK_NUMBER(kMessages, rows_of(exhibit_case_query(of, EXHIBIT_MESSAGE)));
  CHECK_NUMBER(0, rows_of(exhibit_case_query(of, EXHIBIT_CALL)));
  CHECK_NUMBER(1, rows_where(of, 0, NULL, EXHIBIT_EQUAL, number_value(EXHIBIT_TYPE_UINT, EXHIBIT_CREDENTIAL)));
  exhibit_query* both = exhibit_case_query(of, 0);
  exhibit_query_where(both, 0, EXHIBIT_EQUAL, number_value(EXHIBIT_TYPE_UINT, EXHIBIT_CREDENTIAL));
  exhibit_query_where(both, 0, EXHIBIT_EQUAL, number_value(EXHIBIT_TYPE_UINT, EXHIBIT_MESSAGE));
  CHECK_NUMBER(kArtefacts, rows_of(both));
  CHECK_NUMBER(kArtefacts, rows_where(of, 0, "app", EXHIBIT_EQUAL, text_value("COM.example")));
  CHECK_NUMBER(0, rows_where(of, 0, "app", EXHIBIT_EQUAL, text_value("com.example.other")));
  CHECK_NUMBER(kArtefacts, rows_where(of, 0, "provenance.exhibit", EXHIBIT_EQUAL, text_value("A")));
  CHECK_NUMBER(0, rows_where(of, 0, "provenance.exhibit", EXHIBIT_EQUAL, text_value("B")));
}

static void test_times(exhibit_case* of) {
  int64_t from = 0;
  int64_t to = 0;
  CHECK_STATUS(EXHIBIT_OK, exhibit_time_span("2023-05-01T10", &from, &to));
  CHECK_NUMBER(1682935200LL * 1000000, from);
  CHECK_NUMBER(1682938800LL * 1000000, to);
  const exhibit_value first = number_value(EXHIBIT_TYPE_TIME, from);
  const exhibit_value next = number_value(EXHIBIT_TYPE_TIME, to);
  CHECK_NUMBER(4, rows_where(of, 0, "time", EXHIBIT_AT_LEAST, first)); /* the undated and the credential have none */
  CHECK_NUMBER(3, rows_where(of, 0, "time", EXHIBIT_AT_LEAST, next));
  CHECK_NUMBER(1, rows_where(of, 0, "time", EXHIBIT_LESS, next));
  exhibit_query* query = exhibit_case_query(of, 0); /* all conditions count, also two of one sort */
  exhibit_query_where(query, exhibit_field_find("time"), EXHIBIT_AT_LEAST, next);
  exhibit_query_where(query, exhibit_field_find("time"), EXHIBIT_AT_LEAST, first);
  CHECK_NUMBER(3, rows_of(query));
  CHECK_STATUS(EXHIBIT_E_INVALID, exhibit_time_span("in May", &from, &to));
  CHECK(from == 0 && to == 0);
  CHECK_STATUS(EXHIBIT_E_INVALID, exhibit_time_span(NULL, &from, &to));
  CHECK_STATUS(EXHIBIT_E_INVALID, exhibit_time_span("2023", NULL, &to));
}

/* The first message's time as text, in a zone. */
static void check_time_text(const char* expected, exhibit_case* of, const char* zone) {
  const exhibit_record* record = NULL;
  exhibit_cursor* cursor = NULL;
  const char* text = NULL;
  size_t length = 0;
  exhibit_query* query = exhibit_case_query(of, EXHIBIT_MESSAGE);
  exhibit_query_time_zone(query, zone);
  CHECK_STATUS(EXHIBIT_OK, exhibit_query_run(query, &cursor, NULL));
  CHECK_STATUS(EXHIBIT_OK, exhibit_cursor_next(cursor, &record, NULL));
  exhibit_record* kept = exhibit_record_copy(record);
  CHECK_STATUS(EXHIBIT_OK, exhibit_record_text(kept, EXHIBIT_MESSAGE_SENT_AT, &text, &length));
  CHECK_TEXT(expected, text, length);
  exhibit_value value;
  CHECK_STATUS(EXHIBIT_OK, exhibit_record_get(record, EXHIBIT_MESSAGE_SENT_AT, &value));
  CHECK_NUMBER(1682935200LL * 1000000, value.integer);
  CHECK_STATUS(EXHIBIT_OK, exhibit_record_json(record, &text, &length));
  CHECK(strstr(text, "\"sent_at\":\"2023-05-01T10:00:00Z\"") != NULL);
  exhibit_record_free(kept);
  exhibit_cursor_free(cursor);
  exhibit_query_free(query);
}

static void test_zones(exhibit_case* of) {
  uint64_t n = 0;
  exhibit_error* error = NULL;
  check_time_text("2023-05-01T10:00:00Z", of, "UTC");
  if (exhibit_time_zone_check("Asia/Kolkata", NULL) == EXHIBIT_OK) /* a machine may have no zones */
    check_time_text("2023-05-01T15:30:00+05:30", of, "Asia/Kolkata");
  CHECK_STATUS(EXHIBIT_OK, exhibit_time_zone_check("UTC", NULL));
  CHECK_FAILS(EXHIBIT_E_INVALID, "../UTC", exhibit_time_zone_check("../UTC", &error));
  CHECK_STATUS(EXHIBIT_E_INVALID, exhibit_time_zone_check(NULL, NULL));
  exhibit_query* query = exhibit_case_query(of, 0);
  exhibit_query_time_zone(query, "Mars/Olympus");
  CHECK_FAILS(EXHIBIT_E_INVALID, "Mars/Olympus", exhibit_query_count(query, &n, &error));
  exhibit_query_free(query);
  exhibit_query_time_zone(NULL, "UTC");
}

static long long found(exhibit_case* of, const char* words) {
  exhibit_query* query = exhibit_case_query(of, 0);
  exhibit_query_search(query, words, strlen(words));
  return rows_of(query);
}

static long long found_with(exhibit_case* of, const char* who) {
  exhibit_query* query = exhibit_case_query(of, 0);
  exhibit_query_with(query, who, strlen(who));
  return rows_of(query);
}

static void test_texts(exhibit_case* of) {
  CHECK_NUMBER(2, found(of, "PIER"));
  CHECK_NUMBER(1, found(of, "\"old pier\""));
  CHECK_NUMBER(2, found(of, "old"));
  CHECK_NUMBER(1, found(of, "old -pier"));
  CHECK_NUMBER(0, found(of, "tulip")); /* a secret is not sought through */
  CHECK_NUMBER(1, found(of, "gardener"));
  CHECK_NUMBER(1, found_with(of, "7700900102"));
  CHECK_NUMBER(3, found_with(of, "garden"));
  CHECK_NUMBER(0, found_with(of, "nobody"));
}

static void test_ids(exhibit_case* of) {
  exhibit_query* all = exhibit_case_query(of, 0);
  exhibit_cursor* cursor = NULL;
  const exhibit_record* record = NULL;
  const char* text = NULL;
  size_t length = 0;
  exhibit_error* error = NULL;
  CHECK_STATUS(EXHIBIT_OK, exhibit_query_run(all, &cursor, NULL));
  CHECK_STATUS(EXHIBIT_OK, exhibit_cursor_next(cursor, &record, NULL));
  CHECK_STATUS(EXHIBIT_OK, exhibit_record_text(record, EXHIBIT_ARTEFACT_ID, &text, &length));
  exhibit_query* one = exhibit_case_query(of, 0);
  exhibit_query_id_prefix(one, text);
  CHECK_NUMBER(1, rows_of(one));
  one = exhibit_case_query(of, 0);
  exhibit_query_id_prefix(one, "xyz");
  CHECK_NUMBER(0, rows_of(one));
  one = exhibit_case_query(of, 0);
  exhibit_query_id_prefix(one, text);
  exhibit_query_deleted(one);
  uint64_t count = 9;
  CHECK_FAILS(EXHIBIT_E_INVALID, "id", exhibit_query_count(one, &count, &error));
  CHECK_NUMBER(0, count);
  exhibit_query_free(one);
  exhibit_cursor_free(cursor);
  exhibit_query_free(all);
}

static void test_deleted_and_last(exhibit_case* of) {
  exhibit_cursor* cursor = NULL;
  const exhibit_record* record = NULL;
  exhibit_value value;
  exhibit_query* query = exhibit_case_query(of, 0);
  exhibit_query_deleted(query);
  CHECK_NUMBER(1, rows_of(query));
  query = exhibit_case_query(of, 0);
  exhibit_query_last(query, 2);
  CHECK_NUMBER(2, rows_of(query));
  query = exhibit_case_query(of, 0);
  exhibit_query_last(query, 0);
  CHECK_NUMBER(kArtefacts, rows_of(query));
  /* In order of time: the first is the first letter, the last dated one that of July. */
  query = exhibit_case_query(of, EXHIBIT_MESSAGE);
  CHECK_STATUS(EXHIBIT_OK, exhibit_query_run(query, &cursor, NULL));
  CHECK_STATUS(EXHIBIT_OK, exhibit_cursor_next(cursor, &record, NULL));
  CHECK_STATUS(EXHIBIT_OK, exhibit_record_get(record, EXHIBIT_MESSAGE_TEXT, &value));
  CHECK_TEXT("Meet at the old pier", value.data, value.length);
  exhibit_cursor_free(cursor);
  exhibit_query_free(query);
}

static void fails(exhibit_query* query, const char* part) {
  exhibit_cursor* cursor = NULL;
  exhibit_error* error = NULL;
  uint64_t count = 9;
  CHECK_FAILS(EXHIBIT_E_INVALID, part, exhibit_query_run(query, &cursor, &error));
  CHECK(cursor == NULL);
  CHECK_STATUS(EXHIBIT_E_INVALID, exhibit_query_run(query, &cursor, NULL));
  CHECK_STATUS(EXHIBIT_E_INVALID, exhibit_query_count(query, &count, NULL));
  CHECK_NUMBER(0, count);
  exhibit_query_free(query);
}

static exhibit_query* with_condition(exhibit_query* query, const char* field, int32_t comparison, exhibit_value value) {
  exhibit_query_where(query, field == NULL ? 0 : exhibit_field_find(field), comparison, value);
  return query;
}

static void test_mistakes(exhibit_case* of) {
  exhibit_cursor* cursor = NULL;
  uint64_t count = 0;
  const exhibit_value text = text_value("x");
  exhibit_value no_text = text;
  no_text.data = NULL;
  fails(exhibit_case_query(of, EXHIBIT_FINDING), "query");
  fails(exhibit_case_query(of, -1), "query");
  fails(exhibit_case_query(of, 198), "query");
  fails(with_condition(exhibit_case_query(of, 0), "Message.text", EXHIBIT_EQUAL, text), "condition");
  fails(with_condition(exhibit_case_query(of, 0), "app", EXHIBIT_LESS, text), "condition");
  fails(with_condition(exhibit_case_query(of, 0), "app", EXHIBIT_EQUAL, no_text), "condition");
  fails(with_condition(exhibit_case_query(of, 0), "time", EXHIBIT_AT_LEAST, text), "condition");
  fails(with_condition(exhibit_case_query(of, 0), NULL, EXHIBIT_EQUAL, number_value(EXHIBIT_TYPE_UINT, 198)),
        "condition");
  fails(with_condition(with_condition(exhibit_case_query(of, 0), "provenance.exhibit", EXHIBIT_EQUAL, text_value("A")),
                       "provenance.exhibit", EXHIBIT_EQUAL, text_value("B")),
        "condition");
  /* A list of the case that silently forgot a condition would say too much. */
  fails(with_condition(exhibit_case_query(of, EXHIBIT_PROBLEM), "app", EXHIBIT_EQUAL, text), "list");
  exhibit_query* query = exhibit_case_query(of, EXHIBIT_LEDGER);
  exhibit_query_search(query, "x", 1);
  fails(query, "list");
  CHECK(exhibit_case_query(NULL, 0) == NULL);
  CHECK_STATUS(EXHIBIT_E_INVALID, exhibit_query_run(NULL, &cursor, NULL));
  CHECK_STATUS(EXHIBIT_E_INVALID, exhibit_query_count(NULL, &count, NULL));
  exhibit_query_where(NULL, 0, EXHIBIT_EQUAL, text);
  exhibit_query_search(NULL, "x", 1);
  exhibit_query_with(NULL, "x", 1);
  exhibit_query_id_prefix(NULL, "x");
  exhibit_query_deleted(NULL);
  exhibit_query_last(NULL, 1);
  exhibit_query_free(NULL);
}

void test_query(struct host* host) {
  exhibit_case* of = examined_case(host);
  test_kinds_and_apps(of);
  test_times(of);
  test_zones(of);
  test_texts(of);
  test_ids(of);
  test_deleted_and_last(of);
  test_mistakes(of);
  exhibit_case_free(of);
}
