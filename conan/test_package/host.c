/* The package is whole: the library starts, brings its parsers, and examines an empty folder to nothing. */
#include <exhibit/exhibit.h>
#include <stdio.h>
#include <sys/stat.h>

static int32_t parsers_of(exhibit_library *library) {
  exhibit_cursor *cursor = NULL;
  const exhibit_record *parser = NULL;
  int32_t count = 0;
  if (exhibit_library_list(library, EXHIBIT_PARSER, &cursor, NULL) != EXHIBIT_OK) return 0;
  while (exhibit_cursor_next(cursor, &parser, NULL) == EXHIBIT_OK) ++count;
  exhibit_cursor_free(cursor);
  return count;
}

static exhibit_status artefacts_in(exhibit_library *library, const char *folder, int64_t *artefacts,
                                   exhibit_error **error) {
  exhibit_evidence *evidence = NULL;
  exhibit_case *opened = NULL;
  exhibit_record *summary = NULL;
  exhibit_value value;
  exhibit_examine_options options = EXHIBIT_EXAMINE_OPTIONS_INIT;
  exhibit_status status;
  options.exhibit = "test";
  if ((status = exhibit_evidence_open(library, folder, NULL, NULL, &evidence, error)) == EXHIBIT_OK &&
      (status = exhibit_case_create(library, NULL, NULL, &opened, error)) == EXHIBIT_OK &&
      (status = exhibit_case_examine(opened, &evidence, 1, &options, NULL, &summary, error)) == EXHIBIT_OK)
    *artefacts = exhibit_record_get(summary, EXHIBIT_RUN_ARTEFACTS, &value) == EXHIBIT_OK ? value.integer : 0;
  exhibit_record_free(summary);
  exhibit_case_free(opened);
  exhibit_evidence_free(evidence);
  return status;
}

int main(void) {
  exhibit_library *library = NULL;
  exhibit_error *error = NULL;
  int64_t artefacts = -1;
  int32_t parsers = 0;
  if (exhibit_library_new(NULL, &library, &error) == EXHIBIT_OK) {
    parsers = parsers_of(library);
    mkdir("empty_phone", 0700);
    artefacts_in(library, "empty_phone", &artefacts, &error);
  }
  if (error != NULL) fprintf(stderr, "%s\n", exhibit_error_message(error));
  exhibit_error_free(error);
  exhibit_library_free(library);
  printf("exhibit %s, %d parsers\n", exhibit_version_text(), (int)parsers);
  return parsers > 0 && artefacts == 0 ? 0 : 1;
}
