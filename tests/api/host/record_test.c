#include <string.h>

#include "host.h"

/* A copy of the n-th message in order of time. */
static exhibit_record* message(exhibit_case* of, int n) {
  exhibit_query* query = exhibit_case_query(of, EXHIBIT_MESSAGE);
  exhibit_cursor* cursor = NULL;
  const exhibit_record* record = NULL;
  CHECK_STATUS(EXHIBIT_OK, exhibit_query_run(query, &cursor, NULL));
  exhibit_query_free(query); /* the cursor needs it no more */
  for (int i = 0; i < n; ++i) CHECK_STATUS(EXHIBIT_OK, exhibit_cursor_next(cursor, &record, NULL));
  exhibit_record* copy = exhibit_record_copy(record);
  exhibit_cursor_free(cursor);
  return copy;
}

static void test_values(const exhibit_record* record) {
  exhibit_value value;
  exhibit_value again;
  CHECK_NUMBER(EXHIBIT_MESSAGE, exhibit_record_kind(record));
  CHECK_STATUS(EXHIBIT_OK, exhibit_record_get(record, EXHIBIT_MESSAGE_TEXT, &value));
  CHECK_NUMBER(EXHIBIT_TYPE_TEXT, value.type);
  CHECK_TEXT("Meet at the old pier", value.data, value.length);
  CHECK_STATUS(EXHIBIT_OK, exhibit_record_get(record, EXHIBIT_MESSAGE_TEXT, &again));
  CHECK(value.data == again.data); /* lent once, however often it is asked */
  CHECK_STATUS(EXHIBIT_OK, exhibit_record_get(record, EXHIBIT_MESSAGE_DIRECTION, &value));
  CHECK(value.type == EXHIBIT_TYPE_ENUM && value.integer == EXHIBIT_MESSAGE_DIRECTION_INCOMING);
  CHECK_TEXT("incoming", value.data, value.length);
  CHECK_STATUS(EXHIBIT_OK, exhibit_record_get(record, EXHIBIT_MESSAGE_SENT_AT, &value));
  CHECK(value.type == EXHIBIT_TYPE_TIME && value.zone == EXHIBIT_ZONE_UTC);
  CHECK_NUMBER(1682935200LL * 1000000, value.integer);
  CHECK_STATUS(EXHIBIT_OK,
               exhibit_record_get(record, EXHIBIT_IN(EXHIBIT_MESSAGE_SENDER, EXHIBIT_PARTY_ADDRESS), &value));
  CHECK_TEXT("+447700900101", value.data, value.length);
  CHECK_STATUS(EXHIBIT_OK, exhibit_record_get(record, exhibit_field_find("provenance.rowid"), &value));
  CHECK(value.type == EXHIBIT_TYPE_INT && value.integer == 1);
  CHECK_STATUS(EXHIBIT_OK, exhibit_record_get(record, EXHIBIT_ARTEFACT_APP, &value));
  CHECK_TEXT("com.example.letters", value.data, value.length);
}

static void check_nothing(exhibit_status expected, const exhibit_record* record, exhibit_field field) {
  exhibit_value value = {9, 9, 9, 9, NULL, 9};
  CHECK_STATUS(expected, exhibit_record_get(record, field, &value));
  CHECK(value.type == EXHIBIT_TYPE_NONE && value.integer == 0 && value.length == 0);
  CHECK_TEXT("", value.data, value.length);
}

