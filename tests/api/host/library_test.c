#include <string.h>

#include "host.h"

void test_status_and_version(void) {
  static const struct {
    exhibit_status status;
    const char* name;
  } kNames[] = {{0, "EXHIBIT_OK"},
                {1, "EXHIBIT_NONE"},
                {-1, "EXHIBIT_E_INVALID"},
                {-2, "EXHIBIT_E_TYPE"},
                {-3, "EXHIBIT_E_BUSY"},
                {-4, "EXHIBIT_E_UNSUPPORTED"},
                {-10, "EXHIBIT_E_NOT_FOUND"},
                {-11, "EXHIBIT_E_IO"},
                {-12, "EXHIBIT_E_NO_SPACE"},
                {-13, "EXHIBIT_E_PERMISSION"},
                {-14, "EXHIBIT_E_MEMORY"},
                {-15, "EXHIBIT_E_LIMIT"},
                {-20, "EXHIBIT_E_FORMAT"},
                {-21, "EXHIBIT_E_DAMAGED"},
                {-22, "EXHIBIT_E_LOCKED"},
                {-24, "EXHIBIT_E_TAMPERED"},
                {-40, "EXHIBIT_E_CANCELLED"},
                {-99, "EXHIBIT_E_INTERNAL"},
                {-1000, "unknown"},
                {7, "unknown"}};
  for (size_t i = 0; i < sizeof kNames / sizeof *kNames; ++i)
    CHECK(strcmp(exhibit_status_name(kNames[i].status), kNames[i].name) == 0);
  CHECK(strchr(exhibit_version_text(), '.') != NULL);
  CHECK(exhibit_version_abi() >= 0);
  CHECK_NUMBER(EXHIBIT_OK, exhibit_error_code(NULL));
  CHECK_TEXT("", exhibit_error_message(NULL), 0);
  CHECK_TEXT("", exhibit_error_where(NULL), 0);
  exhibit_error_free(NULL);
}

void test_model(void) {
  const uint8_t* bytes = NULL;
  size_t length = 0;
  CHECK(exhibit_field_find("Message.sender.address") == EXHIBIT_IN(EXHIBIT_MESSAGE_SENDER, EXHIBIT_PARTY_ADDRESS));
  CHECK(exhibit_field_find("Message") == EXHIBIT_MESSAGE);
  CHECK(exhibit_field_find("state.status") == EXHIBIT_IN(EXHIBIT_ARTEFACT_STATE, EXHIBIT_STATE_STATUS));
  CHECK(exhibit_field_find("Problem.expected") == EXHIBIT_PROBLEM_EXPECTED);
  CHECK(exhibit_field_find("Message.sender.adress") == 0);
  CHECK(exhibit_field_find("") == 0);
  CHECK(exhibit_field_find(NULL) == 0);
  CHECK_TEXT("Message.sender.address", exhibit_field_path(0x140301), strlen("Message.sender.address"));
  CHECK(exhibit_field_path(0) == NULL);
  CHECK(exhibit_field_path(UINT64_MAX) == NULL);
  CHECK(exhibit_field_path(EXHIBIT_MESSAGE_TEXT) == exhibit_field_path(EXHIBIT_MESSAGE_TEXT));
  exhibit_model_descriptor(&bytes, &length);
  CHECK(bytes != NULL && length > 1000);
  exhibit_model_descriptor(NULL, NULL);
}

/* How many records of a list, and that each has a name or a path in `field`. */
static long long list_length(exhibit_library* library, int32_t kind, exhibit_field field) {
  exhibit_cursor* cursor = NULL;
  const exhibit_record* record = NULL;
  exhibit_value value;
  long long count = 0;
  CHECK_STATUS(EXHIBIT_OK, exhibit_library_list(library, kind, &cursor, NULL));
  while (exhibit_cursor_next(cursor, &record, NULL) == EXHIBIT_OK) {
    ++count;
    CHECK_NUMBER(kind, exhibit_record_kind(record));
    CHECK_NUMBER(EXHIBIT_OK, exhibit_record_get(record, field, &value));
    CHECK_NUMBER(EXHIBIT_TYPE_TEXT, value.type);
  }
  CHECK(record == NULL);
  CHECK_STATUS(EXHIBIT_NONE, exhibit_cursor_next(cursor, &record, NULL));
  exhibit_cursor_free(cursor);
  return count;
}