static void test_wrong_fields(const exhibit_record* record) {
  exhibit_value value;
  check_nothing(EXHIBIT_NONE, record, EXHIBIT_MESSAGE_SUBJECT);
  check_nothing(EXHIBIT_NONE, record, EXHIBIT_IN(EXHIBIT_MESSAGE_SENDER, EXHIBIT_PARTY_NAME));
  check_nothing(EXHIBIT_NONE, record, exhibit_field_find("Message.reply_to.text"));
  check_nothing(EXHIBIT_E_TYPE, record, EXHIBIT_MESSAGE_SENDER);
  check_nothing(EXHIBIT_E_TYPE, record, EXHIBIT_MESSAGE_REPLY_TO); /* also where it is unset */
  check_nothing(EXHIBIT_E_TYPE, record, EXHIBIT_MESSAGE_RECIPIENTS);
  check_nothing(EXHIBIT_E_TYPE, record, EXHIBIT_IN(EXHIBIT_MESSAGE_RECIPIENTS, EXHIBIT_PARTY_ADDRESS));
  check_nothing(EXHIBIT_E_TYPE, record, EXHIBIT_MESSAGE);
  check_nothing(EXHIBIT_E_INVALID, record, EXHIBIT_CREDENTIAL_SERVICE);
  check_nothing(EXHIBIT_E_INVALID, record, EXHIBIT_PROBLEM_EXPECTED);
  check_nothing(EXHIBIT_E_INVALID, record, 0);
  check_nothing(EXHIBIT_E_INVALID, record, UINT64_MAX);
  check_nothing(EXHIBIT_E_INVALID, record, EXHIBIT_IN(EXHIBIT_MESSAGE_TEXT, 1));
  CHECK_STATUS(EXHIBIT_E_INVALID, exhibit_record_get(NULL, EXHIBIT_MESSAGE_TEXT, &value));
  CHECK_STATUS(EXHIBIT_E_INVALID, exhibit_record_get(record, EXHIBIT_MESSAGE_TEXT, NULL));
  CHECK_STATUS(EXHIBIT_E_INVALID, exhibit_record_get_at(NULL, EXHIBIT_MESSAGE_TEXT, 0, &value));
  CHECK_STATUS(EXHIBIT_E_INVALID, exhibit_record_get_at(record, EXHIBIT_CALL, 0, &value));
  CHECK_NUMBER(0, exhibit_record_kind(NULL));
  CHECK_NUMBER(0, exhibit_record_count(NULL, EXHIBIT_MESSAGE_TEXT));
  CHECK(exhibit_record_child(NULL, EXHIBIT_MESSAGE_SENDER, 0) == NULL);
  CHECK(exhibit_record_copy(NULL) == NULL);
  CHECK(exhibit_record_next_field(NULL, 0) == 0);
  exhibit_record_free(NULL);
}

static void test_children(const exhibit_record* record) {
  const exhibit_field address = EXHIBIT_IN(EXHIBIT_MESSAGE_RECIPIENTS, EXHIBIT_PARTY_ADDRESS);
  exhibit_value value;
  CHECK_NUMBER(2, exhibit_record_count(record, EXHIBIT_MESSAGE_RECIPIENTS));
  CHECK_NUMBER(1, exhibit_record_count(record, EXHIBIT_MESSAGE_SENDER));
  CHECK_NUMBER(0, exhibit_record_count(record, EXHIBIT_MESSAGE_ATTACHMENTS));
  CHECK_NUMBER(0, exhibit_record_count(record, EXHIBIT_CREDENTIAL_SERVICE));
  const exhibit_record* second = exhibit_record_child(record, EXHIBIT_MESSAGE_RECIPIENTS, 1);
  const exhibit_record* first = exhibit_record_child(record, EXHIBIT_MESSAGE_RECIPIENTS, 0);
  CHECK(first != NULL && second != NULL && first != second);
  CHECK(exhibit_record_child(record, EXHIBIT_MESSAGE_RECIPIENTS, 1) == second);
  CHECK(exhibit_record_child(record, EXHIBIT_MESSAGE_RECIPIENTS, 2) == NULL);
  CHECK(exhibit_record_child(record, EXHIBIT_MESSAGE_TEXT, 0) == NULL);
  CHECK(exhibit_record_child(record, EXHIBIT_MESSAGE_REPLY_TO, 0) == NULL);
  CHECK_STATUS(EXHIBIT_OK, exhibit_record_get(first, address, &value));
  CHECK_TEXT("+447700900110", value.data, value.length);
  CHECK_STATUS(EXHIBIT_OK, exhibit_record_get(second, address, &value));
  CHECK_TEXT("+447700900111", value.data, value.length);
  check_nothing(EXHIBIT_E_INVALID, first, EXHIBIT_MESSAGE_TEXT);
  const exhibit_record* sender = exhibit_record_child(record, EXHIBIT_MESSAGE_SENDER, 0);
  CHECK_STATUS(EXHIBIT_OK,
               exhibit_record_get(sender, EXHIBIT_IN(EXHIBIT_MESSAGE_SENDER, EXHIBIT_PARTY_ADDRESS), &value));
  CHECK_TEXT("+447700900101", value.data, value.length);
  CHECK(exhibit_record_next_field(sender, 0) == EXHIBIT_IN(EXHIBIT_MESSAGE_SENDER, EXHIBIT_PARTY_ADDRESS));
  exhibit_record* copy = exhibit_record_copy(second);
  CHECK_STATUS(EXHIBIT_OK, exhibit_record_get(copy, address, &value));
  CHECK_TEXT("+447700900111", value.data, value.length);
  exhibit_record_free(copy);
}