static void test_findings(struct host* host) {
  static const char kWrong[] = "[parser]\nname = \"example.wrong\"\nmistake = 1\n";
  exhibit_cursor* cursor = NULL;
  const exhibit_record* record = NULL;
  exhibit_value value;
  exhibit_error* error = NULL;
  CHECK_FAILS(EXHIBIT_E_FORMAT, "wrong.toml",
              exhibit_library_load_module(host->library, "wrong.toml", kWrong, strlen(kWrong), &error));
  CHECK_STATUS(EXHIBIT_E_FORMAT,
               exhibit_library_load_module(host->library, "wrong.toml", kWrong, strlen(kWrong), NULL));
  CHECK_STATUS(EXHIBIT_OK,
               exhibit_library_check_module(host->library, "wrong.toml", kWrong, strlen(kWrong), &cursor, NULL));
  CHECK_STATUS(EXHIBIT_OK, exhibit_cursor_next(cursor, &record, NULL));
  CHECK_NUMBER(EXHIBIT_FINDING, exhibit_record_kind(record));
  CHECK_STATUS(EXHIBIT_OK, exhibit_record_get(record, EXHIBIT_FINDING_MESSAGE, &value));
  CHECK(value.length > 0);
  CHECK_STATUS(EXHIBIT_E_INVALID, exhibit_record_get(record, EXHIBIT_MESSAGE_TEXT, &value));
  exhibit_cursor_free(cursor);
  CHECK_STATUS(EXHIBIT_OK, exhibit_library_check_module(host->library, "letters.toml", kLettersModule,
                                                        strlen(kLettersModule), &cursor, NULL));
  CHECK_STATUS(EXHIBIT_NONE, exhibit_cursor_next(cursor, &record, NULL));
  exhibit_cursor_free(cursor);
  CHECK_STATUS(EXHIBIT_OK, exhibit_library_check_module(host->library, "empty.toml", "", 0, &cursor, NULL));
  CHECK_STATUS(EXHIBIT_OK, exhibit_cursor_next(cursor, &record, NULL));
  exhibit_cursor_free(cursor);
}

void test_library(struct host* host) {
  exhibit_library* library = NULL;
  exhibit_cursor* cursor = NULL;
  const exhibit_record* record = NULL;
  exhibit_error* error = NULL;
  exhibit_library_options options = EXHIBIT_LIBRARY_OPTIONS_INIT;
  options.threads = 2;
  options.memory_limit = 1 << 26;
  CHECK_STATUS(EXHIBIT_OK, exhibit_library_new(&options, &library, NULL));
  const long long parsers = list_length(library, EXHIBIT_PARSER, EXHIBIT_PARSER_NAME);
  CHECK(parsers > 0);
  CHECK_NUMBER(parsers + 1, list_length(host->library, EXHIBIT_PARSER, EXHIBIT_PARSER_NAME));
  CHECK(list_length(library, EXHIBIT_KIND, EXHIBIT_KIND_NAME) > 20);
  CHECK(list_length(library, EXHIBIT_FIELD, EXHIBIT_FIELD_PATH) > 500);
  CHECK_NUMBER(3, list_length(library, EXHIBIT_FORMAT, EXHIBIT_FORMAT_NAME));
  /* One of the same name takes the place of the first. */
  for (int i = 0; i < 2; ++i)
    CHECK_STATUS(EXHIBIT_OK,
                 exhibit_library_load_module(library, "letters.toml", kLettersModule, strlen(kLettersModule), NULL));
  CHECK_NUMBER(parsers + 1, list_length(library, EXHIBIT_PARSER, EXHIBIT_PARSER_NAME));
  exhibit_library_free(library);

  options.threads = UINT32_MAX;
  CHECK_FAILS(EXHIBIT_E_INVALID, "threads", exhibit_library_new(&options, &library, &error));
  CHECK(library == NULL);
  CHECK_STATUS(EXHIBIT_E_INVALID, exhibit_library_new(NULL, NULL, NULL));
  CHECK_FAILS(EXHIBIT_E_INVALID, "list", exhibit_library_list(host->library, EXHIBIT_PROBLEM, &cursor, &error));
  CHECK_STATUS(EXHIBIT_E_INVALID, exhibit_library_list(NULL, EXHIBIT_PARSER, &cursor, NULL));
  CHECK_STATUS(EXHIBIT_E_INVALID, exhibit_library_list(host->library, EXHIBIT_PARSER, NULL, NULL));
  CHECK_STATUS(EXHIBIT_E_INVALID, exhibit_library_load_module(NULL, "x", "", 0, NULL));
  CHECK_STATUS(EXHIBIT_E_INVALID, exhibit_library_load_module(host->library, NULL, "", 0, NULL));
  CHECK_STATUS(EXHIBIT_E_INVALID, exhibit_library_load_module(host->library, "x", NULL, 0, NULL));
  CHECK_STATUS(EXHIBIT_E_INVALID, exhibit_library_check_module(host->library, "x", NULL, 0, &cursor, NULL));
  CHECK_STATUS(EXHIBIT_E_INVALID, exhibit_library_check_module(host->library, "x", "", 0, NULL, NULL));
  CHECK_STATUS(EXHIBIT_E_INVALID, exhibit_cursor_next(NULL, &record, NULL));
  exhibit_cursor_free(NULL);
  exhibit_library_free(NULL);
  test_findings(host);
}

/* A host of another age: its struct is shorter, or longer with a tail. */
void test_structs(struct host* host) {
  struct {
    exhibit_library_options known;
    unsigned char tail[16];
  } newer;
  exhibit_library* library = NULL;
  exhibit_error* error = NULL;
  exhibit_library_options older = EXHIBIT_LIBRARY_OPTIONS_INIT;
  memset(&newer, 0, sizeof newer);
  newer.known.struct_size = sizeof newer;
  CHECK_STATUS(EXHIBIT_OK, exhibit_library_new(&newer.known, &library, NULL));
  exhibit_library_free(library);
  newer.tail[15] = 1;
  CHECK_FAILS(EXHIBIT_E_UNSUPPORTED, "newer", exhibit_library_new(&newer.known, &library, &error));
  CHECK(library == NULL);

  /* What lies behind the end of an older struct is not the library's. */
  older.struct_size = offsetof(exhibit_library_options, threads);
  older.threads = UINT32_MAX;
  CHECK_STATUS(EXHIBIT_OK, exhibit_library_new(&older, &library, NULL));
  exhibit_library_free(library);
  older.struct_size = 0;
  CHECK_FAILS(EXHIBIT_E_INVALID, "struct_size", exhibit_library_new(&older, &library, &error));

  exhibit_callbacks callbacks = EXHIBIT_CALLBACKS_INIT;
  exhibit_evidence* evidence = NULL;
  callbacks.struct_size = 0;
  CHECK_STATUS(EXHIBIT_E_INVALID,
               exhibit_evidence_open(host->library, host->paths.folder, NULL, &callbacks, &evidence, NULL));
  CHECK(evidence == NULL);
  exhibit_case_options case_options = EXHIBIT_CASE_OPTIONS_INIT;
  exhibit_case* opened_case = NULL;
  case_options.struct_size = 1;
  CHECK_STATUS(EXHIBIT_E_INVALID, exhibit_case_create(host->library, NULL, &case_options, &opened_case, NULL));
  CHECK_STATUS(EXHIBIT_E_INVALID, exhibit_case_open(host->library, "x", &case_options, &opened_case, NULL));
}