/* All set fields, in order, none twice; each answers. */
static void test_walk(const exhibit_record* record) {
  int fields = 0;
  int has_sender = 0;
  exhibit_field previous = 0;
  const exhibit_record* body = exhibit_record_child(record, EXHIBIT_MESSAGE, 0);
  CHECK(exhibit_record_next_field(record, 0) == EXHIBIT_ARTEFACT_ID);
  for (exhibit_field field = exhibit_record_next_field(body, 0); field != 0;
       field = exhibit_record_next_field(body, field)) {
    CHECK(field > previous);
    CHECK(exhibit_record_count(body, field) > 0);
    CHECK(exhibit_field_path(field) != NULL);
    has_sender |= field == EXHIBIT_MESSAGE_SENDER;
    previous = field;
    ++fields;
  }
  CHECK_NUMBER(7, fields); /* message_id, conversation_id, sender, recipients, direction, text, sent_at */
  CHECK(has_sender);
  CHECK(exhibit_record_next_field(body, EXHIBIT_CREDENTIAL_SERVICE) == 0);
  int has_time = 0;
  for (exhibit_field field = exhibit_record_next_field(record, 0); field != 0;
       field = exhibit_record_next_field(record, field))
    has_time |= field == EXHIBIT_ARTEFACT_TIME;
  CHECK(has_time);
}

static void test_texts(const exhibit_record* record) {
  const char* text = NULL;
  size_t length = 9;
  CHECK_STATUS(EXHIBIT_OK, exhibit_record_text(record, 0, &text, &length));
  CHECK(strstr(text, "Meet at the old pier") != NULL);
  CHECK_STATUS(EXHIBIT_OK, exhibit_record_text(record, EXHIBIT_MESSAGE_SENT_AT, &text, &length));
  CHECK_TEXT("2023-05-01T10:00:00Z", text, length);
  CHECK_STATUS(EXHIBIT_OK, exhibit_record_text(record, EXHIBIT_MESSAGE_DIRECTION, &text, &length));
  CHECK_TEXT("incoming", text, length);
  CHECK_STATUS(EXHIBIT_OK, exhibit_record_text(record, exhibit_field_find("provenance.file"), &text, &length));
  CHECK_TEXT(LETTERS_DEVICE, text, length);
  CHECK_STATUS(EXHIBIT_NONE, exhibit_record_text(record, EXHIBIT_MESSAGE_SUBJECT, &text, &length));
  CHECK_TEXT("", text, length);
  CHECK_STATUS(EXHIBIT_E_INVALID, exhibit_record_text(record, EXHIBIT_CALL, &text, &length));
  CHECK_STATUS(EXHIBIT_E_INVALID, exhibit_record_text(NULL, 0, &text, &length));
  CHECK_STATUS(EXHIBIT_E_INVALID, exhibit_record_text(record, 0, NULL, &length));
  CHECK_STATUS(EXHIBIT_E_INVALID, exhibit_record_json(NULL, &text, &length));
  CHECK_STATUS(EXHIBIT_E_INVALID, exhibit_record_json(record, &text, NULL));
}

static void test_wire(const exhibit_record* record) {
  const uint8_t* bytes = NULL;
  size_t length = 0;
  CHECK_STATUS(EXHIBIT_OK, exhibit_record_wire(record, &bytes, &length));
  CHECK(length > 17 && bytes[0] == 0x0a && bytes[1] == 16); /* the id: field 1, sixteen bytes */
  CHECK_STATUS(EXHIBIT_E_INVALID, exhibit_record_wire(NULL, &bytes, &length));
  CHECK_STATUS(EXHIBIT_E_INVALID, exhibit_record_wire(record, NULL, &length));
}

/* A NUL in a text is kept, and one stands behind. */
static void test_nul(exhibit_case* of) {
  exhibit_record* record = message(of, 3);
  exhibit_value value;
  CHECK_STATUS(EXHIBIT_OK, exhibit_record_get(record, EXHIBIT_MESSAGE_TEXT, &value));
  CHECK_NUMBER(12, value.length);
  CHECK(memcmp(value.data, "before\0after", 13) == 0);
  exhibit_record_free(record);
}

static void test_secret(exhibit_case* of) {
  exhibit_query* query = exhibit_case_query(of, EXHIBIT_CREDENTIAL);
  exhibit_cursor* cursor = NULL;
  const exhibit_record* record = NULL;
  const char* text = NULL;
  size_t length = 0;
  exhibit_value value;
  CHECK_STATUS(EXHIBIT_OK, exhibit_query_run(query, &cursor, NULL));
  CHECK_STATUS(EXHIBIT_OK, exhibit_cursor_next(cursor, &record, NULL));
  CHECK_STATUS(EXHIBIT_OK, exhibit_record_text(record, EXHIBIT_CREDENTIAL_SECRET, &text, &length));
  CHECK(strstr(text, "tulip") == NULL && strstr(text, "masked") != NULL);
  CHECK_STATUS(EXHIBIT_OK, exhibit_record_text(record, EXHIBIT_CREDENTIAL, &text, &length));
  CHECK(strstr(text, "gardener") != NULL && strstr(text, "tulip") == NULL && strstr(text, "74756c6970") == NULL);
  CHECK_STATUS(EXHIBIT_OK, exhibit_record_text(record, 0, &text, &length));
  CHECK(strstr(text, "tulip") == NULL);
  CHECK_STATUS(EXHIBIT_OK, exhibit_record_get(record, EXHIBIT_CREDENTIAL_SECRET, &value));
  CHECK(value.type == EXHIBIT_TYPE_BYTES);
  CHECK_TEXT("tulip", value.data, value.length);
  exhibit_cursor_free(cursor);
  exhibit_query_free(query);
}

void test_records(struct host* host) {
  exhibit_case* of = examined_case(host);
  exhibit_record* record = message(of, 1);
  test_values(record);
  test_wrong_fields(record);
  test_children(record);
  test_walk(record);
  test_texts(record);
  test_wire(record);
  test_nul(of);
  test_secret(of);
  exhibit_case_free(of);
  test_texts(record); /* what it needs of the case it keeps */
  exhibit_record_free(record);
}

static long long rows(exhibit_case* of, int32_t kind) { return rows_of(exhibit_case_query(of, kind)); }

static void test_one_exhibit(exhibit_case* of) {
  exhibit_query* query = exhibit_case_query(of, EXHIBIT_EXHIBIT);
  exhibit_cursor* cursor = NULL;
  const exhibit_record* record = NULL;
  exhibit_value value;
  const exhibit_field live = EXHIBIT_IN(EXHIBIT_EXHIBIT_COUNTS, EXHIBIT_KIND_COUNT_LIVE);
  CHECK_STATUS(EXHIBIT_OK, exhibit_query_run(query, &cursor, NULL));
  CHECK_STATUS(EXHIBIT_OK, exhibit_cursor_next(cursor, &record, NULL));
  CHECK_STATUS(EXHIBIT_OK, exhibit_record_get(record, EXHIBIT_EXHIBIT_LABEL, &value));
  CHECK_TEXT("A", value.data, value.length);
  CHECK_NUMBER(2, exhibit_record_count(record, EXHIBIT_EXHIBIT_COUNTS));
  int64_t sum = 0;
  for (size_t i = 0; i < 2; ++i) {
    CHECK_STATUS(EXHIBIT_OK, exhibit_record_get(exhibit_record_child(record, EXHIBIT_EXHIBIT_COUNTS, i), live, &value));
    sum += value.integer;
  }
  CHECK_NUMBER(kArtefacts - 1, sum); /* one is soft-deleted */
  exhibit_cursor_free(cursor);
  exhibit_query_free(query);
}

void test_service_records(struct host* host) {
  exhibit_case* of = examined_case(host);
  CHECK_NUMBER(1, rows(of, EXHIBIT_CASE));
  CHECK_NUMBER(1, rows(of, EXHIBIT_EXHIBIT));
  CHECK(rows(of, EXHIBIT_LEDGER) >= 2);
  CHECK_NUMBER(0, rows(of, EXHIBIT_PROBLEM));
  CHECK(rows(of, EXHIBIT_UNREAD) >= 0);
  CHECK(rows(of, EXHIBIT_AUDIT) >= 1);
  CHECK_NUMBER(1, rows(of, EXHIBIT_CASE_PARSER));
  CHECK_NUMBER(2, rows(of, EXHIBIT_CASE_FILE));
  test_one_exhibit(of);
  exhibit_case_free(of);
}
